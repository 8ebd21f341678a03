"""Counts by the hour: what pages and rules add up instead of the rows themselves."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class SourcingCount(OrgOwned, Base):
    """How many of one kind there were in one hour; written anew as often as something of that hour changes."""

    __tablename__ = "sourcing_counts"
    __table_args__ = (
        UniqueConstraint("org_id", "hour", "what", "word"),
        Index("sourcing_counts_of_kind", "org_id", "what", "hour"),
    )

    hour: Mapped[datetime]
    """UTC; of the making of what is counted."""
    what: Mapped[str]
    """`runs`, `fresh.completed`, `events.failed`, `answers.faults`, …: the words of `counting.py`."""
    word: Mapped[str] = mapped_column(default="")
    """A source, a failure, a group of doors; empty where there is nothing to tell apart."""
    count: Mapped[int]


class CountedUntil(OrgOwned, Base):
    """How far the counting came: everything older than an hour before this stands in `sourcing_counts`."""

    __tablename__ = "sourcing_counted"
    __table_args__ = (UniqueConstraint("org_id"),)

    until_at: Mapped[datetime]
