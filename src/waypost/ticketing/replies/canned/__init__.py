"""Texts that are written once and used often, with places for names."""
