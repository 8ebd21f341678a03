"""Rooms that look at all modules: home, and later search and operations."""
