"""Nouns of schedules: when which search runs by itself, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned

LONGEST_NAME, LONGEST_CRON = 120, 128
MOST = 50
"""Schedules of one person."""


class ScrapeSchedule(OrgOwned, Base):
    """A search that runs by the clock, for one person; it goes when they leave the organisation."""

    __tablename__ = "scrape_schedules"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "user_id", "name"),
        Index("scrape_schedules_of_person", "org_id", "user_id", "created_at", "id"),
        Index("scrape_schedules_due", "org_id", "next_run_at", "id", postgresql_where=text("enabled")),
        Index("scrape_schedules_of_run", "org_id", "last_run_id"),
    )

    user_id: Mapped[UUID]
    name: Mapped[str]
    enabled: Mapped[bool]
    cron: Mapped[str]
    """Five fields."""
    timezone: Mapped[str]
    source: Mapped[str]
    wanted: Mapped[int] = mapped_column(default=20)
    """`limit`: offers that are enough."""
    career_profile_id: Mapped[UUID | None]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    next_run_at: Mapped[datetime | None]
    """None while it is not enabled."""
    last_triggered_at: Mapped[datetime | None]
    last_run_status: Mapped[str | None]
    """`ENQUEUED`, `ENQUEUED_MANUAL`, `ENQUEUE_FAILED`, `ENQUEUE_FAILED_MANUAL`, then the run's own end."""
    last_run_id: Mapped[UUID | None]
    last_successful_at: Mapped[datetime | None]
    last_successful_run_id: Mapped[UUID | None]
    last_failed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ScheduleEvent(OrgOwned, Base):
    """One line of a schedule's history; it outlives the schedule."""

    __tablename__ = "scrape_schedule_events"
    __table_args__ = (
        Index("scrape_schedule_events_of_schedule", "org_id", "schedule_id", "created_at", "id"),
        Index("scrape_schedule_events_of_person", "org_id", "user_id", "created_at", "id"),
        Index("scrape_schedule_events_newest", "org_id", "created_at", "id"),
        {"info": {"append_only": True}},
    )

    schedule_id: Mapped[UUID]
    user_id: Mapped[UUID]
    source_run_id: Mapped[UUID | None]
    trace_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    event_type: Mapped[str]
    """`schedule_updated`, `schedule_trigger_received`, `schedule_enqueue_started`, `…_succeeded`, `…_failed`,
    `schedule_run_completed`, `schedule_run_failed`."""
    severity: Mapped[str] = mapped_column(default="info")
    code: Mapped[str | None]
    """`MANUAL_TRIGGER`, `INTERNAL_SCHEDULER`, the run's end, or why it could not be wished for."""
    message: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]
