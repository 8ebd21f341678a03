"""Choosing many, asking for an act, asking for it back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.ticketing.bulk import queries
from waypost.ticketing.bulk.acts import Act
from waypost.ticketing.bulk.models import BulkActAsked, BulkItem, BulkSelection, BulkUndoAsked, State
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.queries import Filters

MOST = 20_000
"""Tickets of one selection."""
TYPED_ABOVE = 100
"""From here on the count must be repeated."""
SAMPLE = 5
LASTS = timedelta(hours=1)


class NothingChosen(Invalid):
    """No ticket was chosen."""


class TooManyChosen(Invalid):
    """At most 20,000 tickets at once: narrow the view."""


class CountMissing(Invalid):
    """The number of tickets must be repeated."""


class Used(Conflict):
    """This selection was acted on already: choose anew."""


class Expired(Conflict):
    """This selection is older than an hour: choose anew, things have moved."""


class StaysDone(Conflict):
    """This act is not undone here: look at what it made."""


class NotFinished(Conflict):
    """Only a finished act can be undone."""


async def freeze(work: Work, ticket_ids: Sequence[UUID], query: str = "") -> BulkSelection:
    """These tickets, as chosen by hand; those that are none here, or part of another, are left out."""
    wanted = list(dict.fromkeys(ticket_ids))
    if len(wanted) > MOST:
        raise TooManyChosen
    there = await queries.existing(work.db, wanted)
    return await _freeze(work, [one for one in wanted if one in there], query)


async def freeze_all(work: Work, filters: Filters, query: str = "") -> BulkSelection:
    """All tickets that a view shows at this moment: one that comes in later is not touched."""
    rows = await tickets.page(work.db, filters, limit=MOST)
    if len(rows) > MOST:
        raise TooManyChosen
    return await _freeze(work, [row.id for row in rows], query)


async def _freeze(work: Work, ticket_ids: Sequence[UUID], query: str) -> BulkSelection:
    if not ticket_ids:
        raise NothingChosen
    selection = BulkSelection(
        id=new_id(),
        made_at=work.now,
        made_by=work.actor.person_id,
        expires_at=work.now + LASTS,
        count=len(ticket_ids),
        sample=[str(one) for one in ticket_ids[:SAMPLE]],
        query=query,
        state=State.FROZEN,
        done=0,
    )
    work.db.add(selection)
    await work.db.flush()
    rows = [
        {"id": new_id(), "selection_id": selection.id, "ordinal": ordinal, "ticket_id": one}
        for ordinal, one in enumerate(ticket_ids)
    ]
    await insert_rows(work.db, BulkItem, rows)
    return selection


async def ask(work: Work, selection: BulkSelection, act: Act, count: int | None = None) -> None:
    """Have it done to all of them, as a job. Refuses: used or expired (409), above 100 without their number (422)."""
    if selection.count > TYPED_ABOVE and count != selection.count:
        raise CountMissing(errors=[{"field": "count", "msg": f"type {selection.count}"}])
    if selection.state != State.FROZEN:
        raise Used
    if selection.expires_at < work.now:
        raise Expired
    if act.merges:
        await tickets.by_id(work.db, act.target)
    if act.tags:
        await tags.by_id(work.db, act.target)
    selection.state, selection.asked_at = State.RUNNING, work.now
    selection.act = {act.field: act.value}
    work.tell(BulkActAsked(selection.id))
    await record(
        work, "tickets.bulk_asked", "bulk_selection", selection.id, {"count": selection.count, **selection.act}
    )


async def ask_back(work: Work, selection: BulkSelection) -> None:
    """Have all of it undone, as a job; refuses unless it is finished (409)."""
    if selection.state != State.FINISHED:
        raise NotFinished
    if Act.parsed(selection.act or {}).lasts:
        raise StaysDone
    selection.state, selection.done = State.UNDOING, 0
    work.tell(BulkUndoAsked(selection.id))
    await record(work, "tickets.bulk_undo_asked", "bulk_selection", selection.id, {"count": selection.count})
