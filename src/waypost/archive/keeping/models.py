"""Nouns and facts of how long: retention classes, legal holds, releases that two people agree on, certificates."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact

RECORD_KEY = ["archive_records.org_id", "archive_records.id"]


class RetentionClass(OrgOwned, Base):
    """How long records of a kind are kept; the first class in the order that fits a record decides."""

    __tablename__ = "archive_retention_classes"
    __table_args__ = (
        UniqueConstraint("org_id", "name"),
        Index("archive_retention_classes_in_order", "org_id", "priority", "id"),
    )

    name: Mapped[str]
    priority: Mapped[int] = mapped_column(default=100)
    years: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    """Years and days count from the case's closing, else from when it was kept."""
    origin_kind: Mapped[str | None]
    path_prefix: Mapped[str | None]
    """Folders below the user's, as they stand (`Kunden/2026`)."""
    tag: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Term(OrgOwned, Base):
    """What decides how long one record is kept, and the answer; one row for each record."""

    __tablename__ = "archive_terms"
    __table_args__ = (
        UniqueConstraint("org_id", "record_id"),
        ForeignKeyConstraint(["org_id", "record_id"], RECORD_KEY),
        ForeignKeyConstraint(
            ["org_id", "class_id"],
            ["archive_retention_classes.org_id", "archive_retention_classes.id"],
            ondelete="SET NULL (class_id)",
        ),
        Index(
            "archive_terms_ending", "org_id", "retain_until", "record_id", postgresql_where="retain_until is not null"
        ),
        Index("archive_terms_by_class", "org_id", "class_id"),
        Index("archive_terms_unread", "org_id", "record_id", postgresql_where=text("read_at is null")),
    )

    record_id: Mapped[UUID]
    tags: Mapped[list[str]] = mapped_column(JSONB, default=list)
    class_id: Mapped[UUID | None]
    retain_until: Mapped[datetime | None]
    """None: for ever."""
    read_at: Mapped[datetime | None]
    """When its snapshots were read for who has a part in the case; None: not yet."""


class Participant(OrgOwned, Base):
    """An address that has a part in a case: its customer, or one that wrote there or was written to."""

    __tablename__ = "archive_participants"
    __table_args__ = (
        UniqueConstraint("org_id", "record_id", "address"),
        ForeignKeyConstraint(["org_id", "record_id"], RECORD_KEY),
        Index("archive_participants_by_address", "org_id", "address", "record_id"),
    )

    record_id: Mapped[UUID]
    address: Mapped[str]
    """In lower case."""


class Hold(OrgOwned, Base):
    """A legal hold: while one stands, nothing deletes the record."""

    __tablename__ = "archive_holds"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "record_id"], RECORD_KEY),
        Index("archive_holds_of_record", "org_id", "record_id", "placed_at", "id"),
    )

    record_id: Mapped[UUID]
    reason: Mapped[str]
    placed_by: Mapped[UUID | None]
    placed_at: Mapped[datetime]
    log_position: Mapped[int]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    lifted_because: Mapped[str | None]
    lifted_log_position: Mapped[int | None]


class ReleaseKind(StrEnum):
    """Why records are to go."""

    DUE = "due"
    """Their time is over."""
    PERSON = "person"
    """Somebody asked for what concerns them to be erased."""
    CHOSEN = "chosen"
    """A person chose them one by one."""


class ReleaseState(StrEnum):
    """How far it has come."""

    LISTED = "listed"
    """The machine's dry run: nobody has proposed anything yet."""
    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    DONE = "done"
    """Every record of it is erased, or is kept for a reason that stands beside it."""


class Release(OrgOwned, Base):
    """A list of records to be erased: one person proposes it, another one agrees or refuses."""

    __tablename__ = "archive_releases"
    __table_args__ = (
        CheckConstraint("state not in ('agreed', 'done') or decided_by <> proposed_by", name="two_people"),
        Index("archive_releases_newest", "org_id", "made_at", "id"),
        Index("archive_releases_one_listed", "org_id", unique=True, postgresql_where=text("state = 'listed'")),
    )

    kind: Mapped[ReleaseKind] = mapped_column(Text)
    state: Mapped[ReleaseState] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(default="")
    concerns: Mapped[str | None]
    """The address of the person whose records these are; forgotten when all is done."""
    made_at: Mapped[datetime]
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_because: Mapped[str | None]
    log_position: Mapped[int | None]
    """Of the leaf that says that two people agreed."""
    ended_at: Mapped[datetime | None]


