"""Leases with a fence (ADR 0029): its newest token holds a run; silence ends it, a heartbeat renews it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.work import Work
from waypost.sourcing.runs.models import LIVE, Run
from waypost.sourcing.runs.states import LIVE_STATES, change


async def grant(work: Work, run: Run, *, lasts: timedelta) -> int:
    """Hand the run out once more: raises the token, and whoever held it before is overtaken. Gives the token.

    The caller holds the run's row (`by_id(…, for_update=True)`). 0 where the run has come to its end.
    """
    token = run.lease_token + 1
    until = work.now + lasts
    given = await change(work.db, run.id, since=LIVE_STATES, lease_token=token, lease_expires_at=until)
    return token if given else 0


async def renew(
    db: AsyncSession, run_id: UUID, token: int | None, *, now: datetime, lasts: timedelta, instance: str | None = None
) -> bool:
    """A sign of life of who holds the run: lease, last heartbeat and last signal move on.

    False where the run has ended or was handed to somebody else. A scraper that knows no tokens holds what there is.
    """
    told = update(Run).where(Run.id == run_id, LIVE)
    if token is not None:
        told = told.where(Run.lease_token == token)
    signs: dict[str, Any] = {"last_heartbeat_at": now, "last_signal_at": now}
    signs |= {"dispatched_at": func.coalesce(Run.dispatched_at, now)}
    signs |= {"worker_instance": instance} if instance else {}
    told = told.values(lease_expires_at=now + lasts, **signs)
    done = await db.execute(told.returning(Run.id), execution_options={"synchronize_session": False})
    return done.scalar_one_or_none() is not None


def lost(run: Run, token: int | None) -> bool:
    """Whether the sender of this token was overtaken by a later delivery."""
    return token is not None and token < run.lease_token


async def lose(db: AsyncSession, run_id: UUID, token: int) -> bool:
    """Give a lease up before its time: the scraper that was asked did not take the task. False if it is not ours."""
    held = Run.id == run_id, LIVE, Run.lease_token == token
    told = update(Run).where(*held).values(lease_expires_at=None).returning(Run.id)
    return (await db.execute(told, execution_options={"synchronize_session": False})).scalar_one_or_none() is not None
