"""What a notebook holds, counted: one statement."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.notebook.filters import MINE, Reader
from waypost.sourcing.notebook.models import Status
from waypost.sourcing.offers.models import JobOffer


async def summary(db: AsyncSession, reader: Reader) -> dict[str, Any]:
    """`total, scored, unscored, strict, hiddenByStrict, expired, followUpsDue, followUpsPlanned, byStatus,
    averageScore, lastLinkedAt` of one person; expired offers count in `total`, `expired` and `byStatus` only."""
    live = ~JobOffer.is_expired
    strict = MINE.match_score.is_not(None) & (MINE.violations == 0)
    counts = {
        "total": func.count(),
        "expired": func.count().filter(JobOffer.is_expired),
        "scored": func.count().filter(live, MINE.match_score.is_not(None)),
        "unscored": func.count().filter(live, MINE.match_score.is_(None)),
        "strict": func.count().filter(live, strict),
        "hiddenByStrict": func.count().filter(live, ~strict),
        "followUpsDue": func.count().filter(MINE.follow_up_at <= reader.now),
        "followUpsPlanned": func.count().filter(MINE.follow_up_at > reader.now),
        "averageScore": func.round(func.avg(MINE.match_score).filter(live)),
        "lastLinkedAt": func.max(MINE.linked_at),
    }
    by_status = {f"status_{one}": func.count().filter(MINE.status == one) for one in Status}
    columns = [one.label(name) for name, one in (counts | by_status).items()]
    chosen = select(*columns).select_from(MINE).join(JobOffer, MINE.job_offer_id == JobOffer.id)
    row = (await db.execute(chosen.where(MINE.user_id == reader.person))).one()._mapping
    told: dict[str, Any] = {name: row[name] for name in counts}
    average = told["averageScore"]
    told["averageScore"] = None if average is None else int(average)
    return told | {"byStatus": {one.value: row[f"status_{one}"] for one in Status}}


async def due_count(db: AsyncSession, reader: Reader, most: int = 100) -> int:
    """How many follow-ups are due, counted up to `most`."""
    few = select(MINE.id).where(MINE.user_id == reader.person, MINE.follow_up_at <= reader.now).limit(most)
    return (await db.execute(select(func.count()).select_from(few.subquery()))).scalar_one()
