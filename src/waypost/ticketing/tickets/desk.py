"""What the desk shows: the list and the open conversation, each in a fixed number of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.facts import KeptFact
from waypost.platform.identity.queries import Member, members, names
from waypost.platform.web.caller import Caller
from waypost.platform.web.moments import known_zone
from waypost.ticketing.messages.cursors import cursor
from waypost.ticketing.outbound.queries import states
from waypost.ticketing.queues import queries as queues
from waypost.ticketing.queues.models import Queue
from waypost.ticketing.saved_views.models import SavedView
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets import counted, queries
from waypost.ticketing.tickets.actions import WRITE, Change, Unset
from waypost.ticketing.tickets.conversation import Spoken, read
from waypost.ticketing.tickets.filtering.tabs import tabs
from waypost.ticketing.tickets.linked import earlier_of, neighbours
from waypost.ticketing.tickets.models import Note, Priority, Status, Ticket
from waypost.ticketing.tickets.showing import Linking, Shown, shown_thread
from waypost.ticketing.tickets.views import View
from waypost.ticketing.tickets.watching.queries import watchers

ROWS = 50
SHOWN = 20
EVENTS = 20
NOTES = 50
QUEUE = "queue:"
NOTHING = UUID(int=0)


async def listed(db: AsyncSession, view: View, caller: Caller, saved: Sequence[SavedView]) -> dict[str, Any]:
    """The list pane (seven questions at most: rows, counts, allowlist, names, tags, counts of `saved`)."""
    zone = known_zone(caller.zone)
    rows = await queries.page(db, view.filters(caller.person_id, zone), before=view.place(), limit=ROWS)
    shown = rows[:ROWS]
    last = shown[-1] if shown else None
    return {
        "view": view,
        "rows": shown,
        "older": view.at(cursor(last.last_activity_at, last.id)).query() if last and len(rows) > ROWS else None,
        "newer": view.at().query() or "?view=open" if view.cursor else None,
        "counts": await counted.counts(db),
        "open_to_all": not await counted.has_allowlist(db),
        "assignees": await names(db, {row.assignee_user_id for row in shown if row.assignee_user_id}),
        "worn": await tags.worn_by(db, [row.id for row in shown]),
        "queue_names": await queues.names(db, {row.assignee_queue_id for row in shown if row.assignee_queue_id}),
        "saved": await tabs(db, view, caller.person_id, zone, saved),
        "may_pick": WRITE in caller.keys,
    }


async def opened(db: AsyncSession, ticket_id: UUID, linking: Linking, me: UUID) -> dict[str, Any]:
    """The conversation with its context (at most fourteen questions, whatever its length)."""
    ticket = await queries.by_id(db, ticket_id)
    spoken = await read(db, ticket_id, limit=SHOWN + 1)
    notes = await queries.newest_notes(db, ticket_id, limit=NOTES + 1)
    events = await queries.events(db, ticket_id, newest=EVENTS)
    lines = await queues.every(db, archived=True)
    followers = await watchers(db, ticket_id)
    colleagues = await members(db)
    bears, free = await tags.sorted_for(db, ticket_id)
    people = await names(db, _people(ticket, notes, events) | set(followers))
    messages = shown_thread(spoken[:SHOWN], linking)
    return {
        "ticket": ticket,
        "entries": entries(messages, notes[-NOTES:]),
        "shown": len(messages),
        "more_notes": len(notes) > NOTES,
        "standing": await states(db, [one.spoken.row.message_id for one in messages if one.is_ours]),
        "older_messages": older(spoken, SHOWN),
        "events": events,
        "neighbours": await neighbours(db, ticket_id),
        "earlier": await earlier_of(db, ticket),
        "assignees_offered": picker(colleagues, lines),
        "colleagues": [member.name for member in colleagues],
        "followers": followers,
        "bears": bears,
        "free_tags": [(one.id, one.name) for one in free],
        "watching": me in followers,
        "reader": me,
        "people": _both_ways(people | {line.id: line.name for line in lines}),
        "now": linking.now,
        "version": version(messages, notes),
    }


def version(messages: Sequence[Shown], notes: Sequence[Note]) -> str:
    """How far this page knows the conversation: its newest message and note, as a composer is told."""
    links, left = [one.spoken.row.link_id for one in messages], [note.id for note in notes]
    return f"{max(links, default=NOTHING).hex}.{max(left, default=NOTHING).hex}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said in a conversation: a message, or a note of a colleague."""

    at: datetime
    message: Shown | None = None
    note: Note | None = None


