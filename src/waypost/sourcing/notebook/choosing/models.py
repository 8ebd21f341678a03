"""Nouns of acting on many offers: a frozen selection, and what became of each."""

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
from waypost.sourcing.notebook.models import Status

PROGRESSED = "offers_progressed"
"""What open pages of a selection are told after each batch; polling is for those that missed it."""


class State(StrEnum):
    """Where a selection stands."""

    FROZEN = "frozen"
    RUNNING = "running"
    FINISHED = "finished"
    UNDOING = "undoing"
    UNDONE = "undone"


class Result(StrEnum):
    """What became of one offer."""

    DONE = "done"
    SAME = "same"
    """It was so already."""
    GONE = "gone"
    """It left the notebook meanwhile."""
    UNDONE = "undone"
    KEPT = "kept"
    """Not undone: it was changed since."""


class OfferSelection(OrgOwned, Base):
    """Offers of one notebook as they were chosen at one moment: what an act may touch, and nothing else."""

    __tablename__ = "offer_selections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        Index("offer_selections_by_age", "org_id", "made_at"),
    )

    user_id: Mapped[UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    count: Mapped[int]
    query: Mapped[str] = mapped_column(default="")
    """The list's address behind it, to go back to."""
    state: Mapped[State] = mapped_column(Text, default=State.FROZEN)
    status: Mapped[Status | None] = mapped_column(Text)
    """What all of them shall be."""
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class OfferSelectionItem(OrgOwned, Base):
    """One offer of a selection, and its line of the receipt."""

    __tablename__ = "offer_selection_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "selection_id"], ["offer_selections.org_id", "offer_selections.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "selection_id", "ordinal"),
        Index("offer_selection_items_waiting", "org_id", "selection_id", "ordinal", postgresql_where="result is null"),
        Index("offer_selection_items_done", "org_id", "selection_id", "ordinal", postgresql_where="result = 'done'"),
    )

    selection_id: Mapped[UUID]
    ordinal: Mapped[int]
    link_id: Mapped[UUID]
    title: Mapped[str]
    """As it was chosen, for the receipt."""
    before: Mapped[Status | None] = mapped_column(Text)
    result: Mapped[Result | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class OffersActAsked(Fact):
    """A person wants all offers of a selection to have a status."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID


@dataclass(frozen=True, slots=True)
class OffersUndoAsked(Fact):
    """A person wants all of it taken back."""

    about: ClassVar[str] = "selection_id"

    selection_id: UUID
