"""The task that the API hands to a scraper (sourcing.md 1.8, 2.11; ruling 34). No secret ever travels in it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from waypost.sourcing.wire.shape import Line, Tolerant

NAME = "scrape:source"
"""Of the envelope `{name, payload}`; the bare payload is taken as well."""


class Window(Tolerant):
    """How many links a query should find."""

    min: int = Field(ge=1, le=100)
    max: int = Field(ge=1, le=100)


class Budget(Tolerant):
    """Leave to ask a host: `slots` requests, the n-th not before `first_at` plus n times `interval_ms`.

    Slots that pass unused are gone; nobody else was promised their time, whatever organisation asked. None left and
    `closed_until` in the future: the host wants rest.
    """

    host: Line
    first_at: datetime
    interval_ms: int = Field(ge=0)
    slots: int = Field(ge=0)
    closed_until: datetime | None = None


class SourceTerms(Tolerant):
    """What the scraper must know of a source: how to read it, and how far it may go."""

    key: Line
    adapter: Line
    """`pracuj`, `recipe`, `jsonld`, `feed`, `sitemap`, …: a name in the registry of adapters."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """The adapter's data: selectors, dictionaries, whether a browser may draw its pages."""
    hosts: tuple[Line, ...] = ()
    """Hosts that may be asked, and their subdomains; a redirect elsewhere is refused."""
    page_cap: int = Field(1_000, ge=1)
    """Pages a day."""
    user_agent: Line | None = None


class Resume(Tolerant):
    """Where a run goes on that somebody else began: as the last heartbeat said it."""

    next_listing: str | None = None
    pending: tuple[str, ...] = ()
    """Links found and not yet read."""
    done: tuple[str, ...] = ()
    """Identity keys of offers that were delivered already."""


class Task(Tolerant):
    """One run, as a scraper sees it. `source` and, for reports, `source_run_id` are what it cannot do without."""

    task_schema_version: Literal["1"] = "1"
    source: Line = Field(min_length=1)
    source_run_id: UUID | None = None
    trace_id: UUID | None = None
    user_id: UUID | None = None
    career_profile_id: UUID | None = None
    run_id: Line | None = None
    request_id: Line | None = None
    task_id: Line | None = Field(None, min_length=1, max_length=128)
    dedupe_key: Line | None = Field(None, min_length=8)
    task_timeout_ms: int | None = Field(None, ge=1_000)
    dispatch_deadline_ms: int | None = Field(None, ge=1_000)
    lease_expires_at: datetime | None = None
    lease_token: int = Field(0, ge=0)
    """The fence: who reports with an older number was overtaken."""
    callback_url: str | None = None
    heartbeat_url: str | None = None
    ingest_url: str | None = None
    listing_url: str | None = None
    limit: int = Field(20, ge=1, le=100)
    filters: dict[str, Any] | None = None
    matching_filters: dict[str, Any] | None = None
    adaptive_query_window: Window | None = None
    relax: bool = False
    """Filters may be loosened step by step (at most three), and what that finds is marked."""
    terms: SourceTerms | None = None
    budgets: tuple[Budget, ...] = ()
    known_fresh: tuple[str, ...] = ()
    """Identity keys of offers that were read lately: they join the run without being fetched."""
    resume: Resume | None = None
