"""Nouns and facts of rearranging: what people put elsewhere, row by row, so that it can be put back."""

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
from waypost.ticketing.tickets.models import TicketFact


class Kind(StrEnum):
    """What a person did."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    LINK = "link"
    UNLINK = "unlink"


class Rearrangement(OrgOwned, Base):
    """One act of a person on two tickets. No foreign key leads to them: the undo of a split ends the new one."""

    __tablename__ = "rearrangements"
    __table_args__ = (
        Index("rearrangements_of_ticket", "org_id", "ticket_id", "made_at", "id"),
        Index("rearrangements_of_other", "org_id", "other_id", "made_at", "id"),
    )

    kind: Mapped[Kind] = mapped_column(Text)
    ticket_id: Mapped[UUID]
    """The ticket that gave: merged away, split, or left by a message."""
    other_id: Mapped[UUID]
    """The ticket that took."""
    message_ids: Mapped[list[str]] = mapped_column(JSONB)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class RearrangedRow(OrgOwned, Base):
    """One row that a rearrangement changed: the columns it touched, before and after; null: the row was not there."""

    __tablename__ = "rearranged_rows"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "rearrangement_id"], ["rearrangements.org_id", "rearrangements.id"]),
        UniqueConstraint("org_id", "rearrangement_id", "ordinal"),
        Index("rearranged_rows_by_row", "org_id", "row_id"),
        {"info": {"append_only": True}},
    )

    rearrangement_id: Mapped[UUID]
    ordinal: Mapped[int]
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


@dataclass(frozen=True, slots=True)
class RearrangingFact(TicketFact):
    """Told once for each of the two tickets; `gave` says which side this timeline is on."""

    other_id: UUID
    rearrangement_id: UUID
    gave: bool


@dataclass(frozen=True, slots=True)
class TicketsMerged(RearrangingFact):
    """One ticket became part of another, by hand."""

    message_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class MessagesSplit(RearrangingFact):
    """Some messages became a ticket of their own."""

    message_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class MessageMoved(RearrangingFact):
    """A message was put into another ticket."""

    message_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class TicketsLinked(RearrangingFact):
    """A person wants two tickets to know of each other."""


@dataclass(frozen=True, slots=True)
class TicketsUnlinked(RearrangingFact):
    """They have nothing to do with each other after all."""


@dataclass(frozen=True, slots=True)
class RearrangingUndone(TicketFact):
    """Everything is as it was before that act."""

    event: ClassVar[str | None] = "rearranging_undone"

    other_id: UUID
    rearrangement_id: UUID
    kind: str
