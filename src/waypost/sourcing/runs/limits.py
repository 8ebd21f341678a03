"""How much one person may ask for: counted under a lock of that person, so that no two calls pass the same gap."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.refusals import AskedTwice, TooManyAtOnce, TooManyToday
from waypost.sourcing.runs.terms import RunTerms

DAY = timedelta(hours=24)
TURN = text("select pg_advisory_xact_lock(hashtextextended(:who, 5))")
AGAIN = timedelta(seconds=30)
"""What somebody with too many runs is told to wait: one of them may have ended by then."""


async def take_turn(db: AsyncSession, org: UUID, person: UUID) -> None:
    """Wait until nobody else enqueues for this person; until the work ends nobody else does."""
    await db.execute(TURN, {"who": f"runs:{org}:{person}"})


async def refuse_too_many(work: Work, person: UUID, terms: RunTerms) -> None:
    """`ACTIVE_RUN_LIMIT`, then `DAILY_LIMIT`. Only after `take_turn`."""
    if await queries.live_count(work.db, person) >= terms.max_active:
        raise TooManyAtOnce(retry_after=AGAIN)
    if await queries.wished_since(work.db, person, work.now - DAY) >= terms.daily:
        raise TooManyToday(retry_after=timedelta(hours=1))


async def refuse_twice(work: Work, person: UUID, fingerprint: str, terms: RunTerms) -> None:
    """`DUPLICATE_INTENT`: the same wish within the window; only a wish that was accepted occupies it."""
    since = work.now - terms.duplicate
    if terms.duplicate and await queries.of_intent(work.db, person, fingerprint, since):
        raise AskedTwice(retry_after=terms.duplicate)
