"""Copies that are routed by having their ticket: only the one that opened it waits for a verdict."""

from waypost.ticketing.messages.models import Direction

OUR_OWN = "our own message"
ANOTHER_COPY = "another copy"
JOINED = "joined a conversation"


def settled_reason(direction: str, *, is_duplicate: bool, joined: bool, opened: bool = False) -> str | None:
    """Why a copy is routed as soon as it has its ticket; None when it `opened` one, which waits for a verdict.

    Also a further copy of a known message opens a ticket: when the first one was dropped, or is behind it in the batch.
    """
    if direction == Direction.OUTBOUND:
        return OUR_OWN
    if opened:
        return None
    if is_duplicate:
        return ANOTHER_COPY
    return JOINED if joined else None
