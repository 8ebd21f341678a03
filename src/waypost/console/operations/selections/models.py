"""A selection, its receipt, and the wish to act on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class Act(StrEnum):
    """What a selection may be made for."""

    REPLAY = "replay"
    CANCEL = "cancel"


class JobSelection(OrgOwned, Base):
    """Dead letters as they stood at one moment, under an id: what a bulk act is allowed to touch."""

    __tablename__ = "job_selections"

    made_at: Mapped[datetime]
    """Jobs that died later do not belong to it."""
    made_by: Mapped[UUID | None]
    type: Mapped[str | None]
    fingerprint: Mapped[str | None]
    count: Mapped[int]
    sample: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str]
    """frozen, replaying (under way, whatever the act), finished, stopped."""
    step: Mapped[int]
    after_id: Mapped[UUID | None]
    """The last job that was looked at; jobs are taken in the order of their ids, which keeps the order of each key."""
    verdict: Mapped[str | None]
    again_of: Mapped[UUID | None]
    """Of this selection only: what failed again or was left, and what a stop left untouched."""
    types: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    """The dry run: for each type of job `{type, count, twins, verdict}`."""
    act: Mapped[Act] = mapped_column(Text, default="replay")
    rate: Mapped[int | None]
    """At most so many jobs a minute."""
    with_check: Mapped[bool] = mapped_column(default=False)
    """A person has looked outside, so jobs of the verdict "check" are replayed too."""
    done: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    """How many were acted on, and how many were left alone for a reason."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JobSelectionItem(OrgOwned, Base):
    """What became of one job of a selection: the receipt, line by line."""

    __tablename__ = "job_selection_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "selection_id"], ["job_selections.org_id", "job_selections.id"]),
        Index("job_selection_items_of_step", "org_id", "selection_id", "step"),
        Index("job_selection_items_in_order", "org_id", "selection_id", "id"),
        {"info": {"append_only": True}},
    )

    selection_id: Mapped[UUID]
    job_id: Mapped[UUID]
    step: Mapped[int]
    result: Mapped[str]
    """replayed, cancelled, or why it was left: twin (a live one does its work), check, not, unknown."""
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class SelectionReplayAsked(Fact):
    """A person asked for the act on all jobs of a frozen selection."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID
