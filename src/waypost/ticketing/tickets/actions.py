"""What people do with a ticket: change it, note on it, close it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from waypost.platform.access import EVERYONE, STAFF, permission
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.identity.queries import is_member, members
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.queues.queries import is_open
from waypost.ticketing.tickets.drafts import ended
from waypost.ticketing.tickets.markdown import note_html
from waypost.ticketing.tickets.models import (
    Note,
    NoteAdded,
    Priority,
    Status,
    Ticket,
    TicketClosed,
    TicketUpdated,
    Touched,
)
from waypost.ticketing.tickets.watching.actions import mention
from waypost.ticketing.tickets.watching.naming import Colleague, Named, named

READ = permission("ticketing.tickets.read", EVERYONE)
WRITE = permission("ticketing.tickets.write", STAFF)

NOTE_LONGEST = 20_000


class NotAMember(Invalid):
    """The assignee is not a member of this organisation."""


class NoSuchQueue(Invalid):
    """This organisation has no such queue."""


class OneAssignee(Invalid):
    """Provide only one of assignee_user_id and assignee_queue_id."""


class EmptyNote(Invalid):
    """A note needs some text."""


class NoteTooLong(Invalid):
    """A note holds at most 20,000 characters."""


@dataclass(frozen=True, slots=True)
class Unset:
    """A field the caller did not mention, which is not the same as null."""


UNSET = Unset()


class ChangedMeanwhile(Conflict):
    """Somebody changed this ticket meanwhile."""

    status = 412


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants changed; null on either assignee clears both."""

    status: Status | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee_user_id: UUID | Unset | None = UNSET
    assignee_queue_id: UUID | Unset | None = UNSET


async def change(work: Work, ticket: Ticket, wanted: Change) -> None:
    """Apply what differs; a change that changes nothing writes nothing."""
    values = await _values(work, wanted)
    changes = {
        name: {"before": getattr(ticket, name), "after": value}
        for name, value in values.items()
        if getattr(ticket, name) != value
    }
    if not changes:
        return
    if "assignee_user_id" in changes or "assignee_queue_id" in changes:
        for name in ("assignee_user_id", "assignee_queue_id"):
            changes.setdefault(name, {"before": getattr(ticket, name), "after": values.get(name)})
    for name, both in changes.items():
        setattr(ticket, name, both["after"])
    if "status" in changes:
        ticket.closed_at = ended(ticket.status, work.now)
    touch(work, ticket)
    work.tell(TicketUpdated(ticket.id, changes))
    if "status" in changes and ticket.status == Status.CLOSED:
        work.tell(TicketClosed(ticket.id))


async def _values(work: Work, wanted: Change) -> dict[str, Any]:
    user, queue = wanted.assignee_user_id, wanted.assignee_queue_id
    if not isinstance(user, Unset) and not isinstance(queue, Unset):
        raise OneAssignee
    values: dict[str, Any] = {}
    if not isinstance(wanted.status, Unset):
        values["status"] = wanted.status
    if not isinstance(wanted.priority, Unset):
        values["priority"] = wanted.priority
    if isinstance(user, UUID) and not await is_member(work.db, user):
        raise NotAMember
    if isinstance(queue, UUID) and not await is_open(work.db, queue):
        raise NoSuchQueue
    if not isinstance(user, Unset) or not isinstance(queue, Unset):
        values |= {"assignee_user_id": _given(user), "assignee_queue_id": _given(queue)}
    return values


def _given(assignee: UUID | Unset | None) -> UUID | None:
    return assignee if isinstance(assignee, UUID) else None


def touch(work: Work, ticket: Ticket) -> None:
    """A person acted on it: machines rearrange it no more."""
    ticket.updated_at = ticket.last_activity_at = work.now
    ticket.touched = Touched.BY_A_PERSON


async def close(work: Work, ticket: Ticket) -> None:
    """Close it once; closing again changes nothing."""
    await change(work, ticket, Change(status=Status.CLOSED))


@dataclass(frozen=True, slots=True)
class Worded:
    """A note's words: as typed, as shown, and whom they call in."""

    body: str
    html: str
    people: list[UUID]


async def worded(work: Work, body_markdown: str) -> Worded:
    """What a person typed (Markdown, at most 20,000 characters); an @ and a name calls one of the colleagues in."""
    body = body_markdown.replace("\0", "").replace("\r\n", "\n").strip()
    if not body:
        raise EmptyNote(errors=[{"field": "body_markdown", "msg": "write something"}])
    if len(body) > NOTE_LONGEST:
        raise NoteTooLong(errors=[{"field": "body_markdown", "msg": "at most 20,000 characters"}])
    called = await _called(work, body)
    html = note_html(body, [body[one.start : one.end] for one in called])
    return Worded(body, html, [one.person_id for one in called])


async def add_note(work: Work, ticket: Ticket, body_markdown: str) -> Note:
    """Leave a word for colleagues; refuses what `worded` refuses."""
    said = await worded(work, body_markdown)
    note = Note(
        id=new_id(),
        ticket_id=ticket.id,
        author_user_id=work.actor.person_id,
        body_markdown=said.body,
        body_html=said.html,
        created_at=work.now,
        updated_at=work.now,
    )
    work.db.add(note)
    touch(work, ticket)
    await mention(work, note, said.people)
    work.tell(NoteAdded(ticket.id, note.id, len(said.body)))
    return note


async def _called(work: Work, body: str) -> list[Named]:
    if "@" not in body:
        return []
    return list(named(body, [Colleague(one.id, one.name, one.email) for one in await members(work.db)]))
