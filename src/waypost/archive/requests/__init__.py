"""A wish to keep something, and how far it has come."""
