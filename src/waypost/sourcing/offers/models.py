"""Nouns and facts of the catalogue: offers, where they were seen, which run found them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class JobOffer(OrgOwned, Base):
    """One position offered on one source, kept once under its identity."""

    __tablename__ = "job_offers"
    __table_args__ = (
        UniqueConstraint("org_id", "source", "offer_identity_key"),
        Index("job_offers_newest", "org_id", "last_seen_at", "id"),
        Index("job_offers_of_source", "org_id", "source", "last_seen_at"),
        Index("job_offers_expiring", "org_id", "is_expired", "expires_at"),
    )

    source: Mapped[str]
    """The source's key."""
    offer_identity_key: Mapped[str]
    source_id: Mapped[str | None]
    run_id: Mapped[UUID | None]
    """The last run that saw it; membership stands in `run_offers`."""
    url: Mapped[str]
    title: Mapped[str]
    company: Mapped[str | None]
    location: Mapped[str | None]
    salary: Mapped[str | None]
    salary_min: Mapped[int | None]
    """Minor units of `salary_currency`."""
    salary_max: Mapped[int | None]
    salary_currency: Mapped[str | None]
    salary_period: Mapped[str | None]
    salary_kind: Mapped[str | None]
    employment_type: Mapped[str | None]
    category: Mapped[str | None]
    facets: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Canonical slugs by dimension: `workModes`, `contractTypes`, `workSchedules`, `seniority`, `technologies`."""
    source_company_profile_url: Mapped[str | None]
    apply_url: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    description: Mapped[str]
    requirements: Mapped[list[str]] = mapped_column(JSONB, default=list)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    tags: Mapped[list[str]] = mapped_column(JSONB, default=list)
    content_hash: Mapped[str]
    quality_state: Mapped[str] = mapped_column(default="ACCEPTED")
    quality_reason: Mapped[str | None]
    is_expired: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_full_scrape_at: Mapped[datetime | None]
    last_matched_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]


class RunOffer(OrgOwned, Base):
    """That a run found an offer, and how; the only membership there is."""

    __tablename__ = "run_offers"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        ForeignKeyConstraint(["org_id", "offer_id"], ["job_offers.org_id", "job_offers.id"]),
        UniqueConstraint("org_id", "run_id", "offer_id"),
        Index("run_offers_of_offer", "org_id", "offer_id"),
    )

    run_id: Mapped[UUID]
    offer_id: Mapped[UUID]
    discovered_at: Mapped[datetime]
    via: Mapped[str]
    """`detail`, `salvage`, `cache`, `reuse`, `rematch`."""
    relaxed: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True, slots=True)
class OffersFound(Fact):
    """A run brought offers, new ones among them or not."""

    about: ClassVar[str] = "run_id"
    run_id: UUID
