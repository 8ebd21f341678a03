"""A ticket with everything that hangs on it, as values: what a plan is made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.ticketing.tickets.drafts import needle
from waypost.ticketing.tickets.models import Participant

Row = Mapping[str, Any]
"""All columns of a row that a plan may need, `id` among them."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message in its place, with what its ticket shows of it."""

    place: Row
    """Its row of `ticket_messages`."""
    subject: str | None
    subject_norm: str
    snippet: str
    people: frozenset[str]
    """Sender and recipients, without our own addresses."""
    requester: tuple[str | None, str | None]
    hanging: tuple[tuple[str, Row], ...] = ()
    """Rows of other tables that follow the message: (table, row)."""

    @property
    def message_id(self) -> UUID:
        """The message."""
        found: UUID = self.place["message_id"]
        return found

    @property
    def order(self) -> tuple[datetime, UUID]:
        """Its place in the thread."""
        return self.place["at"], self.place["id"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket as it stands."""

    ticket: Row
    spoken: tuple[Spoken, ...]
    participants: tuple[Row, ...]
    links: tuple[Row, ...]
    """Links in both directions."""
    hanging: tuple[tuple[str, Row], ...] = ()
    """Rows that belong to the ticket itself and follow it when it becomes part of another."""

    @property
    def id(self) -> UUID:
        """The ticket."""
        found: UUID = self.ticket["id"]
        return found

    def rows_of(self, table: str) -> tuple[Row, ...]:
        """Its rows of one of the tables that hang on tickets."""
        if table == Participant.__tablename__:
            return self.participants
        return tuple(row for name, row in self.hanging if name == table)

    def only(self, message_ids: Iterable[UUID]) -> tuple[Spoken, ...]:
        """Those of its messages."""
        wanted = set(message_ids)
        return tuple(one for one in self.spoken if one.message_id in wanted)

    def without(self, message_ids: Iterable[UUID]) -> tuple[Spoken, ...]:
        """The others."""
        unwanted = set(message_ids)
        return tuple(one for one in self.spoken if one.message_id not in unwanted)


def figures(spoken: Iterable[Spoken]) -> dict[str, Any]:
    """What a ticket knows of its messages: count, first and last, the newest glimpse."""
    ordered = sorted(spoken, key=lambda one: one.order)
    if not ordered:
        return {"message_count": 0}
    return {
        "message_count": len(ordered),
        "first_message_at": ordered[0].place["at"],
        "last_message_at": ordered[-1].place["at"],
        "snippet": ordered[-1].snippet,
    }


def opening(spoken: Iterable[Spoken], code: str) -> dict[str, Any]:
    """Subject and requester of a ticket that begins with the earliest of these messages."""
    first = min(spoken, key=lambda one: one.order)
    email, name = first.requester
    return {
        "ticket_code": code,
        "subject": first.subject,
        "subject_norm": first.subject_norm,
        "requester_email": email,
        "requester_name": name,
        "needle": needle(code, first.subject, email, name),
    }


def people(spoken: Iterable[Spoken]) -> set[str]:
    """Everybody who takes part in these messages."""
    return {address for one in spoken for address in one.people}
