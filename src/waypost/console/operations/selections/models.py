"""A selection, its receipt, and the wish to replay it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


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
    """frozen, replaying, finished, stopped."""
    step: Mapped[int]
    after_id: Mapped[UUID | None]
    """The last job that was looked at; jobs are taken in the order of their ids, which keeps the order of each key."""
    verdict: Mapped[str | None]


class JobSelectionItem(OrgOwned, Base):
    """What became of one job of a selection: the receipt, line by line."""

    __tablename__ = "job_selection_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "selection_id"], ["job_selections.org_id", "job_selections.id"]),
        Index("job_selection_items_of_step", "org_id", "selection_id", "step"),
        {"info": {"append_only": True}},
    )

    selection_id: Mapped[UUID]
    job_id: Mapped[UUID]
    step: Mapped[int]
    result: Mapped[str]
    """replayed, or twin (a live twin does its work already)."""
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class SelectionReplayAsked(Fact):
    """A person asked for all jobs of a frozen selection to be tried again."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID
