"""Nouns and facts of a run: the wish to look at a source, its task, what happened to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, WORKER
from waypost.sourcing.wire.words import RunState

LIVE = text("status in ('PENDING', 'RUNNING')")
LIVE_RETRY = text("retry_of_run_id is not null and status in ('PENDING', 'RUNNING')")


class Run(OrgOwned, Base):
    """One look at one source for one person. Terminal rows never change, but for a late result (ruling 35)."""

    __tablename__ = "job_source_runs"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "retry_of_run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        Index("job_source_runs_of_person", "org_id", "user_id", "created_at", "id"),
        Index("job_source_runs_of_source", "org_id", "source_slug", "created_at"),
        Index("job_source_runs_by_status", "org_id", "status", "created_at"),
        Index("job_source_runs_by_time", "org_id", "created_at", "id"),
        Index("job_source_runs_of_intent", "org_id", "intent_fingerprint", "created_at"),
        Index("job_source_runs_of_listing", "org_id", "canonical_listing_url", "created_at"),
        Index("job_source_runs_by_trace", "org_id", "trace_id"),
        Index("job_source_runs_live", "org_id", "last_signal_at", postgresql_where=LIVE),
        Index("job_source_runs_retries", "org_id", "retry_of_run_id", "created_at"),
        Index("job_source_runs_one_live_retry", "org_id", "retry_of_run_id", unique=True, postgresql_where=LIVE_RETRY),
        UniqueConstraint("org_id", "user_id", "idempotency_key"),
    )

    source_slug: Mapped[str]
    user_id: Mapped[UUID | None]
    career_profile_id: Mapped[UUID | None]
    listing_url: Mapped[str | None]
    canonical_listing_url: Mapped[str | None]
    listing_given: Mapped[bool] = mapped_column(default=False)
    """A person named the address: nothing but it is looked at (sourcing.md 4.2, row 29)."""
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    wanted: Mapped[int] = mapped_column(default=20)
    """`limit`: offers that are enough."""
    relax: Mapped[bool] = mapped_column(default=False)
    force_refresh: Mapped[bool] = mapped_column(default=False)
    intent_fingerprint: Mapped[str]
    idempotency_key: Mapped[str | None]
    trace_id: Mapped[UUID]
    request_id: Mapped[str | None]
    origin: Mapped[str] = mapped_column(default="fresh")
    """`fresh`, `reuse`, `rematch`; only fresh ones count where success is measured."""
    mode: Mapped[str] = mapped_column(default="manual")
    """`manual`, `scheduled`, `retry`, `continuation`."""
    continues_run_id: Mapped[UUID | None]
    """The run whose leftover links this one reads."""
    status: Mapped[RunState] = mapped_column(Text, default=RunState.PENDING)
    total_found: Mapped[int | None]
    scraped_count: Mapped[int | None]
    error: Mapped[str | None]
    failure_type: Mapped[str | None]
    failure_code: Mapped[str | None]
    classified_outcome: Mapped[str | None]
    empty_reason: Mapped[str | None]
    source_quality: Mapped[str | None]
    diagnostics: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Merged, never replaced."""
    resume: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Where a dead scraper stopped."""
    retry_of_run_id: Mapped[UUID | None]
    retry_count: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[int] = mapped_column(default=0)
    """The fence: counts the deliveries of its task to a scraper."""
    lease_expires_at: Mapped[datetime | None]
    worker_instance: Mapped[str | None]
    dispatch_until: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    last_heartbeat_at: Mapped[datetime | None]
    last_signal_at: Mapped[datetime]
    """Creation, an attempt to deliver it, or a heartbeat: silence is measured from here."""
    cancel_requested_at: Mapped[datetime | None]
    closed_by_watchdog: Mapped[bool] = mapped_column(default=False)
    late_result_accepted_at: Mapped[datetime | None]
    replayed: Mapped[bool] = mapped_column(default=False)
    """A person's replay had a part in its end: it does not count as completed by itself."""
    completed_at: Mapped[datetime | None]
    finalized_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RunEvent(OrgOwned, Base):
    """One line of a run's log; written once."""

    __tablename__ = "job_source_run_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        Index("job_source_run_events_of_run", "org_id", "source_run_id", "created_at", "id"),
        Index("job_source_run_events_by_type", "org_id", "event_type", "created_at"),
        Index("job_source_run_events_by_request", "org_id", "request_id"),
        {"info": {"append_only": True}},
    )

    source_run_id: Mapped[UUID]
    trace_id: Mapped[UUID]
    event_type: Mapped[str]
    severity: Mapped[str] = mapped_column(default="info")
    request_id: Mapped[str | None]
    phase: Mapped[str | None]
    attempt_no: Mapped[int | None]
    code: Mapped[str | None]
    message: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]


class RunAttempt(OrgOwned, Base):
    """One delivery of a run's end, whatever came of it."""

    __tablename__ = "job_source_run_attempts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        UniqueConstraint("org_id", "source_run_id", "attempt_no"),
    )

    source_run_id: Mapped[UUID]
    attempt_no: Mapped[int]
    queue_task_name: Mapped[str | None]
    queue_provider: Mapped[str | None]
    status: Mapped[str]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    failure_type: Mapped[str | None]
    failure_code: Mapped[str | None]
    error: Mapped[str | None]
    payload_hash: Mapped[str | None]


class ExecutionEvent(OrgOwned, Base):
    """One line of the scraper's own log of a run; arrives with heartbeats, once."""

    __tablename__ = "scrape_execution_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        UniqueConstraint("org_id", "source_run_id", "lease_token", "seq"),
        Index("scrape_execution_events_by_stage", "org_id", "stage", "created_at"),
        {"info": {"append_only": True}},
    )

    source_run_id: Mapped[UUID]
    lease_token: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int]
    trace_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    task_id: Mapped[str | None]
    dedupe_key: Mapped[str | None]
    execution_status: Mapped[str | None]
    stage: Mapped[str]
    status: Mapped[str]
    code: Mapped[str]
    message: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]


class ApiPresence(Base):
    """Since when somebody has been there to hear scrapers, for the whole installation; one row (ruling 35)."""

    __tablename__ = "sourcing_api_presence"

    id: Mapped[int] = mapped_column(primary_key=True)
    up_since: Mapped[datetime]
    """Begin of the time without a gap that lasts until `seen_at`."""
    seen_at: Mapped[datetime]


declare_sql("sourcing_api_presence", f"grant select, insert, update on sourcing_api_presence to {APP}, {WORKER}")


@dataclass(frozen=True, slots=True)
class RunEnqueued(Fact):
    """A run waits to be handed to a scraper."""

    kept: ClassVar[bool] = True
    begins: ClassVar[bool] = True
    about: ClassVar[str] = "run_id"
    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunEnded(Fact):
    """A run reached its end."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "run_id"
    run_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class RunLost(Fact):
    """Who held a run fell silent: it is to be handed out anew."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "run_id"
    run_id: UUID
