"""Nouns and facts of collisions: what a person ruled on messages that look alike, and what that changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.ticketing.tickets.models import TicketFact


class Verdict(StrEnum):
    """Whether messages that look alike are one."""

    SAME = "same"
    DIFFERENT = "different"


class CollisionRuling(OrgOwned, Base):
    """A person's word on some messages of a group; it can be taken back."""

    __tablename__ = "collision_rulings"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "survivor_id"], ["messages.org_id", "messages.id"]),
        Index("collision_rulings_newest", "org_id", "decided_at", "id"),
    )

    group_id: Mapped[UUID]
    verdict: Mapped[Verdict] = mapped_column(Text)
    message_ids: Mapped[list[str]] = mapped_column(JSONB)
    survivor_id: Mapped[UUID | None]
    """The one that stands for all, where they are the same."""
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class RuledRow(OrgOwned, Base):
    """One row that a ruling changed, whole, before and after; null: the row was not there."""

    __tablename__ = "collision_rows"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ruling_id"], ["collision_rulings.org_id", "collision_rulings.id"]),
        UniqueConstraint("org_id", "ruling_id", "ordinal"),
        {"info": {"append_only": True}},
    )

    ruling_id: Mapped[UUID]
    ordinal: Mapped[int]
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Distinction(OrgOwned, Base):
    """Two messages that a person has told apart: they are never put into one group again. `low_id` < `high_id`."""

    __tablename__ = "message_distinctions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "low_id"], ["messages.org_id", "messages.id"]),
        ForeignKeyConstraint(["org_id", "high_id"], ["messages.org_id", "messages.id"]),
        UniqueConstraint("org_id", "low_id", "high_id"),
        Index("message_distinctions_back", "org_id", "high_id"),
    )

    low_id: Mapped[UUID]
    high_id: Mapped[UUID]
    ruling_id: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class MessagesUnited(TicketFact):
    """Messages here turned out to be copies of one."""

    ruling_id: UUID
    survivor_id: UUID
    message_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class UnitingUndone(TicketFact):
    """They are messages of their own again."""

    ruling_id: UUID


@dataclass(frozen=True, slots=True)
class CollisionsLeft(Fact):
    """A look for messages without a group was not finished within one request; `after` is the last fingerprint."""

    after: str
