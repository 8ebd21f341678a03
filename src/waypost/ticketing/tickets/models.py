"""Nouns and facts of the conversation."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class Status(StrEnum):
    """Where a conversation stands; any person's change may lead anywhere."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    SPAM = "spam"


ENDED, SLEEPING = frozenset({Status.CLOSED, Status.SPAM}), frozenset({Status.PENDING, Status.RESOLVED, Status.CLOSED})
"""Which carry `closed_at`; from which a customer's new message wakes a ticket up (spam stays spam)."""


class Priority(StrEnum):
    """How urgent."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Confidence(StrEnum):
    """How sure an automatic decision is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Reason(StrEnum):
    """Why a message is in its ticket; the first four are the documented ones for mail."""

    NEW_TICKET = "new_ticket"
    THREADING = "threading"
    REPLY_TO_TOKEN = "reply_to_token"
    X_OSS_TICKET_ID = "x_oss_ticket_id"
    OUTBOUND_SEND = "outbound_send"
    COMMON_ANCESTOR = "common_ancestor"
    LATE_PARENT = "late_parent"
    SAME_SENDER = "same_sender"
    LOOP_GUARD = "loop_guard"
    BY_HAND = "by_hand"


class LinkKind(StrEnum):
    """How a ticket stands to another it does not belong to."""

    MENTIONS = "mentions"
    FORWARDS = "forwards"
    SAME_THREAD = "same_thread"
    MERGED_INTO = "merged_into"
    RELATED = "related"


class Touched(IntEnum):
    """Whether a person has acted on a ticket: what a machine may still rearrange."""

    BY_NOBODY = 0
    BY_A_PERSON = 1


class Ticket(OrgOwned, Base):
    """A conversation with a requester. `activity_at` orders the inbox and is never null."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("org_id", "ticket_code"),
        ForeignKeyConstraint(
            ["org_id", "assignee_user_id"],
            ["memberships.org_id", "memberships.person_id"],
            ondelete="SET NULL (assignee_user_id)",
        ),
        ForeignKeyConstraint(
            ["org_id", "assignee_queue_id"], ["queues.org_id", "queues.id"], ondelete="SET NULL (assignee_queue_id)"
        ),
        Index("tickets_by_activity", "org_id", "last_activity_at", "id"),
        Index("tickets_inbox_idx", "org_id", "status", "last_activity_at", "id"),
        Index("tickets_assignee_user_idx", "org_id", "assignee_user_id", "last_activity_at", "id"),
        Index("tickets_assignee_queue_idx", "org_id", "assignee_queue_id", "last_activity_at", "id"),
        Index("tickets_by_requester", "org_id", "requester_email", "last_activity_at"),
        Index(
            "tickets_by_priority", "org_id", "priority", "last_activity_at", "id", postgresql_where="priority<>'normal'"
        ),
        Index(
            "tickets_by_needle", "org_id", "needle", postgresql_using="gin", postgresql_ops={"needle": "gin_trgm_ops"}
        ),
        {"info": {"searched": True}},
    )

    ticket_code: Mapped[str]
    status: Mapped[Status] = mapped_column(Text, default=Status.NEW)
    priority: Mapped[Priority] = mapped_column(Text, default=Priority.NORMAL)
    subject: Mapped[str | None]
    subject_norm: Mapped[str] = mapped_column(default="")
    requester_email: Mapped[str | None]
    requester_name: Mapped[str | None]
    assignee_user_id: Mapped[UUID | None]
    assignee_queue_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    first_message_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    stitch_reason: Mapped[str | None]
    stitch_confidence: Mapped[Confidence] = mapped_column(Text, default=Confidence.LOW)
    touched: Mapped[int] = mapped_column(default=0)
    message_count: Mapped[int] = mapped_column(default=0)
    snippet: Mapped[str] = mapped_column(default="")
    needle: Mapped[str] = mapped_column(default="")
    """Code, subject and requester in lower case: what a fragment of a word is looked up in."""


class TicketMessage(OrgOwned, Base):
    """A message's one place in a conversation, with the reason it is there."""

    __tablename__ = "ticket_messages"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        UniqueConstraint("org_id", "message_id"),
        Index("ticket_messages_in_order", "org_id", "ticket_id", "at", "id"),
    )

    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    at: Mapped[datetime]
    """When it was written, as far as its Date header can be believed: the order of the thread."""
    stitched_at: Mapped[datetime]
    stitch_reason: Mapped[Reason] = mapped_column(Text)
    stitch_confidence: Mapped[Confidence] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(default="")
    new_subject: Mapped[bool] = mapped_column(default=False)
    """The reply changed the topic: a split is worth a thought."""


