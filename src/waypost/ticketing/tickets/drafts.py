"""A ticket while a batch of messages changes it: pure rules of times, counts, reopening and who the requester is."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.ticketing.tickets.models import ENDED, SLEEPING, Confidence, Reason, Status, Touched

CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=365 * 40)
SUBJECT_SHOWN = 1_000
AWAKE = frozenset({Status.NEW, Status.OPEN})


def ticket_code() -> str:
    """`tkt-` and 16 lower-case base32 characters: 80 random bits, as operators know it."""
    return "tkt-" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def needle(code: str, subject: str | None, email: str | None, name: str | None) -> str:
    """What a fragment of a word is looked up in: code, subject and requester in lower case."""
    return " ".join((code, subject or "", email or "", name or "")).lower()[:SUBJECT_SHOWN]


def believed(date_header: datetime | None, received_at: datetime) -> datetime:
    """When a message was written: its Date header, unless that lies after its arrival or absurdly far back."""
    if date_header is None or not received_at - OLDEST <= date_header <= received_at + CLOCK_SKEW:
        return received_at
    return date_header


@dataclass(frozen=True, slots=True)
class Said:
    """What a ticket wants to know of a message."""

    at: datetime
    received_at: datetime
    subject: str | None
    subject_norm: str
    snippet: str
    requester: tuple[str | None, str | None]
    from_customer: bool
    is_automatic: bool


@dataclass(slots=True)
class Draft:
    """The changing fields of one ticket; `changed` says whether they must be written."""

    id: UUID
    ticket_code: str
    status: Status
    subject: str | None
    subject_norm: str
    requester_email: str | None
    requester_name: str | None
    first_message_at: datetime | None
    last_message_at: datetime | None
    last_activity_at: datetime
    closed_at: datetime | None
    message_count: int
    snippet: str
    touched: int
    is_new: bool = False
    changed: bool = False
    reopened_from: Status | None = None
    merged_into: UUID | None = field(default=None)

    @classmethod
    def opened(cls, said: Said) -> "Draft":
        """A conversation that begins with this message."""
        email, name = said.requester
        draft = cls(
            new_id(),
            ticket_code(),
            Status.NEW,
            said.subject,
            said.subject_norm,
            email,
            name,
            None,
            None,
            said.received_at,
            None,
            0,
            said.snippet,
            Touched.BY_NOBODY,
            is_new=True,
        )
        draft.absorb(said)
        return draft

    def absorb(self, said: Said) -> None:
        """One more message: times, count, the newest snippet, perhaps the true beginning, perhaps a new life."""
        self.changed = True
        self.message_count += 1
        if self.last_message_at is None or said.at >= self.last_message_at:
            self.last_message_at, self.snippet = said.at, said.snippet
        if self.first_message_at is None or said.at < self.first_message_at:
            self._begin_with(said)
        self.last_activity_at = max(self.last_activity_at, said.received_at)
        if said.from_customer and not said.is_automatic:
            self._wake(said.received_at)

    def _begin_with(self, said: Said) -> None:
        earlier = self.first_message_at is not None
        self.first_message_at = said.at
        if earlier and self.touched == Touched.BY_NOBODY and said.requester[0]:
            self.subject, self.subject_norm = said.subject, said.subject_norm
            self.requester_email, self.requester_name = said.requester

    def _begin_earlier(self, other: "Draft") -> None:
        if other.first_message_at is None or (
            self.first_message_at and self.first_message_at <= other.first_message_at
        ):
            return
        self.first_message_at = other.first_message_at
        if self.touched == Touched.BY_NOBODY and other.requester_email:
            self.subject, self.subject_norm = other.subject, other.subject_norm
            self.requester_email, self.requester_name = other.requester_email, other.requester_name

    def _wake(self, at: datetime) -> None:
        asleep_since = self.closed_at
        if self.status in SLEEPING and (asleep_since is None or at > asleep_since):
            self.reopened_from, self.status, self.closed_at = self.status, Status.OPEN, None

    def swallow(self, other: "Draft", now: datetime) -> None:
        """Another ticket is part of this one: it keeps its number and points here."""
        self.message_count += other.message_count
        self._begin_earlier(other)
        if other.last_message_at and (self.last_message_at is None or other.last_message_at >= self.last_message_at):
            self.last_message_at, self.snippet = other.last_message_at, other.snippet
        if other.status in AWAKE:
            self._wake(other.last_activity_at)
        self.last_activity_at = max(self.last_activity_at, other.last_activity_at)
        other.status, other.closed_at, other.message_count, other.merged_into = Status.CLOSED, now, 0, self.id
        self.changed = other.changed = True

    def needle(self) -> str:
        """What a fragment of a word is looked up in."""
        return needle(self.ticket_code, self.subject, self.requester_email, self.requester_name)

    def values(self, now: datetime) -> dict[str, Any]:
        """The fields that messages change."""
        return {
            "status": self.status,
            "subject": self.subject,
            "subject_norm": self.subject_norm,
            "requester_email": self.requester_email,
            "requester_name": self.requester_name,
            "first_message_at": self.first_message_at,
            "last_message_at": self.last_message_at,
            "last_activity_at": self.last_activity_at,
            "closed_at": self.closed_at,
            "message_count": self.message_count,
            "snippet": self.snippet,
            "needle": self.needle(),
            "updated_at": now,
        }

    def row(self, now: datetime) -> dict[str, Any]:
        """A whole new ticket."""
        fixed = {
            "id": self.id,
            "ticket_code": self.ticket_code,
            "created_at": now,
            "stitch_reason": "new_message",
            "stitch_confidence": Confidence.LOW,
        }
        return fixed | self.values(now)


def ended(status: Status, now: datetime) -> datetime | None:
    """`closed_at` after a change to this status: the one rule for people, rules and machine."""
    return now if status in ENDED else None


OPENING = frozenset({Reason.NEW_TICKET})
"""Reasons under which a message opened its ticket."""
