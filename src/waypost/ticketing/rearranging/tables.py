"""What hangs on messages and on tickets: the tables that follow when people rearrange.

Named here, not found: a table that knows tickets must be thought of, and a test asks whether each one was.
"""

FOLLOW_THE_MESSAGE = ("ticket_texts", "message_occurrences", "outbound_messages")
"""Rows with `message_id` and `ticket_id`: wherever the message goes, they go."""
FOLLOW_THE_TICKET = ("ticket_notes", "ticket_mentions")
"""Rows with `ticket_id`: they go along when their ticket becomes part of another."""
ONCE_EACH = {
    "ticket_participants": "address",
    "ticket_watchers": "person_id",
    "ticket_tags": "tag_id",
    "reply_drafts": "person_id",
}
"""The same, but the whole has each only once, by this column: the part's twin goes."""
WORDS = frozenset({"reply_drafts"})
"""Of these the twin stays where it was written: nobody's words are lost."""
PLANNED = ("ticket_messages", "ticket_links", "tickets")
"""Rows that a plan treats each in its own way."""
STAY = ("ticket_presences",)
"""Rows that stay with the number they were written under, and go with it."""
