"""Offers of runs, counted in the tables and never in what was told (sourcing.md 1.5, row 31)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.reports.measures import DEGRADED, Counts
from waypost.sourcing.runs.models import Run

SOME = func.count()


async def counts_of(db: AsyncSession, run_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """Every run's counts, in two statements for any number of runs; a run without offers has zeros."""
    if not run_ids:
        return {}
    found = {row.run_id: row for row in await db.execute(_found(run_ids))}
    kept = {row.run_id: row for row in await db.execute(_kept(run_ids))}
    return {run_id: _counts(found.get(run_id), kept.get(run_id)) for run_id in run_ids}


async def count_of(db: AsyncSession, run_id: UUID) -> Counts:
    """One run's."""
    return (await counts_of(db, [run_id]))[run_id]


def _found(run_ids: Collection[UUID]) -> Executable:
    chosen: Any = select(
        RunOffer.run_id,
        SOME.label("candidates"),
        SOME.filter(RunOffer.via.in_(DEGRADED)).label("degraded"),
        SOME.filter(RunOffer.relaxed).label("relaxed"),
    )
    counted: Executable = chosen.where(among(RunOffer.run_id, run_ids)).group_by(RunOffer.run_id)
    return counted


def _kept(run_ids: Collection[UUID]) -> Executable:
    """In the notebook of the person whose run it is; nobody else's counts."""
    is_scored = UserJobOffer.match_score.is_not(None)
    chosen: Any = select(
        RunOffer.run_id,
        SOME.label("linked"),
        SOME.filter(UserJobOffer.source_run_id == RunOffer.run_id).label("fresh"),
        SOME.filter(is_scored, UserJobOffer.violations == 0).label("strict"),
        SOME.filter(~is_scored).label("unscored"),
    )
    theirs = (UserJobOffer.job_offer_id == RunOffer.offer_id) & (UserJobOffer.user_id == Run.user_id)
    joined = chosen.join(Run, Run.id == RunOffer.run_id).join(UserJobOffer, theirs)
    counted: Executable = joined.where(among(RunOffer.run_id, run_ids)).group_by(RunOffer.run_id)
    return counted


def _counts(found: Any, kept: Any) -> Counts:
    return Counts(
        candidates=found.candidates if found else 0,
        degraded=found.degraded if found else 0,
        relaxed=found.relaxed if found else 0,
        linked=kept.linked if kept else 0,
        fresh=kept.fresh if kept else 0,
        strict=kept.strict if kept else 0,
        unscored=kept.unscored if kept else 0,
    )
