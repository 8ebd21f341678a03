"""Nouns and facts of intake. The occurrence itself lives with the messages it becomes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class Settled(StrEnum):
    """How a person ended a quarantine item."""

    TICKET = "ticket"
    DISMISSED = "dismissed"


class QuarantineItem(OrgOwned, Base):
    """A mail that defeats our limits or our reader: shown with its raw bytes and the reason, never dropped."""

    __tablename__ = "quarantine_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "occurrence_id"], ["message_occurrences.org_id", "message_occurrences.id"]),
        UniqueConstraint("org_id", "occurrence_id"),
        Index("quarantine_waiting", "org_id", "created_at", "id", postgresql_where="settled_at is null"),
    )

    occurrence_id: Mapped[UUID]
    reason: Mapped[str]
    limit_name: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    settled_as: Mapped[Settled | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class OccurrenceFetched(Fact):
    """The raw bytes of a copy are safe; it may be read."""

    begins: ClassVar[bool] = True

    occurrence_id: UUID


@dataclass(frozen=True, slots=True)
class MailQuarantined(Fact):
    """A mail could not be read and waits for a person."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "occurrence_id"

    occurrence_id: UUID
