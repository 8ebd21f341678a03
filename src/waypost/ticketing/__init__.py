"""Ticketing: mail becomes a conversation."""
