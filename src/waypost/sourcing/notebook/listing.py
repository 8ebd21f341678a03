"""The list of a notebook: which offers a person sees, in which order, page by page. Also the catalogue beside it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from waypost.platform.rows import among
from waypost.sourcing.notebook.cursors import Place
from waypost.sourcing.notebook.filters import MINE, Filters, Mode, Reader, narrowed
from waypost.sourcing.offers import search
from waypost.sourcing.offers.models import JobOffer

COUNTED = 10_001
"""A total is counted up to here (ruling 17)."""
ORDER: dict[Mode, InstrumentedAttribute[Any]] = {
    Mode.STRICT: MINE.match_score,
    Mode.APPROX: MINE.match_rank,
    Mode.EXPLORE: MINE.linked_at,
    Mode.CATALOG: JobOffer.first_seen_at,
}
ROW = (
    JobOffer.id.label("offer_id"),
    JobOffer.source,
    JobOffer.url,
    JobOffer.title,
    JobOffer.company,
    JobOffer.location,
    JobOffer.salary,
    JobOffer.salary_min,
    JobOffer.salary_max,
    JobOffer.salary_currency,
    JobOffer.salary_period,
    JobOffer.salary_kind,
    JobOffer.employment_type,
    JobOffer.category,
    JobOffer.facets,
    JobOffer.apply_url,
    JobOffer.posted_at,
    JobOffer.expires_at,
    JobOffer.is_expired,
    JobOffer.quality_state,
    JobOffer.first_seen_at,
    JobOffer.last_seen_at,
    MINE.id,
    MINE.source_run_id,
    MINE.career_profile_id,
    MINE.origin,
    MINE.status,
    MINE.last_status_at,
    MINE.match_version,
    MINE.match_score,
    MINE.match_rank,
    MINE.violations,
    MINE.match_meta,
    MINE.scored_at,
    MINE.notes,
    MINE.tags.label("my_tags"),
    MINE.follow_up_at,
    MINE.follow_up_note,
    MINE.reminded_at,
    MINE.linked_at,
)
"""What lists and files show of an offer; `id` and what follows are None where the person does not have it."""

WHOLE = (
    JobOffer.description,
    JobOffer.requirements,
    JobOffer.details,
    JobOffer.tags,
    JobOffer.source_id,
    JobOffer.quality_reason,
    JobOffer.fetched_at,
)
"""What the page of one offer shows beyond its row."""


def listing(reader: Reader, filters: Filters, columns: Sequence[Any] = ROW) -> Select[Any]:
    """The offers of a notebook that these filters leave, unordered."""
    chosen: Select[Any] = select(*columns)
    joined = chosen.select_from(MINE).join(JobOffer, MINE.job_offer_id == JobOffer.id)
    return joined.where(*narrowed(filters, reader))


def beside(reader: Reader, columns: Sequence[Any] = ROW) -> Select[Any]:
    """All offers, each with what this person has of it, if anything."""
    mine = and_(MINE.job_offer_id == JobOffer.id, MINE.user_id == reader.person)
    chosen: Select[Any] = select(*columns)
    return chosen.select_from(JobOffer).outerjoin(MINE, mine)


async def page(
    db: AsyncSession,
    reader: Reader,
    filters: Filters,
    *,
    before: Place | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Any]:
    """One page of rows (`ROW`), one more than `limit` where there are more; `before` is the last row's `place`."""
    by = ORDER[filters.mode]
    if filters.mode is Mode.CATALOG:
        return await _catalogue(db, reader, filters, before, limit, offset)
    chosen = listing(reader, filters, (*ROW, by.label("place_value"), MINE.id.label("place_id")))
    if before:
        chosen = chosen.where(tuple_(by, MINE.id) < tuple_(literal(before[0], by.type), literal(before[1])))
    ordered = chosen.order_by(by.desc(), MINE.id.desc()).limit(limit + 1).offset(offset or None)
    rows: Sequence[Any] = (await db.execute(ordered)).all()
    return rows


async def _catalogue(
    db: AsyncSession, reader: Reader, filters: Filters, before: Place | None, limit: int, offset: int
) -> Sequence[Any]:
    """The search says which, this reads them; two statements."""
    at = before if before and isinstance(before[0], datetime) else None
    behind = cast("tuple[datetime, UUID] | None", at)
    found = await search.places(db, filters.sieve, before=behind, limit=limit + offset)
    ids = [offer_id for _, offer_id in found[offset:]]
    by = (JobOffer.first_seen_at.label("place_value"), JobOffer.id.label("place_id"))
    chosen = beside(reader, (*ROW, *by)).where(among(JobOffer.id, ids))
    rows: Sequence[Any] = (await db.execute(chosen.order_by(by[0].desc(), by[1].desc()))).all()
    return rows


def place(row: Any) -> Place:
    """Where a row stands in its list."""
    return row.place_value, row.place_id


async def total(db: AsyncSession, reader: Reader, filters: Filters) -> int:
    """How many there are, counted up to `COUNTED`."""
    if filters.mode is Mode.CATALOG:
        return len(await search.places(db, filters.sieve, limit=COUNTED - 1))
    few = listing(reader, filters, (literal(1),)).limit(COUNTED).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


async def walk(
    db: AsyncSession, reader: Reader, filters: Filters, *, step: int = 1_000
) -> AsyncIterator[Sequence[Any]]:
    """All rows in packs, however many: for answers that are streamed and for frozen selections."""
    before: Place | None = None
    while rows := await page(db, reader, filters, before=before, limit=step):
        yield rows[:step]
        if len(rows) <= step:
            return
        before = place(rows[step - 1])


async def one(db: AsyncSession, reader: Reader, offer_id: UUID) -> Any | None:
    """One offer (`ROW` and `WHOLE`) with what this person has of it, whether or not it is in their notebook."""
    chosen = beside(reader, (*ROW, *WHOLE)).where(JobOffer.id == offer_id)
    return (await db.execute(chosen)).one_or_none()


async def tags_of(db: AsyncSession, person: UUID | None, limit: int = 100) -> list[str]:
    """The tags a person uses, the most used first."""
    each = func.jsonb_array_elements_text(MINE.tags).table_valued("value")
    chosen = select(each.c.value).select_from(MINE).join(each, literal(True)).where(MINE.user_id == person)
    counted = chosen.group_by(each.c.value).order_by(func.count().desc(), each.c.value).limit(limit)
    return list((await db.scalars(counted)).all())
