"""Nouns and facts of the catalogue: offers, where they were seen, which run found them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact

COUNTED = (
    "source",
    "is_expired",
    "expires_at",
    "quality_state",
    "quality_reason",
    "category",
    "employment_type",
    "unknown_contract",
)
"""What figures are counted by: they are read from the index alone."""


class JobOffer(OrgOwned, Base):
    """One position offered on one source, kept once under its identity."""

    __tablename__ = "job_offers"
    __table_args__ = (
        UniqueConstraint("org_id", "source", "offer_identity_key"),
        Index("job_offers_newest", "org_id", "last_seen_at", "id", postgresql_include=COUNTED),
        Index("job_offers_matched", "org_id", "last_matched_at"),
        Index("job_offers_first_seen", "org_id", "first_seen_at", "id"),
        Index("job_offers_to_read_again", "org_id", "normalisation_version", "id"),
        Index("job_offers_of_source", "org_id", "source", "last_seen_at"),
        Index("job_offers_expiring", "org_id", "is_expired", "expires_at"),
        {"info": {"searched": True}},
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
    company_key: Mapped[str | None]
    """What spellings of one company share (`offer_companies.key`)."""
    location: Mapped[str | None]
    salary: Mapped[str | None]
    salary_min: Mapped[int | None]
    """Minor units of `salary_currency`."""
    salary_max: Mapped[int | None]
    salary_currency: Mapped[str | None]
    salary_period: Mapped[str | None]
    salary_kind: Mapped[str | None]
    salary_monthly: Mapped[int | None]
    """The upper end in minor units a month, for comparing."""
    employment_type: Mapped[str | None]
    category: Mapped[str | None]
    facets: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Canonical slugs by dimension: `workModes`, `contractTypes`, `workSchedules`, `seniority`, `technologies` (all of
    them), `technologiesRequired`, `technologiesNiceToHave`, `places`; absent ones are not said."""
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
    unknown_contract: Mapped[bool] = mapped_column(default=False)
    """A kind of contract that no dictionary knows."""
    normalisation_version: Mapped[int] = mapped_column(default=0)
    is_expired: Mapped[bool] = mapped_column(default=False)
    expiry_changed_at: Mapped[datetime | None]
    """When a source last said that it is over, or that it stands again."""
    expires_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_full_scrape_at: Mapped[datetime | None]
    last_matched_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]


class OfferObservation(OrgOwned, Base):
    """What a source said of an offer, once for each content: the offer's history."""

    __tablename__ = "job_offer_source_observations"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "offer_id"], ["job_offers.org_id", "job_offers.id"]),
        UniqueConstraint("org_id", "offer_id", "content_hash"),
        Index("job_offer_source_observations_of_source", "org_id", "source", "observed_at"),
        Index("job_offer_source_observations_by_time", "org_id", "observed_at"),
    )

    offer_id: Mapped[UUID]
    source: Mapped[str]
    run_id: Mapped[UUID | None]
    content_hash: Mapped[str]
    observed_at: Mapped[datetime]
    parser_version: Mapped[str | None]
    normalisation_version: Mapped[int]
    via: Mapped[str]
    title: Mapped[str]
    company: Mapped[str | None]
    location: Mapped[str | None]
    salary: Mapped[str | None]
    employment_type: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    is_expired: Mapped[bool] = mapped_column(default=False)
    description: Mapped[str]
    requirements: Mapped[list[str]] = mapped_column(JSONB, default=list)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    quality_reason: Mapped[str | None]
    filled: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Names of the fields that said anything: drift is measured by these."""


class OfferPayload(OrgOwned, Base):
    """The documents behind an observation: `normalized-job` (as it travelled, without what the observation holds)
    and `source-raw` (as the board's page held it). Written by the statement that writes its observation, and never
    alone: a foreign key would ask for each of them again."""

    __tablename__ = "job_offer_raw_payloads"
    __table_args__ = (UniqueConstraint("org_id", "observation_id", "type"),)

    observation_id: Mapped[UUID]
    type: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class OfferCompany(OrgOwned, Base):
    """One company under its normalised name, as spelt so far, with its page on each source."""

    __tablename__ = "offer_companies"
    __table_args__ = (UniqueConstraint("org_id", "key"),)

    key: Mapped[str]
    name: Mapped[str]
    """The spelling that was seen first."""
    aliases: Mapped[list[str]] = mapped_column(JSONB, default=list)
    profiles: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Its address by source."""
    first_seen_at: Mapped[datetime]


class OfferText(OrgOwned, Base):
    """What the search finds an offer by: its words, and its facets as marks among them."""

    __tablename__ = "job_offer_texts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "offer_id"], ["job_offers.org_id", "job_offers.id"]),
        UniqueConstraint("org_id", "offer_id"),
        Index("job_offer_texts_newest", "org_id", "at", "offer_id"),
        Index("job_offer_texts_ts", "org_id", "ts", postgresql_using="gin"),
        {"info": {"searched": True}},
    )

    offer_id: Mapped[UUID]
    at: Mapped[datetime]
    """`first_seen_at` of the offer: the order of answers."""
    ts: Mapped[Any] = mapped_column(TSVECTOR)


class OfferTally(OrgOwned, Base):
    """Counts of the catalogue by source and hour, made anew by the clock: figures never count a million rows."""

    __tablename__ = "offer_tallies"
    __table_args__ = (UniqueConstraint("org_id", "source", "hour"),)

    source: Mapped[str]
    hour: Mapped[datetime]
    """Of `last_seen_at`; what is older than the longest window stands under the epoch."""
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    counted_at: Mapped[datetime]


class RunOffer(OrgOwned, Base):
    """That a run found an offer, and how; the only membership there is."""

    __tablename__ = "run_offers"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "run_id"], ["job_source_runs.org_id", "job_source_runs.id"]),
        ForeignKeyConstraint(["org_id", "offer_id"], ["job_offers.org_id", "job_offers.id"]),
        UniqueConstraint("org_id", "run_id", "offer_id"),
        Index("run_offers_of_offer", "org_id", "offer_id"),
        Index("run_offers_by_time", "org_id", "discovered_at", postgresql_include=("via",)),
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
    offer_ids: tuple[UUID, ...] = ()
    """Those that are new or say something new: they are found by search, and told of, after this."""


@dataclass(frozen=True, slots=True)
class OfferFound(Fact):
    """A position that was not known before is in the catalogue."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "offer_id"
    offer_id: UUID
    source: str
