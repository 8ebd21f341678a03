"""Copies of what the scraper could not deliver: enough to see and to decide, never the body (ruling 34)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class CallbackDeadLetter(OrgOwned, Base):
    """One entry of the scraper's spool; it stays here when the scraper is away."""

    __tablename__ = "callback_dead_letters"
    __table_args__ = (
        UniqueConstraint("org_id", "source_run_id", "event_id"),
        Index("callback_dead_letters_newest", "org_id", "created_at", "id"),
        Index("callback_dead_letters_open", "org_id", "state", "created_at"),
    )

    source_run_id: Mapped[UUID]
    entry: Mapped[str]
    """What the scraper calls it."""
    kind: Mapped[str]
    """`complete` or `ingest`."""
    event_id: Mapped[str]
    request_id: Mapped[str | None]
    reason: Mapped[str | None]
    last_status: Mapped[int | None]
    permanence: Mapped[str]
    """`transient` or `permanent`: the documented `class`."""
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="pending")
    """`pending`; `sent` or `discarded` once it is gone from the spool."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class ScraperLook(OrgOwned, Base):
    """What the last look at the scraper found; one row."""

    __tablename__ = "scraper_looks"
    __table_args__ = (UniqueConstraint("org_id"),)

    at: Mapped[datetime]
    reachable: Mapped[bool]
    trouble: Mapped[str | None]
    dead: Mapped[int] = mapped_column(default=0)
    """Dead letters of all it serves: a number, no content."""
    oldest_age_seconds: Mapped[float | None] = mapped_column(Float)
    queued: Mapped[int] = mapped_column(default=0)
    active: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
