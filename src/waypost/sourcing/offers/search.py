"""The catalogue as it is looked through: newest first, narrowed by words and filters."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, column, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.places import Place
from waypost.platform.rows import among
from waypost.sourcing.digest.companies import company_key
from waypost.sourcing.digest.text import slug
from waypost.sourcing.offers.models import JobOffer, OfferText
from waypost.sourcing.offers.sieve import Sieve

TEXTS = {"description", "requirements", "details"}
"""What a list does not show."""

BRIEF = tuple(column for column in JobOffer.__table__.columns if column.name not in TEXTS)


async def places(db: AsyncSession, sieve: Sieve, *, before: Place | None = None, limit: int = 50) -> list[Place]:
    """The newest offers that pass, one more than `limit` where there are more; all filters go through indexes."""
    at, last = before or (None, None)
    expired = None if sieve.expired is None else not sieve.expired
    found = func.search_offers(
        sieve.question,
        sieve.beginning,
        sieve.marks,
        sieve.seen_since,
        expired,
        sieve.currency,
        sieve.salary_at_least,
        at,
        last,
        limit + 1,
    ).table_valued(column("offer_id"), column("at"))
    rows = await db.execute(select(found.c.at, found.c.offer_id))
    return [(at, offer_id) for at, offer_id in rows]


async def page(
    db: AsyncSession, sieve: Sieve, *, before: Place | None = None, limit: int = 50
) -> tuple[Sequence[Any], Place | None]:
    """One page of rows (`BRIEF`, the columns of `JobOffer` without its texts) and where the next begins; None at the
    end. Two statements."""
    found = await places(db, sieve, before=before, limit=limit)
    ids = [offer_id for _, offer_id in found[:limit]]
    rows = {row.id: row for row in await db.execute(select(*BRIEF).where(among(JobOffer.id, ids)))} if ids else {}
    following = found[limit - 1] if len(found) > limit else None
    return [rows[one] for one in ids if one in rows], following


async def walk(db: AsyncSession, sieve: Sieve, *, step: int) -> AsyncIterator[Sequence[Any]]:
    """Everything that passes, in packs, however much: for answers that are streamed."""
    before: Place | None = None
    while True:
        offers, before = await page(db, sieve, before=before, limit=step)
        if offers:
            yield offers
        if before is None:
            return


def narrowed(sieve: Sieve) -> list[ColumnElement[bool]]:
    """The same filters as conditions on `JobOffer`, for lists that begin elsewhere (somebody's notebook). They look at
    each row: the list they narrow must be short, or ordered and limited."""
    conditions = [*_facts(sieve), *_facets(sieve)]
    return [*conditions, _says(sieve)] if sieve.question else conditions


def _facts(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    if sieve.sources:
        yield among(JobOffer.source, sieve.sources)
    if sieve.categories:
        yield among(JobOffer.category, sieve.categories)
    if sieve.company.strip():
        yield JobOffer.company_key == company_key(sieve.company)
    if sieve.seen_since:
        yield JobOffer.last_seen_at >= sieve.seen_since
    if sieve.salary_at_least:
        yield (JobOffer.salary_currency == sieve.currency) & (JobOffer.salary_monthly >= sieve.salary_at_least)
    if sieve.expired is not None:
        yield JobOffer.is_expired.is_(sieve.expired)


def _facets(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    asked = {
        "workModes": sieve.work_modes,
        "contractTypes": sieve.contract_types,
        "workSchedules": sieve.work_schedules,
        "seniority": sieve.levels,
        "technologies": sieve.technologies,
        "places": tuple(map(slug, sieve.places)),
    }
    return (_any_of(dimension, slugs) for dimension, slugs in asked.items() if slugs)


def _any_of(dimension: str, slugs: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(JobOffer.facets.contains(literal({dimension: [one]}, JSONB)) for one in slugs))


def _says(sieve: Sieve) -> ColumnElement[bool]:
    asked = func.offer_question(sieve.question, sieve.beginning, type_=TSQUERY)
    text: Any = select(true()).where(OfferText.offer_id == JobOffer.id, OfferText.ts.op("@@")(asked))
    return or_(func.numnode(asked) == 0, text.exists())
