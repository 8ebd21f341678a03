"""Nouns and facts of what was said. A message is written once; only its collision group may come later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class Direction(StrEnum):
    """Outbound is what we said ourselves, also when it reaches us as a copy."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class State(StrEnum):
    """How far an occurrence has come; `failed` keeps a job or a quarantine item that explains it."""

    DISCOVERED = "discovered"
    RAW_FETCHED = "raw_fetched"
    PARSED = "parsed"
    STITCHED = "stitched"
    ROUTED = "routed"
    FAILED = "failed"


class RefType(StrEnum):
    """Which header named another message."""

    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"


CODE, TICKET, FAILED = "code:", "ticket:", "failed:"
"""How traits begin that carry a value."""


class Message(OrgOwned, Base):
    """One thing said once, however many copies of it arrive."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_by_fingerprint", "org_id", "fingerprint"),
        Index("messages_by_content", "org_id", "content_signature"),
        ForeignKeyConstraint(["org_id", "same_as"], ["messages.org_id", "messages.id"]),
        Index("messages_same", "org_id", "same_as", postgresql_where="same_as is not null"),
        Index("messages_by_group", "org_id", "collision_group_id", postgresql_where="collision_group_id is not null"),
    )

    direction: Mapped[Direction] = mapped_column(Text)
    rfc_message_id: Mapped[str | None]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    content_signature: Mapped[bytes] = mapped_column(LargeBinary)
    collision_group_id: Mapped[UUID | None]
    first_seen_at: Mapped[datetime]
    same_as: Mapped[UUID | None]
    """The message that stands for this one since a person said that they are the same."""


class RfcId(OrgOwned, Base):
    """A Message-ID under which a message is known; a copy whose id was rewritten adds one.

    `mark` is a 128-bit digest of the id: ids may be longer than an index entry.
    """

    __tablename__ = "message_rfc_ids"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        UniqueConstraint("org_id", "mark", "message_id"),
    )

    mark: Mapped[UUID]
    message_id: Mapped[UUID]


class Content(OrgOwned, Base):
    """What a message says, as one version of our reader understood it."""

    __tablename__ = "message_contents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        UniqueConstraint("org_id", "message_id", "content_version"),
        Index("contents_by_reader", "org_id", "parser_version", "id"),
    )

    message_id: Mapped[UUID]
    content_version: Mapped[int]
    parser_version: Mapped[int]
    parsed_at: Mapped[datetime]
    date_header: Mapped[datetime | None]
    subject: Mapped[str | None]
    subject_norm: Mapped[str]
    from_email: Mapped[str | None]
    from_name: Mapped[str | None]
    reply_to_emails: Mapped[list[str]] = mapped_column(ARRAY(Text))
    to_emails: Mapped[list[str]] = mapped_column(ARRAY(Text))
    cc_emails: Mapped[list[str]] = mapped_column(ARRAY(Text))
    headers: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    body_text: Mapped[str | None]
    body_html: Mapped[str | None]
    quote_start: Mapped[int | None]
    snippet: Mapped[str]
    language: Mapped[str]
    attachment_count: Mapped[int]
    traits: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What stitching wants to know of the headers: `forward`, `auto`, `bounce`, `list`, `forged` (marks of our kind
    that are not ours), `code:tkt-…` and `ticket:UUID` (proven marks), `failed:ADDRESS` (not reached, by a bounce)."""
    has_remote: Mapped[bool]
    notes: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Scan(StrEnum):
    """What the operator's virus scanner says of a file."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class Attachment(OrgOwned, Base):
    """One part of a message that is no body; equal bytes twice are two attachments."""

    __tablename__ = "message_attachments"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        ForeignKeyConstraint(["org_id", "blob_id"], ["blobs.org_id", "blobs.id"]),
        UniqueConstraint("org_id", "message_id", "ordinal"),
        Index("attachments_unscanned", "org_id", "id", postgresql_where="scan_state = 'unscanned'"),
        Index("attachments_by_blob", "org_id", "blob_id"),
    )

    message_id: Mapped[UUID]
    ordinal: Mapped[int]
    blob_id: Mapped[UUID]
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    is_inline: Mapped[bool]
    content_id: Mapped[str | None]
    scan_state: Mapped[Scan] = mapped_column(Text, default=Scan.UNSCANNED)
    scan_found: Mapped[str | None]
    """What was found, in the scanner's words."""

    @property
    def is_infected(self) -> bool:
        """It is marked, and its bytes are not handed out."""
        return self.scan_state == Scan.INFECTED


