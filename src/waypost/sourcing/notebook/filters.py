"""What a list of offers may be narrowed by, and the conditions that say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from waypost.platform.rows import among
from waypost.sourcing.notebook.models import PUT_AWAY, Status, UserJobOffer
from waypost.sourcing.notebook.pay import units_of
from waypost.sourcing.offers.search import narrowed as of_offers
from waypost.sourcing.offers.sieve import Sieve

MINE = UserJobOffer


class Mode(StrEnum):
    """Views of a notebook (sourcing.md 4.10), and of what everybody's runs found."""

    STRICT = "strict"
    """Scored, and no condition broken; the best first."""
    APPROX = "approx"
    """All, the nearest first."""
    EXPLORE = "explore"
    """All, the newest first."""
    CATALOG = "catalog"
    """Every offer of the organisation, the newest first; what concerns a notebook does not narrow it."""


class FollowUp(StrEnum):
    """Which follow-ups."""

    DUE = "due"
    PLANNED = "planned"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows. `salary`: at least so many whole units of `currency` a month."""

    mode: Mode = Mode.EXPLORE
    statuses: tuple[Status, ...] = ()
    put_away: bool = True
    """Whether archived and dismissed ones are shown when no status is asked for."""
    source: str = ""
    least_score: int | None = None
    has_score: bool | None = None
    tags: tuple[str, ...] = ()
    """Any of them."""
    search: str = ""
    follow_up: FollowUp | None = None
    expired: bool = False
    work_mode: str = ""
    contract: str = ""
    salary: int | None = None
    currency: str = "PLN"
    profile_id: UUID | None = None
    run_id: UUID | None = None

    @property
    def sieve(self) -> Sieve:
        """What is asked of the offers themselves."""
        return Sieve(
            words=self.search,
            sources=(self.source,) if self.source else (),
            work_modes=(self.work_mode,) if self.work_mode else (),
            contract_types=(self.contract,) if self.contract else (),
            salary_at_least=self.salary * units_of(self.currency) if self.salary else None,
            currency=self.currency,
            expired=None if self.expired else False,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when: follow-ups are due by the clock of the request."""

    person: UUID | None
    now: datetime


def narrowed(filters: Filters, reader: Reader) -> Iterator[ColumnElement[bool]]:
    """The conditions of these filters on a notebook joined with its offers."""
    yield MINE.user_id == reader.person
    yield from of_offers(filters.sieve)
    if filters.mode is Mode.STRICT:
        yield and_(MINE.match_score.is_not(None), MINE.violations == 0)
    if filters.statuses:
        yield among(MINE.status, filters.statuses)
    elif not filters.put_away:
        yield ~among(MINE.status, PUT_AWAY)
    if filters.least_score is not None:
        yield MINE.match_score >= filters.least_score
    if filters.has_score is not None:
        yield MINE.match_score.is_not(None) if filters.has_score else MINE.match_score.is_(None)
    yield from _noted(filters, reader)


def _noted(filters: Filters, reader: Reader) -> Iterator[ColumnElement[bool]]:
    if filters.tags:
        yield or_(*(MINE.tags.contains([tag]) for tag in filters.tags))
    if filters.follow_up is not None:
        yield _following(filters.follow_up, reader)
    if filters.profile_id:
        yield MINE.career_profile_id == filters.profile_id
    if filters.run_id:
        yield MINE.source_run_id == filters.run_id


def _following(which: FollowUp, reader: Reader) -> ColumnElement[bool]:
    planned = MINE.follow_up_at.is_not(None)
    return {
        FollowUp.DUE: MINE.follow_up_at <= reader.now,
        FollowUp.PLANNED: MINE.follow_up_at > reader.now,
        FollowUp.ANY: planned,
        FollowUp.NONE: ~planned,
    }[which]
