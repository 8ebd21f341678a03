"""The catalogue: what was found, kept once."""