@dataclass(frozen=True, slots=True)
class FilesCame(Fact):
    """A message carries files that nobody has judged: one that came in, or one of ours."""

    message_id: UUID


class ThreadRef(OrgOwned, Base):
    """A message named by another; kept also while the named one has not arrived, so that the thread can heal."""

    __tablename__ = "message_thread_refs"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        Index("thread_refs_of_message", "org_id", "message_id", "position"),
        Index("thread_refs_by_mark", "org_id", "mark"),
    )

    message_id: Mapped[UUID]
    ref_type: Mapped[RefType] = mapped_column(Text)
    position: Mapped[int]
    mark: Mapped[UUID]


class Occurrence(OrgOwned, Base):
    """One copy of a mail in one mailbox, and why it went where it went."""

    __tablename__ = "message_occurrences"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "mailbox_id"], ["mailboxes.org_id", "mailboxes.id"]),
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        ForeignKeyConstraint(["org_id", "raw_blob_id"], ["blobs.org_id", "blobs.id"]),
        UniqueConstraint("org_id", "mailbox_id", "provider_id"),
        Index("occurrences_of_message", "org_id", "message_id"),
        Index("occurrences_by_blob", "org_id", "raw_blob_id"),
        Index("occurrences_unfinished", "org_id", "state", "id", postgresql_where="state <> 'routed'"),
        Index(
            "occurrences_dropped",
            *("org_id", "received_at", "id"),
            postgresql_where="state = 'routed' and ticket_id is null",
        ),
    )

    mailbox_id: Mapped[UUID]
    provider_id: Mapped[str]
    thread_id: Mapped[str | None]
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    inbox: Mapped[str | None]
    """The address the operator named for an import, or that a direct mailbox serves."""
    received_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(Text)
    raw_blob_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    is_duplicate: Mapped[bool] = mapped_column(default=False)
    original_recipient: Mapped[str | None]
    original_recipient_source: Mapped[str] = mapped_column(default="unknown")
    original_recipient_confidence: Mapped[str] = mapped_column(default="low")
    original_recipient_evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    ticket_id: Mapped[UUID | None]
    parsed_at: Mapped[datetime | None]
    stitched_at: Mapped[datetime | None]
    routed_at: Mapped[datetime | None]
    route_reason: Mapped[str | None]
    parse_error: Mapped[str | None]
    stitch_error: Mapped[str | None]
    route_error: Mapped[str | None]
    updated_at: Mapped[datetime]
    route_evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How a verdict on a first message came about: rule, acts and the steps before it."""


class AddressKind(StrEnum):
    """What one of our own addresses is for."""

    JOURNAL = "journal"
    INBOX = "inbox"


class OwnAddress(OrgOwned, Base):
    """An address of the organisation's own: mail from it is ours; a journal's is never the recipient meant."""

    __tablename__ = "own_addresses"
    __table_args__ = (UniqueConstraint("org_id", "address"),)

    address: Mapped[str]
    kind: Mapped[AddressKind] = mapped_column(Text)


class SameSender(StrEnum):
    """What becomes of a sender's further mail while the first one has no answer."""

    APART = "apart"
    SAME_SUBJECT = "same_subject"
    TOGETHER = "together"


EVERYWHERE = "everywhere"
"""The scope of a policy that holds for all inboxes."""


class ThreadingPolicy(OrgOwned, Base):
    """What an organisation decided where mail itself leaves it open; without a row, the defaults hold."""

    __tablename__ = "threading_policies"
    __table_args__ = (UniqueConstraint("org_id", "scope"),)

    scope: Mapped[str] = mapped_column(default=EVERYWHERE)
    same_sender: Mapped[SameSender] = mapped_column(Text, default=SameSender.APART)
    window_hours: Mapped[int] = mapped_column(default=24)
    """How long after a sender's last mail the next one may join it."""
    inboxes_apart: Mapped[bool] = mapped_column(default=False)
    """One mail to several inboxes is a ticket for each of them."""
    automatic_per_hour: Mapped[int] = mapped_column(default=10)
    """Tickets that one sender's automatic mail may open in an hour; what is more joins the last of them."""
    updated_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class OccurrenceParsed(Fact):
    """A copy has its message; it may join a conversation."""

    occurrence_id: UUID


@dataclass(frozen=True, slots=True)
class OccurrenceStitched(Fact):
    """A copy has its ticket; it may be routed."""

    occurrence_id: UUID