class ItemState(StrEnum):
    """What became of one record of a release."""

    WAITING = "waiting"
    ERASING = "erasing"
    ERASED = "erased"
    KEPT = "kept"
    """Something forbids it: a hold, an object lock, a retention that is not over."""


class ReleaseItem(OrgOwned, Base):
    """One record of a release."""

    __tablename__ = "archive_release_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "release_id"], ["archive_releases.org_id", "archive_releases.id"]),
        ForeignKeyConstraint(["org_id", "record_id"], RECORD_KEY),
        UniqueConstraint("org_id", "release_id", "record_id"),
        Index("archive_release_items_of_record", "org_id", "record_id"),
    )

    release_id: Mapped[UUID]
    record_id: Mapped[UUID]
    state: Mapped[ItemState] = mapped_column(Text, default=ItemState.WAITING)
    because: Mapped[str | None]
    """`held`, `locked`, `retained`, `gone`: why it is kept."""
    until: Mapped[datetime | None]
    """Until when that stands, where it has an end."""
    certificate_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class ReleaseWish(OrgOwned, Base):
    """One request of a release whose case is no record: what it had read is to go, too."""

    __tablename__ = "archive_release_wishes"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "release_id"], ["archive_releases.org_id", "archive_releases.id"]),
        ForeignKeyConstraint(["org_id", "request_id"], ["archive_requests.org_id", "archive_requests.id"]),
        UniqueConstraint("org_id", "release_id", "request_id"),
        Index("archive_release_wishes_of_request", "org_id", "request_id"),
    )

    release_id: Mapped[UUID]
    request_id: Mapped[UUID]
    state: Mapped[ItemState] = mapped_column(Text, default=ItemState.WAITING)
    because: Mapped[str | None]
    """`held`, `recorded` (it is a record by now, which stands on the same list)."""
    ended_at: Mapped[datetime | None]


class Certificate(OrgOwned, Base):
    """That a record was erased: what it was, by its hashes and places in the log, and who agreed."""

    __tablename__ = "archive_certificates"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "record_id"], RECORD_KEY),
        ForeignKeyConstraint(["org_id", "release_id"], ["archive_releases.org_id", "archive_releases.id"]),
        Index("archive_certificates_newest", "org_id", "at", "id"),
        {"info": {"append_only": True}},
    )

    record_id: Mapped[UUID]
    release_id: Mapped[UUID]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str]
    """Of its canonical JSON (RFC 8785), hex: the tombstone's leaf holds it."""
    log_position: Mapped[int]
    leaf: Mapped[str]


@dataclass(frozen=True, slots=True)
class _OfRecord(Fact):
    """Something happened to a record."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "record_id"

    record_id: UUID


@dataclass(frozen=True, slots=True)
class HoldPlaced(_OfRecord):
    """A legal hold was put on a record."""

    hold_id: UUID


@dataclass(frozen=True, slots=True)
class HoldLifted(_OfRecord):
    """A legal hold was lifted."""

    hold_id: UUID


@dataclass(frozen=True, slots=True)
class RecordErased(_OfRecord):
    """A record's content is gone, on two people's word."""

    release_id: UUID
    certificate_id: UUID


@dataclass(frozen=True, slots=True)
class RetentionChanged(Fact):
    """The classes are others than before: every record is asked again."""

    class_id: UUID


@dataclass(frozen=True, slots=True)
class ReleaseAgreed(Fact):
    """Two people agreed that records go."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "release_id"

    release_id: UUID


@dataclass(frozen=True, slots=True)
class ErasureDue(Fact):
    """One record of an agreed release is to be erased now."""

    item_id: UUID


@dataclass(frozen=True, slots=True)
class WishErasureDue(Fact):
    """What one request of an agreed release had read is to be thrown away now."""

    item_id: UUID
