"""Seeing what the house does: logs without personal data, metrics without organisations, health without secrets."""
