"""Replay corrected: a payload never changes, so a mended one is a new job, linked with the old, approved by name."""
