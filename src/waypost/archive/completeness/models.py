"""Nouns of completeness: the statement of a day, and how an organisation stands right now."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class Statement(OrgOwned, Base):
    """What became of all cases that were closed on one day (UTC), as of one moment; covered by a leaf of the log.

    A statement is never changed. When a gap is filled, or a closing becomes known late, a new one replaces it and names
    it.
    """

    __tablename__ = "archive_statements"
    __table_args__ = (
        UniqueConstraint("org_id", "day", "revision"),
        UniqueConstraint("org_id", "position"),
        {"info": {"append_only": True}},
    )

    day: Mapped[date]
    revision: Mapped[int]
    """1, 2, 3, …: the highest counts."""
    count: Mapped[int]
    """All closings of the day."""
    kept: Mapped[int]
    exempt: Mapped[int]
    gaps: Mapped[int]
    items: Mapped[str] = mapped_column(deferred=True)
    """One object for each closing, canonical JSON (see `stating.items_of`)."""
    items_sha256: Mapped[str]
    replaces: Mapped[int | None]
    """Position in the log of the statement before it."""
    position: Mapped[int]
    """Its own."""
    made_at: Mapped[datetime]


class CompletenessWatch(OrgOwned, Base):
    """How an organisation stands: counted every few minutes, from where everything before is known to be kept."""

    __tablename__ = "archive_completeness"
    __table_args__ = (UniqueConstraint("org_id"),)

    complete_until: Mapped[datetime]
    """Every case that was closed before has its record or its exemption."""
    seen: Mapped[UUID]
    """Closings with a lower id were looked at (ids sort by the time they were noted)."""
    unarchived: Mapped[int]
    """Cases closed for longer than half an hour that have neither."""
    oldest_at: Mapped[datetime | None]
    """When the oldest of them was closed."""
    looked_at: Mapped[datetime]
