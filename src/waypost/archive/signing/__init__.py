"""Signatures and timestamps on finished pages, and what they are worth when they are checked."""
