"""Who follows a conversation, and who was called into it by name."""

from waypost.ticketing.tickets.watching.queries import mentions, watched_by

__all__ = ["mentions", "watched_by"]
