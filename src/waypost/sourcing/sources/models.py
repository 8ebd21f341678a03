"""Nouns and facts of sources: what an organisation may ask, how, and what it was told about asking."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.platform.identity.models import CATALOGUE

SLOWEST_MS, QUICKEST_MS, USUAL_MS = 600_000, 200, 2_000
"""Milliseconds between two requests to a host that one source may ask for."""
MOST_PAGES, USUAL_PAGES = 20_000, 1_000
"""Pages of a source in one day (UTC)."""


class KeptSource(OrgOwned, Base):
    """What an organisation said of one source. A shipped one has a row only once somebody changed something."""

    __tablename__ = "job_sources"
    __table_args__ = (UniqueConstraint("org_id", "key"),)

    key: Mapped[str]
    """As runs name it (`source`); an own one's begins with nothing that is shipped."""
    name: Mapped[str]
    adapter: Mapped[str]
    """A name in the registry of adapters."""
    recipe: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The adapter's data; None: what is shipped for this key, so that a new version's fixes arrive."""
    hosts: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """In lower case; their subdomains count."""
    listing_url: Mapped[str | None]
    is_enabled: Mapped[bool] = mapped_column(default=False)
    permission_note: Mapped[str | None]
    """Why it may be asked: a permission, or what its terms say. Without one it cannot be enabled."""
    permitted_by: Mapped[UUID | None]
    permitted_at: Mapped[datetime | None]
    window_from: Mapped[int | None]
    """Minute of the day (in `window_zone`) from which it may be asked; None: at any time."""
    window_until: Mapped[int | None]
    """Up to this minute; smaller than `window_from`: over midnight."""
    window_zone: Mapped[str] = mapped_column(default="UTC")
    interval_ms: Mapped[int] = mapped_column(default=USUAL_MS)
    page_cap: Mapped[int] = mapped_column(default=USUAL_PAGES)
    killed_at: Mapped[datetime | None]
    """The kill switch: nothing asks it, whatever runs."""
    killed_because: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SourceDay(OrgOwned, Base):
    """How many pages of a source were asked for on one day: what its cap is compared with."""

    __tablename__ = "job_source_days"
    __table_args__ = (UniqueConstraint("org_id", "source_key", "day"),)

    source_key: Mapped[str]
    day: Mapped[str]
    """`2026-11-22`, UTC."""
    pages: Mapped[int]


class AutomationState(OrgOwned, Base):
    """What is remembered of a source's pause: when it opened and why, and the operator's word against it."""

    __tablename__ = "source_automation_states"
    __table_args__ = (UniqueConstraint("org_id", "source_key"),)

    source_key: Mapped[str]
    paused_reason: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    failure_mix: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    override_cleared_at: Mapped[datetime | None]
    """A person said: go on. Failures after it count anew."""
    override_expires_at: Mapped[datetime | None]
    """Until then the pause still holds, shortened; None: cleared at once."""
    override_by: Mapped[UUID | None]
    override_note: Mapped[str | None]


class SourceHost(Base):
    """One host's timeline for the whole installation (ADR 0029): when it may be asked next, and whether it rests."""

    __tablename__ = "source_hosts"
    __table_args__ = (Index("source_hosts_idle", "updated_at"), CATALOGUE)

    host: Mapped[str] = mapped_column(primary_key=True)
    next_free_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
    closed_because: Mapped[str | None]
    updated_at: Mapped[datetime]
    crawl_delay_ms: Mapped[int | None]
    """What its robots.txt was last seen to ask for: nobody is granted requests nearer to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as everybody else reads it: what is shipped, with what the organisation said over it."""

    key: str
    name: str
    adapter: str
    recipe: dict[str, Any]
    hosts: tuple[str, ...]
    listing_url: str | None
    is_shipped: bool
    id: UUID | None = None
    """None: shipped, and nobody has said anything of it yet."""
    has_own_recipe: bool = False
    enabled: bool = False
    permission_note: str | None = None
    permitted_by: UUID | None = None
    permitted_at: datetime | None = None
    window_from: int | None = None
    window_until: int | None = None
    window_zone: str = "UTC"
    interval_ms: int = USUAL_MS
    page_cap: int = USUAL_PAGES
    killed_at: datetime | None = None
    killed_because: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Why scheduled runs of a source wait, and until when (sourcing.md 2.10). Runs by hand stay allowed."""

    reason: str
    """`blocked_cluster`, `network_cluster`, `timeout_cluster`, `detail_parse_gap_cluster`, `mixed_failure_cluster`,
    `operator_override`."""
    since: datetime
    """The latest failure."""
    until: datetime
    failures: int
    looked_at: int
    """Runs that were looked at."""
    mix: dict[str, int] = field(default_factory=dict)
    """Failures by trigger code."""


@dataclass(frozen=True, slots=True)
class HostState:
    """A host as the installation treats it now."""

    host: str
    next_free_at: datetime
    closed_until: datetime | None
    closed_because: str | None


@dataclass(frozen=True, slots=True)
class SourceChanged(Fact):
    """What is known of a source changed; `what` names it: added, settings, recipe, permission, enabled, killed, …"""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "source_id"

    source_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class SourcePaused(Fact):
    """Scheduled runs of a source wait, because too many of the last ones failed."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "state_id"

    state_id: UUID
    source_key: str
    reason: str
