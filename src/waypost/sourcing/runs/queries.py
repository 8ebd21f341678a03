"""Questions about runs. The organisation is never part of one: row security answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, column, func, literal, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.sourcing.offers.models import JobOffer, RunOffer
from waypost.sourcing.runs.models import LIVE, Run, RunEvent
from waypost.sourcing.wire.words import RunState

SCHEDULES = table(
    "scrape_schedules",
    column("id"),
    column("user_id"),
    column("enabled"),
    column("cron"),
    column("source"),
    column("wanted"),
    column("next_run_at"),
    column("last_run_status"),
    column("created_at"),
)
"""Schedules stand above runs, so their table is asked by its name: a preflight tells what is planned, too."""


DEEPEST = 200
"""Runs that one chain of continuations is looked back through: patience ends long before."""


class NoSuchRun(NotFound):
    """There is no such run."""


def _locked(chosen: Select[Any]) -> Select[Any]:
    """A lock reads anew what the session may have read before."""
    return chosen.with_for_update().execution_options(populate_existing=True)


_RUN: Select[Any] = select(Run).where(Run.id == bindparam("run_id"))
_HELD = _locked(_RUN)
"""Put together once: every callback asks for its run."""


async def by_id(db: AsyncSession, run_id: UUID, *, for_update: bool = False) -> Run:
    """One run of whoever; refuses with `NoSuchRun`. `for_update` keeps others from changing it until the work ends."""
    found: Run | None = await db.scalar(_HELD if for_update else _RUN, {"run_id": run_id})
    if found is None:
        raise NoSuchRun
    return found


async def mine(db: AsyncSession, run_id: UUID, person: UUID | None, *, for_update: bool = False) -> Run:
    """One run of this person; anybody else's does not exist (`NoSuchRun`)."""
    return await _one(db, select(Run).where(Run.id == run_id, Run.user_id == person), for_update=for_update)


async def live_count(db: AsyncSession, person: UUID) -> int:
    """How many runs of a person wait or go on."""
    return await db.scalar(select(func.count()).select_from(Run).where(Run.user_id == person, LIVE)) or 0


async def wished_since(db: AsyncSession, person: UUID, since: datetime) -> int:
    """How many runs a person wished for; what a run left over and goes on with by itself is part of the same wish."""
    counted = Run.user_id == person, Run.created_at >= since, Run.mode != "continuation"
    return await db.scalar(select(func.count()).select_from(Run).where(*counted)) or 0


async def of_intent(db: AsyncSession, person: UUID, fingerprint: str, since: datetime) -> UUID | None:
    """The newest accepted run of one person's equal wish; refused and failed ones do not stand in the way."""
    alike = Run.user_id == person, Run.intent_fingerprint == fingerprint, Run.created_at > since
    chosen = select(Run.id).where(*alike, Run.status != RunState.FAILED)
    found: UUID | None = await db.scalar(chosen.order_by(Run.created_at.desc()).limit(1))
    return found


async def by_key(db: AsyncSession, person: UUID, key: str) -> Run | None:
    """The run that a person's `Idempotency-Key` made."""
    found: Run | None = await db.scalar(select(Run).where(Run.user_id == person, Run.idempotency_key == key))
    return found


async def live_retry(db: AsyncSession, run_id: UUID) -> Run | None:
    """The child of a failed run that has not come to its end; there is one at most."""
    found: Run | None = await db.scalar(select(Run).where(Run.retry_of_run_id == run_id, LIVE))
    return found


async def was_retried(db: AsyncSession, run_id: UUID) -> bool:
    """Whether a run has a child, whatever became of it."""
    return await db.scalar(select(Run.id).where(Run.retry_of_run_id == run_id).limit(1)) is not None


async def event_of(db: AsyncSession, run_id: UUID, event_type: str) -> RunEvent | None:
    """The newest line of this kind in a run's log."""
    chosen = select(RunEvent).where(RunEvent.source_run_id == run_id, RunEvent.event_type == event_type)
    found: RunEvent | None = await db.scalar(chosen.order_by(RunEvent.created_at.desc(), RunEvent.id.desc()).limit(1))
    return found


async def silent_since(db: AsyncSession, moment: datetime, limit: int) -> Sequence[Run]:
    """Live runs that gave no sign after `moment`, the longest silent first."""
    return (
        await db.scalars(select(Run).where(LIVE, Run.last_signal_at < moment).order_by(Run.last_signal_at).limit(limit))
    ).all()


