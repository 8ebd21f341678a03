"""What the queue remembers: jobs, what became of their attempts, paused queues and the clock."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, WORKER


class Status(StrEnum):
    """A dead job is shown as `failed` where a documented interface says so."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"


QUEUED, RUNNING, DEAD = text("status = 'queued'"), text("status = 'running'"), text("status = 'dead'")
KEYED = " and concurrency_key is not null"


class StoredJob(OrgOwned, Base):
    """One follow-up of one fact. The payload never changes; everything else is the queue's state."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_to_claim", "queue", "org_id", text("priority desc"), "run_at", "id", postgresql_where=QUEUED),
        Index(
            "jobs_waiting_by_key",
            *("org_id", "concurrency_key", "queue", "id"),
            postgresql_where=text("status = 'queued'" + KEYED),
        ),
        Index("jobs_leased", "lease_until", postgresql_where=RUNNING),
        Index(
            "jobs_one_running_per_key",
            *("org_id", "concurrency_key"),
            unique=True,
            postgresql_where=text("status = 'running'" + KEYED),
        ),
        Index(
            "jobs_one_live_twin",
            *("org_id", "dedupe_key"),
            unique=True,
            postgresql_where=text("status in ('queued', 'running') and dedupe_key is not null"),
        ),
        Index("jobs_dead_newest", "org_id", text("updated_at desc"), "id", postgresql_where=DEAD),
        Index("jobs_dead_alike", "org_id", "fingerprint", text("updated_at desc"), "id", postgresql_where=DEAD),
        Index(
            "jobs_dead_of_thing",
            *("org_id", "thing_id", "id"),
            postgresql_where=text("status = 'dead' and thing_id is not null"),
        ),
        Index("jobs_changed", "updated_at", postgresql_using="brin"),
        {
            "info": {"claimed": True},
            "postgresql_with": {"fillfactor": 80, "autovacuum_vacuum_scale_factor": 0.02},
        },
    )

    type: Mapped[str]
    queue: Mapped[str]
    status: Mapped[str]
    priority: Mapped[int]
    run_at: Mapped[datetime]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    replays: Mapped[int]
    concurrency_key: Mapped[str | None]
    dedupe_key: Mapped[str | None]
    thing_id: Mapped[UUID | None]
    """What the fact is about: the ticket, booking, run or record that the job belongs to."""
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[str | None]
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    fingerprint: Mapped[str | None]
    traceparent: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class JobAttempt(OrgOwned, Base):
    """An attempt that did not succeed, kept as long as its job."""

    __tablename__ = "job_attempts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "job_id"], ["jobs.org_id", "jobs.id"], ondelete="CASCADE"),
        Index("job_attempts_of_job", "org_id", "job_id", "ended_at"),
        {"info": {"append_only": True, "claimed": True}},
    )

    job_id: Mapped[UUID]
    replay: Mapped[int]
    """0 before the first replay: each replay grants a fresh budget of attempts."""
    attempt: Mapped[int]
    outcome: Mapped[str]
    error: Mapped[str]
    frame: Mapped[str | None]
    """Where in our own code: `module:function:line`."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime]


class DeadGroup(OrgOwned, Base):
    """How many dead letters of one type failed alike: counted when they come and go, so that no page counts a million.

    A group whose letters are gone stays a while with `jobs` 0: it says that this failure was known before.
    """

    __tablename__ = "dead_letter_groups"
    __table_args__ = (
        UniqueConstraint("org_id", "fingerprint", "type"),
        {"info": {"claimed": True}},
    )

    fingerprint: Mapped[str]
    type: Mapped[str]
    queue: Mapped[str]
    error: Mapped[str]
    jobs: Mapped[int]
    removed: Mapped[int]
    """How many left by age (see `JOBS_DEAD_KEEP_DAYS`)."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class QueueControl(Base):
    """An operator's word on one queue, for the whole installation."""

    __tablename__ = "queue_controls"

    queue: Mapped[str] = mapped_column(primary_key=True)
    paused: Mapped[bool]
    max_running_per_org: Mapped[int | None]


class StoredSchedule(Base):
    """The next tick of one clock job, for the whole installation; its row is the lock of the tick."""

    __tablename__ = "schedules"

    type: Mapped[str] = mapped_column(primary_key=True)
    cron: Mapped[str]
    next_at: Mapped[datetime]


declare_sql("queue_controls", f"grant select, insert, update on queue_controls to {APP}, {WORKER}")
declare_sql("schedules", f"grant select, insert, update on schedules to {WORKER}")
