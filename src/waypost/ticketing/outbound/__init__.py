"""Replies leave the house, once."""
