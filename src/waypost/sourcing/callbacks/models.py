"""Nouns and facts of callbacks: what was received, what was answered, what was refused."""

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


class EventState(StrEnum):
    """How far an event came. Registration and effect share a transaction, so `received` is never seen alone."""

    RECEIVED = "received"
    APPLIED = "applied"
    REJECTED = "rejected"


class CallbackEvent(OrgOwned, Base):
    """One event of a scraper, known by its id for ever: a repetition of it is answered as the first time."""

    __tablename__ = "job_source_callback_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        UniqueConstraint("org_id", "source_run_id", "event_id"),
        Index("job_source_callback_events_newest", "org_id", "received_at", "id"),
        Index("job_source_callback_events_by_status", "org_id", "kind", "status", "received_at"),
    )

    source_run_id: Mapped[UUID]
    event_id: Mapped[str]
    kind: Mapped[str]
    """`complete` or `ingest`."""
    status: Mapped[str]
    """`COMPLETED`, `FAILED` or `INGEST`."""
    state: Mapped[EventState] = mapped_column(Text, default=EventState.RECEIVED)
    outcome_code: Mapped[str | None]
    """Why it was rejected, or in which way it was applied."""
    request_id: Mapped[str | None]
    attempt_no: Mapped[int] = mapped_column(default=1)
    lease_token: Mapped[int | None]
    payload_hash: Mapped[str]
    """Identity of the body (ruling 33): of its canonical form, without what differs between deliveries."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The short of it, without offers."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    repeats: Mapped[int] = mapped_column(default=0)
    """Honest repetitions that got the first answer again."""
    emitted_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class CallbackRejection(OrgOwned, Base):
    """A proven callback that was refused all the same: for the figures, and for whoever asks why."""

    __tablename__ = "job_source_callback_rejections"
    __table_args__ = (
        Index("job_source_callback_rejections_newest", "org_id", "created_at", "id"),
        Index("job_source_callback_rejections_of_run", "org_id", "source_run_id", "created_at"),
        {"info": {"append_only": True}},
    )

    source_run_id: Mapped[UUID]
    kind: Mapped[str]
    event_id: Mapped[str | None]
    request_id: Mapped[str | None]
    code: Mapped[str]
    """`CONFLICTING_EVENT_PAYLOAD`, `PAYLOAD_HASH_MISMATCH`, `VALIDATION_ERROR`, …"""
    address: Mapped[str | None]
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class LinkDeferred(Fact):
    """A run's offers are kept, but could not be put into its person's notebook."""

    about: ClassVar[str] = "run_id"
    run_id: UUID
