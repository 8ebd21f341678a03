"""One ticket of a selection: act on it, or take the act back; a refusal is a line of the receipt."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from waypost.platform.errors import Refusal
from waypost.platform.rows import among, update_rows
from waypost.platform.work import Work
from waypost.ticketing.bulk.acts import Act, Further, Merging
from waypost.ticketing.bulk.models import BulkItem, Result
from waypost.ticketing.tags.models import Tag
from waypost.ticketing.tags.queries import TagNotFound
from waypost.ticketing.tickets import actions as tickets
from waypost.ticketing.tickets.images import plain_row
from waypost.ticketing.tickets.models import Ticket, TicketClosed, TicketUpdated
from waypost.ticketing.tickets.tagging.actions import put_on, take_off

WORDS = ("status", "priority", "assignee_user_id", "assignee_queue_id")
"""What the timeline tells."""
TOUCHED = (*WORDS, "closed_at", "updated_at", "last_activity_at", "touched")
"""Columns that a change of these touches: what must be as it was when it is undone."""


async def held(work: Work, ticket_ids: list[UUID]) -> dict[UUID, Ticket]:
    """These tickets, locked in the order of their ids, so that two crowds never wait for each other."""
    chosen = select(Ticket).where(among(Ticket.id, ticket_ids)).order_by(Ticket.id).with_for_update()
    return {ticket.id: ticket for ticket in await work.db.scalars(chosen)}


async def change(work: Work, item: BulkItem, ticket: Ticket | None, act: Act) -> None:
    """Change one, and note it down."""
    if ticket is None or not ticket.message_count:
        note(work, item, Result.GONE)
        return
    before = image(ticket)
    try:
        await tickets.change(work, ticket, act.change())
    except Refusal as refusal:
        note(work, item, Result.REFUSED, refusal.title())
        return
    after = image(ticket)
    item.before, item.after = (before, after) if after != before else (None, None)
    note(work, item, Result.DONE if after != before else Result.SAME)


async def merge(work: Work, item: BulkItem, act: Act, merging: Merging) -> None:
    """Make one part of the target."""
    if item.ticket_id == act.target:
        note(work, item, Result.SAME)
        return
    try:
        made = await merging.merge(work, item.ticket_id, act.target)
    except Refusal as refusal:
        note(work, item, Result.REFUSED, refusal.title())
        return
    item.rearrangement_id = made.id
    note(work, item, Result.DONE)


async def further(work: Work, item: BulkItem, act: Further) -> None:
    """Ask another module."""
    try:
        async with work.db.begin_nested():
            asked = await act.do(work, item.ticket_id)
    except Refusal as refusal:
        note(work, item, Result.REFUSED, refusal.title())
        return
    note(work, item, Result.DONE if asked else Result.SAME)


async def tag(work: Work, item: BulkItem, ticket: Ticket | None, wanted: Tag | None) -> None:
    """Put a tag on one; a tag that went meanwhile is put on none."""
    if ticket is None or not ticket.message_count:
        note(work, item, Result.GONE)
        return
    try:
        if wanted is None:
            raise TagNotFound
        async with work.db.begin_nested():
            fresh = await put_on(work, ticket, wanted)
    except Refusal as refusal:
        note(work, item, Result.REFUSED, refusal.title())
        return
    note(work, item, Result.DONE if fresh else Result.SAME)


async def untag(work: Work, item: BulkItem, ticket: Ticket | None, wanted: Tag | None) -> None:
    """Take it off again, where it still is."""
    if ticket is None or wanted is None or not await take_off(work, ticket, wanted):
        note(work, item, Result.KEPT, "changed since")
        return
    note(work, item, Result.UNDONE)


async def unmerge(work: Work, item: BulkItem, merging: Merging) -> None:
    """Part it again; refused when something newer stands on it."""
    assert item.rearrangement_id is not None
    try:
        await merging.undo(work, item.rearrangement_id)
    except Refusal as refusal:
        note(work, item, Result.KEPT, refusal.title())
        return
    note(work, item, Result.UNDONE)


async def restore(work: Work, item: BulkItem, ticket: Ticket | None) -> None:
    """Every column as it was; a ticket that somebody changed since keeps what it has."""
    before, after = item.before or {}, item.after or {}
    if ticket is None or image(ticket) != after:
        note(work, item, Result.KEPT, "changed since")
        return
    await update_rows(work.db, Ticket, [{"id": ticket.id, **before}])
    work.db.expire(ticket)
    changes = {name: _both(after, before, name) for name in WORDS if after[name] != before[name]}
    work.tell(TicketUpdated(item.ticket_id, changes))
    if changes.get("status", {}).get("after") == "closed":
        work.tell(TicketClosed(item.ticket_id))
    note(work, item, Result.UNDONE)


def image(ticket: Ticket) -> dict[str, Any]:
    """The columns that an act touches, as plain values."""
    return plain_row({name: getattr(ticket, name) for name in TOUCHED})


def note(work: Work, item: BulkItem, result: Result, detail: str | None = None) -> None:
    """A line of the receipt."""
    item.result, item.detail, item.at = result, detail, work.now


def _both(was: dict[str, Any], becomes: dict[str, Any], name: str) -> dict[str, Any]:
    return {"before": was[name], "after": becomes[name]}
