"""What a scraper reports: heartbeats, chunks of offers, the end of a run (sourcing.md 1.5, 4.8)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from waypost.sourcing.wire.diagnostics import Diagnostics
from waypost.sourcing.wire.offer import MOST_OFFERS, Offer
from waypost.sourcing.wire.shape import Document, EventId, Line, Tolerant, without_nulls
from waypost.sourcing.wire.task import Budget, Resume
from waypost.sourcing.wire.words import FailureType, Phase

LARGEST_BODY, LARGEST_UNPACKED = 8_000_000, 24_000_000
"""Bytes of one callback as it travels, and after `Content-Encoding: gzip` is taken off."""
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Ordinal = Annotated[int, Field(ge=1, le=1_000_000_000)]


class Execution(Tolerant):
    """One line of the scraper's own log of a run (sourcing.md 3.4); rides on heartbeats and on the end."""

    stage: str = Field(max_length=64)
    status: Literal["info", "success", "warning", "failed"] = "info"
    code: str = Field(max_length=128)
    message: str | None = Field(None, max_length=1_000)
    at: str = Field(max_length=64)
    """ISO 8601, by the scraper's clock."""
    seq: Count
    """Counts the lines of one task: a line that arrives twice is one line."""
    meta: dict[str, Any] = Field(default_factory=dict)


class HostNews(Tolerant):
    """What was learnt of a host."""

    host: Line
    wanted: int = Field(0, ge=0, le=1_000)
    """Requests still to be made."""
    asked: Count = 0
    """Requests made since the last heartbeat."""
    closed_until: str | None = Field(None, max_length=64)
    """ISO 8601: it asked for rest."""
    reason: str | None = Field(None, max_length=64)
    crawl_delay_ms: int | None = Field(None, ge=0, le=60_000)
    """What its robots.txt asks for between two requests; None where nobody has looked."""


class _Report(Document):
    @model_validator(mode="before")
    @classmethod
    def _absent(cls, value: Any) -> Any:
        return without_nulls(value)


class Heartbeat(_Report):
    """The scraper lives. All optional, as documented; ours ride along: events, hosts, discovered links, resume."""

    source_run_id: UUID | None = None
    run_id: Line | None = Field(None, max_length=128)
    trace_id: UUID | None = None
    phase: Phase | None = None
    attempt: Ordinal | None = None
    pages_visited: Count | None = None
    job_links_discovered: Count | None = None
    normalized_offers: Count | None = None
    meta: dict[str, Any] = Field(default_factory=dict)
    lease_token: Count | None = None
    worker_instance: Line | None = Field(None, max_length=128)
    """Which scraper it is, among several."""
    events: tuple[Execution, ...] = Field((), max_length=200)
    hosts: tuple[HostNews, ...] = Field((), max_length=20)
    discovered: tuple[str, ...] = Field((), max_length=200)
    """Identity keys; the answer names those that are fresh already."""
    resume: Resume | None = None


class HeartbeatAnswer(Tolerant):
    """What the API says back."""

    ok: bool = True
    status: str
    heartbeat_at: str | None = None
    deduped: bool | None = None
    ignored: bool | None = None
    cancel_requested: bool = False
    lease_lost: bool = False
    over: bool = False
    """The run has its end, and nothing that is still read changes it."""
    lease_expires_at: str | None = None
    budgets: tuple[Budget, ...] = ()
    fresh: tuple[str, ...] = ()


class _Event(_Report):
    """What every registered event carries."""

    run_id: Line | None = Field(None, max_length=128)
    trace_id: UUID | None = None
    event_id: EventId | None = None
    task_id: Line | None = Field(None, max_length=128)
    dedupe_key: Line | None = Field(None, max_length=128)
    attempt_no: Ordinal | None = None
    callback_attempt_no: Ordinal | None = None
    emitted_at: str | None = Field(None, max_length=64)
    payload_hash: Line | None = Field(None, max_length=64)
    lease_token: Count | None = None

    @property
    def number(self) -> int:
        """Which delivery this is: the order of attempts."""
        return self.callback_attempt_no or self.attempt_no or 1


class OfferChunk(_Event):
    """Offers of a run that is still going; `job` for one, `jobs` for a batch."""

    source_run_id: UUID
    source: Line = Field(max_length=64)
    pipeline_attempt_no: Ordinal | None = None
    job: Offer | None = None
    jobs: tuple[Offer, ...] = Field((), max_length=MOST_OFFERS)
    via: Literal["detail", "salvage", "cache"] = "detail"
    relaxed: bool = False
    """Found only after filters were loosened."""
    cached: tuple[str, ...] = Field((), max_length=MOST_OFFERS)
    """Identity keys of offers that were fresh already and belong to this run too."""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All of them."""
        return (self.job, *self.jobs) if self.job else self.jobs


class Completion(_Event):
    """The end of a run, signed."""

    source_run_id: UUID
    source: Line | None = Field(None, max_length=64)
    scrape_attempt_no: Ordinal | None = None
    status: Literal["COMPLETED", "FAILED"] = "COMPLETED"
    job_count: Count | None = None
    scraped_count: Count | None = None
    total_found: Count | None = None
    """Links found; `jobLinkCount` is another name for it."""
    listing_url: str | None = Field(None, max_length=2048)
    output_path: str | None = Field(None, max_length=2048)
    error: str | None = Field(None, max_length=1_000)
    failure_type: FailureType | None = None
    failure_code: Line | None = Field(None, max_length=128)
    jobs: tuple[Offer, ...] = Field((), max_length=MOST_OFFERS)
    diagnostics: Diagnostics | None = None
    events: tuple[Execution, ...] = Field((), max_length=500)
    hosts: tuple[HostNews, ...] | None = Field(None, max_length=20)
    """What no heartbeat has told of hosts yet: a short run ends before one does."""

    @model_validator(mode="before")
    @classmethod
    def _other_name(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "jobLinkCount" not in value:
            return value
        named = {name: each for name, each in value.items() if name != "jobLinkCount"}
        return {"totalFound": value["jobLinkCount"], **named}

    @property
    def count(self) -> int:
        """Offers that were found; the two documented names are equal where both are said."""
        told = self.scraped_count if self.scraped_count is not None else self.job_count
        return len(self.jobs) if told is None else told
