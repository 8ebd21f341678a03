"""Nouns and facts of the wish to keep something: the request, what brought it, and the closings we heard of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact

Act = Literal["run", "settle"]


class State(StrEnum):
    """How far a request has come; each names the last step whose result is safe."""

    RECEIVED = "received"
    RUNNING = "running"
    """The case is marked as being worked on, or being read."""
    RENDERED = "rendered"
    SEALED = "sealed"
    RESERVED = "reserved"
    """Its leaf is in the log."""
    STORED = "stored"
    """Its files stand."""
    SETTLING = "settling"
    """It is kept; only the origin has not been told yet."""
    ARCHIVED = "archived"
    SKIPPED = "skipped"
    FAILED_TRANSIENT = "failed_transient"
    FAILED_PERMANENT = "failed_permanent"


ENDS = frozenset({State.ARCHIVED, State.SKIPPED, State.FAILED_TRANSIENT, State.FAILED_PERMANENT})
FAILURES = frozenset({State.FAILED_TRANSIENT, State.FAILED_PERMANENT})
IN_THE_LOG = frozenset({State.RESERVED, State.STORED, State.SETTLING, State.ARCHIVED})
"""From here on the same bytes must be brought to their end: nothing is read or signed again."""
ENDED = "('archived', 'skipped', 'failed_transient', 'failed_permanent')"
LIVE = text(f"state not in {ENDED}")
UNSETTLED = text("settle_due")
UNREAD = text("snapshot_key is not null and version_id is null and people_read_at is null")
OVER = text("ended_at is not null and version_id is null and forgotten_at is null")
WITHDRAWN = "withdrawn"
"""Token of a request that a person took back before the log knew it."""


class Outcome(StrEnum):
    """What became of a delivery; only `done` makes a repetition of it needless."""

    RECEIVED = "received"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    NOT_TRIGGERED = "not_triggered"


class ArchiveRequest(OrgOwned, Base):
    """One wish to keep one case, from its first word to the origin's last tag. A case has at most one live request."""

    __tablename__ = "archive_requests"
    __table_args__ = (
        Index("archive_requests_one_live", "org_id", "kind", "source", "ref", unique=True, postgresql_where=LIVE),
        Index("archive_requests_of_case", "org_id", "kind", "source", "ref", "id"),
        Index("archive_requests_by_state", "org_id", "state", "id"),
        Index("archive_requests_by_number", "org_id", "number", "id"),
        Index("archive_requests_unsettled", "org_id", "id", postgresql_where=UNSETTLED),
        Index("archive_requests_going", "org_id", "created_at", postgresql_where=LIVE),
        Index(
            "archive_requests_told", "org_id", "source", "ended_at", "id", postgresql_where=text("ended_at is not null")
        ),
        Index("archive_requests_over", "org_id", "ended_at", "id", postgresql_where=OVER),
        Index("archive_requests_unread", "org_id", "id", postgresql_where=UNREAD),
    )

    kind: Mapped[str]
    """The origin's kind: `zammad`, `ticket` …"""
    source: Mapped[str]
    ref: Mapped[str]
    """The case's id at its origin."""
    number: Mapped[str] = mapped_column(default="")
    """What people call it; known once the case was read."""
    state: Mapped[State] = mapped_column(Text, default=State.RECEIVED)
    forced: Mapped[bool] = mapped_column(default=False)
    """Past the gate, on a person's word."""
    reason: Mapped[str | None]
    """Why it was forced."""
    asked_by: Mapped[UUID | None]
    """The person, where one asked."""
    wire_request_id: Mapped[str | None]
    """`X-Request-Id` of the call that brought it."""
    delivery_id: Mapped[str | None]
    hints: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The few members of a webhook that matter later; nothing else of it is kept."""
    again: Mapped[bool] = mapped_column(default=False)
    """Somebody asked once more while the case was already read: it is read again afterwards."""
    follows: Mapped[UUID | None]
    """The request that this one repeats because of that: a case that did not change since is not kept twice."""
    mark_id: Mapped[UUID | None]
    """The request under whose name the case passed the gate, where that was an earlier one."""
    fence: Mapped[int] = mapped_column(default=0)
    """Counts the runs: who holds an older number has been overtaken and may change nothing."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Tries that failed since the start or the last replay."""
    tries: Mapped[int] = mapped_column(default=0)
    """All runs that began, those that only told the origin among them."""
    replays: Mapped[int] = mapped_column(default=0)
    """How often its job had been given another life when it failed."""
    next_run_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    """The origin was marked."""
    reading_at: Mapped[datetime | None]
    """When this run began to look at the case: what is asked later may ask for more than it will see."""
    placing: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    snapshot_key: Mapped[str | None]
    snapshot_sha256: Mapped[str | None]
    content_sha256: Mapped[str | None]
    """Of what people said, without tags and times: equal for a case that did not change."""
    blobs: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """SHA-256 of a file → its key in the store."""
    rendered: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """One for each volume: key, number, articles, notes, and the locale and zone of its pages."""
    sealed: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """One for each signed volume: key and what its signature says."""
    template_version: Mapped[str | None]
    version_id: Mapped[UUID | None]
    record_id: Mapped[UUID | None]
    version_number: Mapped[int | None]
    stored: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Where its files stand."""
    classification: Mapped[str | None]
    """`Transient` or `Permanent`."""
    error: Mapped[str | None]
    """`Class: message`, scrubbed."""
    error_code: Mapped[str | None]
    error_hint: Mapped[str | None]
    error_action: Mapped[str | None]
    error_step: Mapped[str | None]
    skipped_because: Mapped[str | None]
    settle_due: Mapped[bool] = mapped_column(default=False)
    """The origin has still to be told."""
    settle_error: Mapped[str | None]
    settle_tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    people_read_at: Mapped[datetime | None]
    """When its snapshot was read for who has a part in the case; None: not yet."""
    forgotten_at: Mapped[datetime | None]
    """When what it had read of its case was thrown away; the row stays and says so."""
    forgotten_because: Mapped[str | None]
    """`retention`, `person` (somebody's request to be forgotten) or `chosen`."""
    held_at: Mapped[datetime | None]
    """Since when a legal hold forbids to throw anything of it away."""
    held_by: Mapped[UUID | None]
    held_because: Mapped[str | None]

    @property
    def case(self) -> str:
        """The case as one word: what runs of it wait for."""
        return f"{self.kind}:{self.source}:{self.ref}"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself, but telling the origin."""
        return self.state in ENDS


class Delivery(OrgOwned, Base):
    """One webhook delivery as its sender numbers it."""

    __tablename__ = "archive_deliveries"
    __table_args__ = (
        UniqueConstraint("org_id", "source", "delivery_id"),
        ForeignKeyConstraint(["org_id", "request_id"], ["archive_requests.org_id", "archive_requests.id"]),
        Index("archive_deliveries_of_request", "org_id", "request_id"),
        Index("archive_deliveries_by_age", "org_id", "seen_at"),
    )

    source: Mapped[str]
    delivery_id: Mapped[str]
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[Outcome] = mapped_column(Text, default=Outcome.RECEIVED)
    request_id: Mapped[UUID | None]
    times: Mapped[int] = mapped_column(default=1)
    """How often it came."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Closing(OrgOwned, Base):
    """A case that was closed, as its origin told us: what completeness counts."""

    __tablename__ = "archive_closings"
    __table_args__ = (
        UniqueConstraint("org_id", "kind", "source", "ref", "closed_at"),
        Index("archive_closings_by_day", "org_id", "closed_at", "id"),
    )

    kind: Mapped[str]
    source: Mapped[str]
    ref: Mapped[str]
    number: Mapped[str]
    closed_at: Mapped[datetime]
    exempt_because: Mapped[str | None]
    """Why it need not be kept (an organisation's policy); None when it must be."""
    noted_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class ArchiveRequested(Fact):
    """Somebody wants a case kept."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "request_id"

    request_id: UUID
    case: str


@dataclass(frozen=True, slots=True)
class ArchiveDue(Fact):
    """A request wants its next act: `run`, or `settle` (tell its origin how it ended). One at a time for a case."""

    begins: ClassVar[bool] = True
    about: ClassVar[str] = "request_id"

    request_id: UUID
    case: str
    act: Act = "run"


@dataclass(frozen=True, slots=True)
class ArchiveSettled(Fact):
    """A request has come to its end: `archived`, `skipped` or a failure."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "request_id"

    request_id: UUID
    state: str


PROGRESSED = "archive_progressed"
"""What open pages hear when a request has taken a step."""
