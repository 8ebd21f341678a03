"""Verbs: follow a ticket, stop following it, be called into it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from waypost.platform.errors import Forbidden
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.tickets.models import Note, Ticket
from waypost.ticketing.tickets.watching.models import Because, Mention, Watcher


class OnlyPeopleWatch(Forbidden):
    """Only a person can watch a ticket."""


async def watch(work: Work, ticket: Ticket) -> None:
    """The one who asks follows it; asking again changes nothing."""
    await _add(work, ticket.id, [_me(work)], Because.ASKED)


async def unwatch(work: Work, ticket: Ticket) -> None:
    """The one who asks follows it no more."""
    await work.db.execute(delete(Watcher).where(Watcher.ticket_id == ticket.id, Watcher.person_id == _me(work)))


async def mention(work: Work, note: Note, people: Collection[UUID]) -> None:
    """A note names these people: it is among what mentions them, and they follow the ticket from now on."""
    if not people:
        return
    rows = [_mention_row(work, note, person_id) for person_id in dict.fromkeys(people)]
    await work.db.flush()
    await work.db.execute(insert(Mention).on_conflict_do_nothing(), rows)
    await _add(work, note.ticket_id, people, Because.MENTIONED)


async def _add(work: Work, ticket_id: UUID, people: Collection[UUID], because: Because) -> None:
    rows = [
        {"id": new_id(), "ticket_id": ticket_id, "person_id": one, "because": because, "since": work.now}
        for one in dict.fromkeys(people)
    ]
    await work.db.execute(insert(Watcher).on_conflict_do_nothing(), rows)


def _mention_row(work: Work, note: Note, person_id: UUID) -> dict[str, Any]:
    ids = {"id": new_id(), "ticket_id": note.ticket_id, "note_id": note.id, "person_id": person_id}
    return ids | {"at": work.now}


def _me(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise OnlyPeopleWatch
    return work.actor.person_id