async def unleased(db: AsyncSession, moment: datetime, limit: int) -> Sequence[UUID]:
    """Live runs that were handed to a scraper whose lease ended before `moment`."""
    chosen = select(Run.id).where(LIVE, Run.lease_expires_at < moment, Run.lease_token > 0)
    return (await db.scalars(chosen.order_by(Run.lease_expires_at).limit(limit))).all()


async def _one(db: AsyncSession, chosen: Select[Run], *, for_update: bool) -> Run:
    found: Run | None = await db.scalar(_locked(chosen) if for_update else chosen)
    if found is None:
        raise NoSuchRun
    return found


async def completed_of_intent(db: AsyncSession, fingerprint: str, since: datetime, limit: int) -> Sequence[UUID]:
    """Finished fetches of the same wish, by whomever in the organisation, the newest first."""
    alike = Run.intent_fingerprint == fingerprint, Run.created_at >= since, Run.origin == "fresh"
    chosen = select(Run.id).where(*alike, Run.status == RunState.COMPLETED)
    return (await db.scalars(chosen.order_by(Run.created_at.desc()).limit(limit))).all()


async def times_of(db: AsyncSession, run_id: UUID, event_type: str) -> int:
    """How often something happened to a run."""
    counted = select(func.count()).select_from(RunEvent)
    return await db.scalar(counted.where(RunEvent.source_run_id == run_id, RunEvent.event_type == event_type)) or 0


async def offer_ids(db: AsyncSession, run_id: UUID) -> Sequence[UUID]:
    """The offers that a run found."""
    return (await db.scalars(select(RunOffer.offer_id).where(RunOffer.run_id == run_id))).all()


async def continuation_of(db: AsyncSession, run_id: UUID) -> UUID | None:
    """The run that reads what this one left over."""
    found: UUID | None = await db.scalar(select(Run.id).where(Run.continues_run_id == run_id).limit(1))
    return found


@dataclass(frozen=True, slots=True)
class Past:
    """A run that stands before another one in a chain of continuations."""

    mode: str
    created_at: datetime
    pages: str | None
    """How many pages it visited, as its end told; None where it told nothing."""

    @property
    def came_too_early(self) -> bool:
        """A continuation may find its host's next instants given away still, and read nothing: that is no end."""
        return self.mode == "continuation" and self.pages == "0"


async def lineage(db: AsyncSession, run_id: UUID) -> list[Past]:
    """The run and all that it continues, the newest first; never empty."""
    told = Run.diagnostics["pagesVisited"].as_string().label("pages")
    what = (Run.continues_run_id, Run.mode, Run.created_at, told)
    chain = select(*what, literal(0).label("depth")).where(Run.id == run_id).cte(recursive=True)
    older = select(*what, chain.c.depth + 1).where(Run.id == chain.c.continues_run_id, chain.c.depth < DEEPEST)
    chain = chain.union_all(older)
    found = await db.execute(select(chain.c.mode, chain.c.created_at, chain.c.pages).order_by(chain.c.depth))
    return [Past(*row) for row in found]


async def closed_by_watchdog(db: AsyncSession, since: datetime) -> int:
    """Runs that were given up for silence."""
    counted = select(func.count()).select_from(Run).where(Run.closed_by_watchdog, Run.created_at >= since)
    return await db.scalar(counted) or 0


async def newest_offer(db: AsyncSession, source: str) -> datetime | None:
    """When an offer of a source was seen last."""
    chosen = select(JobOffer.last_seen_at).where(JobOffer.source == source)
    found: datetime | None = await db.scalar(chosen.order_by(JobOffer.last_seen_at.desc()).limit(1))
    return found


async def first_schedule(db: AsyncSession, person: UUID) -> dict[str, Any]:
    """A person's first schedule as a preflight tells it (`schedule`), disabled defaults without one."""
    mine = select(*SCHEDULES.c).where(SCHEDULES.c.user_id == person).order_by(SCHEDULES.c.created_at, SCHEDULES.c.id)
    found = (await db.execute(mine.limit(1))).one_or_none()
    return {
        "enabled": bool(found and found.enabled),
        "cron": found.cron if found else None,
        "source": found.source if found else None,
        "limit": found.wanted if found else None,
        "nextRunAt": found.next_run_at.isoformat() if found and found.next_run_at else None,
        "lastRunStatus": found.last_run_status if found else None,
    }
