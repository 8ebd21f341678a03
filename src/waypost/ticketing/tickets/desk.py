"""What the desk shows: the list and the open conversation, each in a fixed number of questions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.facts import KeptFact
from waypost.platform.identity.queries import members, names
from waypost.platform.web.caller import Caller
from waypost.ticketing.messages.cursors import cursor
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change
from waypost.ticketing.tickets.conversation import Spoken, read
from waypost.ticketing.tickets.models import Note, Status, Ticket
from waypost.ticketing.tickets.showing import Linking, shown_thread
from waypost.ticketing.tickets.views import View

ROWS = 50
SHOWN = 20
EVENTS = 20


async def listed(db: AsyncSession, view: View, caller: Caller) -> dict[str, Any]:
    """The list pane (four questions: rows, counts, allowlist, names)."""
    rows = await queries.page(db, view.filters(caller.person_id), before=view.place(), limit=ROWS)
    shown = rows[:ROWS]
    last = shown[-1] if shown else None
    return {
        "view": view,
        "rows": shown,
        "older": view.at(cursor(last.last_activity_at, last.id)).query() if last and len(rows) > ROWS else None,
        "newer": view.at().query() or "?view=open" if view.cursor else None,
        "counts": await queries.counts(db),
        "open_to_all": not await queries.has_allowlist(db),
        "assignees": await names(db, {row.assignee_user_id for row in shown if row.assignee_user_id}),
    }


async def opened(db: AsyncSession, ticket_id: UUID, linking: Linking) -> dict[str, Any]:
    """The conversation with its context (ten questions, whatever its length)."""
    ticket = await queries.by_id(db, ticket_id)
    spoken = await read(db, ticket_id, limit=SHOWN + 1)
    notes = await queries.notes(db, ticket_id)
    events = await queries.events(db, ticket_id, newest=EVENTS)
    people = await names(db, _people(ticket, notes, events))
    return {
        "ticket": ticket,
        "messages": shown_thread(spoken[:SHOWN], linking),
        "older_messages": older(spoken, SHOWN),
        "notes": notes,
        "events": events,
        "neighbours": await queries.neighbours(db, ticket_id),
        "earlier": await queries.earlier_of(db, ticket),
        "assignable": [(str(member.id), member.name) for member in await members(db)],
        "people": people | {str(one): name for one, name in people.items()},
    }


def _people(ticket: Ticket, notes: Sequence[Note], events: Sequence[KeptFact]) -> set[UUID]:
    """Who is named anywhere on the page; the timeline keeps the ids of assignees as text."""
    ids = {note.author_user_id for note in notes} | {event.actor_id for event in events}
    given = {UUID(one) for event in events for one in _assignees(event)}
    return {one for one in (*ids, *given, ticket.assignee_user_id) if one}


def _assignees(event: KeptFact) -> list[str]:
    both = event.data.get("changes", {}).get("assignee_user_id", {})
    return [one for one in both.values() if one]


def older(spoken: Sequence[Spoken], limit: int) -> str | None:
    """The cursor of the messages before the shown ones, when there are any."""
    if len(spoken) <= limit:
        return None
    last = spoken[limit - 1].row
    return cursor(last.at, last.link_id)


def undo_of(ticket: Ticket, change: Change) -> dict[str, str]:
    """What an address says so that the next page can offer the way back (`?was=status:open`)."""
    if isinstance(change.status, Status) and change.status != ticket.status:
        return {"was": f"status:{ticket.status}"}
    return {}


def done(request: Request) -> Status | None:
    """The status to return to, when the page was reached by a change."""
    field, _, value = request.query_params.get("was", "").partition(":")
    return Status(value) if field == "status" and value in set(Status) else None
