"""Nouns and facts of a notebook: an offer as one person has it, and what they did with it."""

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

MATCH_VERSION = 2
"""Of `match_meta` (sourcing.md 3.9); another version is scored again before it is compared."""
DUE = "follow_up_at is not null and reminded_at is null"


class Status(StrEnum):
    """How far a person is with an offer; any may follow any."""

    NEW = "NEW"
    SEEN = "SEEN"
    SAVED = "SAVED"
    APPLIED = "APPLIED"
    INTERVIEWING = "INTERVIEWING"
    OFFER = "OFFER"
    REJECTED = "REJECTED"
    ARCHIVED = "ARCHIVED"
    DISMISSED = "DISMISSED"


PUT_AWAY = (Status.ARCHIVED, Status.DISMISSED)
"""What pages leave out unless it is asked for."""


class Origin(StrEnum):
    """How an offer came into a notebook."""

    SCRAPE = "SCRAPE"
    DB_REUSE = "DB_REUSE"
    CATALOG_REMATCH = "CATALOG_REMATCH"
    PICKED = "PICKED"
    """A person kept it from the catalogue."""


class UserJobOffer(OrgOwned, Base):
    """One offer in one person's notebook. It stands there once, scored against the profile that it fits best; a new
    delivery never touches what the person wrote (ADR 0033)."""

    __tablename__ = "user_job_offers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["org_id", "job_offer_id"], ["job_offers.org_id", "job_offers.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["org_id", "source_run_id"],
            ["job_source_runs.org_id", "job_source_runs.id"],
            ondelete="SET NULL (source_run_id)",
        ),
        ForeignKeyConstraint(
            ["org_id", "career_profile_id"],
            ["search_profiles.org_id", "search_profiles.id"],
            ondelete="SET NULL (career_profile_id)",
        ),
        UniqueConstraint("org_id", "user_id", "job_offer_id"),
        Index("user_job_offers_newest", "org_id", "user_id", "linked_at", "id"),
        Index("user_job_offers_best", "org_id", "user_id", "match_score", "id"),
        Index("user_job_offers_nearest", "org_id", "user_id", "match_rank", "id"),
        Index("user_job_offers_of_run", "org_id", "source_run_id"),
        Index("user_job_offers_of_offer", "org_id", "job_offer_id"),
        Index("user_job_offers_of_profile", "org_id", "career_profile_id", "id"),
        Index("user_job_offers_unscored", "org_id", "user_id", "id", postgresql_where="match_score is null"),
        Index(
            "user_job_offers_planned",
            *("org_id", "user_id", "follow_up_at", "id"),
            postgresql_where="follow_up_at is not null",
        ),
        Index("user_job_offers_due", "org_id", "follow_up_at", "id", postgresql_where=DUE),
    )

    user_id: Mapped[UUID]
    career_profile_id: Mapped[UUID | None]
    """The profile that the score is against."""
    job_offer_id: Mapped[UUID]
    source_run_id: Mapped[UUID | None]
    """The run that brought it first."""
    origin: Mapped[Origin] = mapped_column(Text)
    status: Mapped[Status] = mapped_column(Text, default=Status.NEW)
    last_status_at: Mapped[datetime | None]
    match_version: Mapped[int] = mapped_column(default=MATCH_VERSION)
    match_score: Mapped[int | None]
    """0..100; None while it was not scored."""
    match_rank: Mapped[int] = mapped_column(default=0)
    """What the view `approx` sorts by; 0 while it was not scored."""
    violations: Mapped[int] = mapped_column(default=0)
    match_meta: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    scored_at: Mapped[datetime | None]
    notes: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(JSONB, default=list)
    follow_up_at: Mapped[datetime | None]
    follow_up_note: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]
    """When it was said that the follow-up is due."""
    linked_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class NotebookEntry(OrgOwned, Base):
    """One line of what a person did with an offer; written once."""

    __tablename__ = "user_job_offer_history"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_job_offer_id"], ["user_job_offers.org_id", "user_job_offers.id"], ondelete="CASCADE"
        ),
        Index("user_job_offer_history_of_link", "org_id", "user_job_offer_id", "at", "id"),
        {"info": {"append_only": True}},
    )

    user_job_offer_id: Mapped[UUID]
    kind: Mapped[str]
    """`status`, `notes`, `tags`, `followUp`, `reminder`, `score`."""
    before: Mapped[str | None]
    after: Mapped[str | None]
    """Of a status, a score, a date; what notes and tags said is not repeated here."""
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID | None]
    """None: the machine."""
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class OffersLinked(Fact):
    """A run brought offers into somebody's notebook."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "run_id"

    run_id: UUID
    linked: int


@dataclass(frozen=True, slots=True)
class FollowUpDue(Fact):
    """The day has come on which a person wanted to look at an offer again."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "link_id"

    link_id: UUID