class Participant(OrgOwned, Base):
    """An address that takes part in a conversation; nobody else joins it by quoting an id."""

    __tablename__ = "ticket_participants"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        UniqueConstraint("org_id", "ticket_id", "address"),
    )

    ticket_id: Mapped[UUID]
    address: Mapped[str]


class TicketLink(OrgOwned, Base):
    """Two conversations that belong near each other; `evidence` names the message that says so."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(["org_id", "other_id"], ["tickets.org_id", "tickets.id"]),
        UniqueConstraint("org_id", "ticket_id", "other_id", "kind"),
        Index("ticket_links_back", "org_id", "other_id"),
    )

    ticket_id: Mapped[UUID]
    other_id: Mapped[UUID]
    kind: Mapped[LinkKind] = mapped_column(Text)
    message_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Note(OrgOwned, Base):
    """An internal word of a colleague; customers never see it."""

    __tablename__ = "ticket_notes"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        Index("ticket_notes_in_order", "org_id", "ticket_id", "created_at", "id"),
    )

    ticket_id: Mapped[UUID]
    author_user_id: Mapped[UUID | None]
    body_markdown: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SearchText(OrgOwned, Base):
    """The text vector of one message, written by the app in its own statement (no generated column can unaccent)."""

    __tablename__ = "ticket_texts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        UniqueConstraint("org_id", "message_id"),
        Index("ticket_texts_newest", "org_id", "at", "id"),
        Index("ticket_texts_of_ticket", "org_id", "ticket_id"),
        Index("ticket_texts_by_words", "org_id", "ts", postgresql_using="gin"),
        Index("ticket_texts_since", text("uuid_hash_extended(org_id, 0)"), "at"),
        {"info": {"searched": True}},
    )

    ticket_id: Mapped[UUID]
    message_id: Mapped[UUID]
    at: Mapped[datetime]
    ts: Mapped[Any] = mapped_column(TSVECTOR)


class AllowedRecipient(OrgOwned, Base):
    """A pattern of recipient addresses whose mail may open tickets; without any, all mail may."""

    __tablename__ = "recipient_allowlist"
    __table_args__ = (UniqueConstraint("org_id", "pattern"),)

    pattern: Mapped[str]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class TicketFact(Fact):
    """Something on a ticket's timeline."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "ticket_id"

    ticket_id: UUID


@dataclass(frozen=True, slots=True)
class TicketOpened(TicketFact):
    """A conversation began."""

    message_id: UUID


@dataclass(frozen=True, slots=True)
class MessageJoined(TicketFact):
    """A message joined a conversation."""

    message_id: UUID
    direction: str


@dataclass(frozen=True, slots=True)
class TicketUpdated(TicketFact):
    """Fields changed; `changes` is {field: {before, after}}."""

    changes: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class TicketClosed(TicketFact):
    """A conversation was closed by a person, a rule or the API: never by being spam or merged."""


@dataclass(frozen=True, slots=True)
class TicketReopened(TicketFact):
    """A new word of the customer woke the conversation up."""

    before: str


@dataclass(frozen=True, slots=True)
class NoteAdded(TicketFact):
    """A colleague left a note."""

    note_id: UUID
    body_length: int


@dataclass(frozen=True, slots=True)
class AutoSpam(TicketFact):
    """The recipient is not one whose mail may open tickets; who that was is part of the documented event."""

    occurrence_id: UUID
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class TicketHealed(TicketFact):
    """Another ticket turned out to be part of this conversation and was joined to it."""

    other_id: UUID
    message_ids: list[UUID]
