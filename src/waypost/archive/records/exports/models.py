"""Nouns of exports: a wish for a ZIP, the records it holds, the pieces that are made already."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class State(StrEnum):
    """Where an export stands."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """A record in it is erased: nobody fetches it any more, and its bytes go with the record."""


class ArchiveExport(OrgOwned, Base):
    """One ZIP, wished for, under way, or ready until it expires."""

    __tablename__ = "archive_exports"
    __table_args__ = (
        Index("archive_exports_by_age", "org_id", "made_at", "id"),
        Index("archive_exports_to_expire", "org_id", "expires_at", postgresql_where="expires_at is not null"),
    )

    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    state: Mapped[State] = mapped_column(Text, default=State.QUEUED)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The filters as they were asked for, to be read by people."""
    total: Mapped[int]
    """Records it will hold."""
    frozen_at: Mapped[datetime | None]
    """When the choice was written down, record by record."""
    done: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    """Files that are missing or are not what was kept; the index in the ZIP names them."""
    checkpoint_size: Mapped[int | None]
    """All proofs lead to this checkpoint."""
    indexed_at: Mapped[datetime | None]
    """When everything but the ZIP's directory was counted."""
    size_bytes: Mapped[int] = mapped_column(default=0)
    """Of the pieces made so far; of the whole when it is ready."""
    error: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When its bytes go; None once they are gone, and while it is being built."""
    loose: Mapped[list[str] | None] = mapped_column(JSONB)
    """Keys of pieces that are, or were about to be, in the store and are not counted: they go when the bytes go."""


class ExportItem(OrgOwned, Base):
    """One record of an export, chosen when its building began."""

    __tablename__ = "archive_export_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "export_id"], ["archive_exports.org_id", "archive_exports.id"]),
        UniqueConstraint("org_id", "export_id", "ordinal"),
        Index("archive_export_items_of_record", "org_id", "record_id"),
    )

    export_id: Mapped[UUID]
    ordinal: Mapped[int]
    """0, 1, 2 … in the order of the ZIP."""
    record_id: Mapped[UUID]
    problems: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Paths of its files that are missing or changed."""


class ExportPiece(OrgOwned, Base):
    """A run of the ZIP's bytes in the store, and the directory entries that became complete with it."""

    __tablename__ = "archive_export_pieces"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "export_id"], ["archive_exports.org_id", "archive_exports.id"]),
        UniqueConstraint("org_id", "export_id", "ordinal"),
    )

    export_id: Mapped[UUID]
    ordinal: Mapped[int]
    storage_key: Mapped[str]
    size: Mapped[int]
    entries: Mapped[list[list[Any]]] = mapped_column(JSONB, default=list)
    """`[name, crc, size, offset]` each."""


@dataclass(frozen=True, slots=True)
class ExportAsked(Fact):
    """Somebody wants a ZIP."""

    about: ClassVar[str] = "export_id"

    export_id: UUID


EXPORT_PROGRESSED = "archive_export_progressed"
"""What open pages hear when an export has grown or ended."""