def entries(messages: Sequence[Shown], notes: Sequence[Note]) -> list[Entry]:
    """Messages and notes in the order in which they were written."""
    spoken = [Entry(one.spoken.row.at, message=one) for one in messages]
    left = [Entry(note.created_at, note=note) for note in notes]
    return sorted([*spoken, *left], key=lambda entry: entry.at)


def picker(colleagues: Sequence[Member], lines: Sequence[Queue]) -> dict[str, list[tuple[str, str]]]:
    """Whom a ticket may be given to: people and queues, with the values that the form sends."""
    return {
        "people": [(str(one.id), one.name) for one in colleagues],
        "queues": [(f"{QUEUE}{line.id}", line.name) for line in lines if line.archived_at is None],
    }


def assignee_of(ticket: Ticket) -> str:
    """Who has it, as the picker says it."""
    return f"{QUEUE}{ticket.assignee_queue_id}" if ticket.assignee_queue_id else str(ticket.assignee_user_id or "")


def assigning(text: str) -> Change:
    """What the picker's value asks for: a person, a queue (`queue:ID`), or nobody."""
    try:
        if text.startswith(QUEUE):
            return Change(assignee_queue_id=UUID(text.removeprefix(QUEUE)))
        return Change(assignee_user_id=UUID(text) if text else None)
    except ValueError as broken:
        raise Invalid("assignee: choose a colleague or a queue from the list") from broken


def _people(ticket: Ticket, notes: Sequence[Note], events: Sequence[KeptFact]) -> set[UUID]:
    """Who is named anywhere on the page; the timeline keeps the ids of assignees as text."""
    ids = {note.author_user_id for note in notes} | {event.actor_id for event in events}
    given = {UUID(one) for event in events for one in _assignees(event)}
    return {one for one in (*ids, *given, ticket.assignee_user_id) if one}


def _assignees(event: KeptFact) -> list[str]:
    both = event.data.get("changes", {}).get("assignee_user_id", {})
    return [one for one in both.values() if one]


def _both_ways(known: dict[UUID, str]) -> dict[UUID | str, str]:
    return {key: name for one, name in known.items() for key in (one, str(one))}


def older(spoken: Sequence[Spoken], limit: int) -> str | None:
    """The cursor of the messages before the shown ones, when there are any."""
    if len(spoken) <= limit:
        return None
    last = spoken[limit - 1].row
    return cursor(last.at, last.link_id)


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from a change: the form's last word (`status`), its field and what stood there."""

    act: str
    field: str
    value: str


def undo_of(ticket: Ticket, change: Change) -> dict[str, str]:
    """What an address says so that the next page can offer the way back (`?was=status:open`)."""
    if isinstance(change.status, Status) and change.status != ticket.status:
        return {"was": f"status:{ticket.status}"}
    if isinstance(change.priority, Priority) and change.priority != ticket.priority:
        return {"was": f"priority:{ticket.priority}"}
    wanted = [one for one in (change.assignee_user_id, change.assignee_queue_id) if not isinstance(one, Unset)]
    had = ticket.assignee_user_id or ticket.assignee_queue_id
    return {"was": f"assignee:{assignee_of(ticket)}"} if wanted and wanted[0] != had else {}


def done(request: Request) -> Undo | None:
    """The way back, when the page was reached by a change; an address that somebody wrote by hand offers none."""
    act, colon, value = request.query_params.get("was", "").partition(":")
    known: dict[str, frozenset[str]] = {"status": frozenset(Status), "priority": frozenset(Priority)}
    if (act, value) == ("draft", "discarded"):
        return Undo("draft/restoration", "kept", value)
    if act == "assignee" and colon and _is_assignee(value):
        return Undo(act, "assignee", value)
    return Undo(act, act, value) if value in known.get(act, frozenset()) else None


def _is_assignee(value: str) -> bool:
    try:
        assigning(value)
    except Invalid:
        return False
    return True
