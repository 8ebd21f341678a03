"""Nouns of acting on many: a frozen selection of tickets, and what became of each."""

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

PROGRESSED = "bulk_progressed"
"""What open pages of a selection are told after each batch; polling is for those that missed it."""


class State(StrEnum):
    """Where a selection stands."""

    FROZEN = "frozen"
    RUNNING = "running"
    FINISHED = "finished"
    UNDOING = "undoing"
    UNDONE = "undone"


class Result(StrEnum):
    """What became of one ticket."""

    DONE = "done"
    SAME = "same"
    """It was so already."""
    REFUSED = "refused"
    GONE = "gone"
    """It became part of another ticket meanwhile."""
    UNDONE = "undone"
    KEPT = "kept"
    """Not undone: somebody changed it since."""


class BulkSelection(OrgOwned, Base):
    """Tickets as they were chosen at one moment: what an act on many may touch, and nothing else."""

    __tablename__ = "bulk_selections"
    __table_args__ = (Index("bulk_selections_by_age", "org_id", "made_at"),)

    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    """A selection that nobody used by then acts no more."""
    count: Mapped[int]
    sample: Mapped[list[str]] = mapped_column(JSONB)
    query: Mapped[str] = mapped_column(default="")
    """The inbox's address behind it, to go back to."""
    state: Mapped[State] = mapped_column(Text, default=State.FROZEN)
    act: Mapped[dict[str, str | None] | None] = mapped_column(JSONB(none_as_null=True))
    done: Mapped[int] = mapped_column(default=0)
    """How many have their result; while it is undone, how many were looked at again."""
    asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BulkItem(OrgOwned, Base):
    """One ticket of a selection, and its line of the receipt."""

    __tablename__ = "bulk_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "selection_id"], ["bulk_selections.org_id", "bulk_selections.id"]),
        UniqueConstraint("org_id", "selection_id", "ordinal"),
        Index("bulk_items_waiting", "org_id", "selection_id", "ordinal", postgresql_where="result is null"),
        Index("bulk_items_done", "org_id", "selection_id", "ordinal", postgresql_where="result = 'done'"),
    )

    selection_id: Mapped[UUID]
    ordinal: Mapped[int]
    ticket_id: Mapped[UUID]
    result: Mapped[Result | None] = mapped_column(Text)
    detail: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rearrangement_id: Mapped[UUID | None]
    at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class BulkActAsked(Fact):
    """A person wants something done to all tickets of a selection."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID


@dataclass(frozen=True, slots=True)
class BulkUndoAsked(Fact):
    """A person wants all of it taken back."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID
