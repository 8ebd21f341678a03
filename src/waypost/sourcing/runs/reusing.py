"""Doing without a fetch: what the catalogue, or a finished run of the same wish, has for a person (sourcing.md 1.2).

Decided before anything is written: a reuse that does not serve leaves no run behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.platform.rows import insert_unless_there
from waypost.platform.work import Work
from waypost.sourcing.notebook.actions import Linked, find_matches, link
from waypost.sourcing.notebook.models import Origin
from waypost.sourcing.notebook.queries import MOST_REUSED, reusable
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.planning import Plan
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import RunWish, Tried

REMATCH, REUSE = "rematch", "reuse"
ACCEPTED, TOO_FEW = "accepted", "insufficient-fresh-candidates"
NO_MATCH, NO_RUN, NO_OFFERS = "no-matchable-catalog-offers", "no-cached-run", "no-cached-offers"
EVENTS = {REMATCH: "run_reused_from_catalog", REUSE: "run_reused_from_cache"}
ORIGINS = {REMATCH: Origin.CATALOG_REMATCH, REUSE: Origin.DB_REUSE}


@dataclass(frozen=True, slots=True)
class Served:
    """What was found without a fetch, and what was tried; `way` is None where a fetch is needed."""

    way: str | None = None
    offers: tuple[UUID, ...] = ()
    total: int = 0
    of_run: UUID | None = None
    tried: dict[str, Any] = field(default_factory=dict)


async def look(work: Work, wish: RunWish, plan: Plan, person: UUID, terms: RunTerms) -> Served:
    """First the catalogue, then runs of the same intent; either serves only with enough that is new to this person."""
    target = min(wish.limit, terms.min_fresh)
    if wish.force_refresh:
        return Served(tried=_told(Tried(wanted=target), Tried(wanted=target)))
    catalogue, offers = await _in_catalogue(work, wish, plan, person, terms, target)
    if catalogue.accepted:
        return Served(REMATCH, tuple(offers), catalogue.offers, None, _told(catalogue, Tried(wanted=target)))
    runs, offers = await _in_runs(work, plan, person, terms, target)
    tried = _told(catalogue, runs)
    return (
        Served(REUSE, tuple(offers[: wish.limit]), runs.offers, runs.of_run, tried)
        if runs.accepted
        else Served(tried=tried)
    )


async def take(work: Work, run_id: UUID, person: UUID, served: Served, plan: Plan) -> Linked:
    """Make what was found the run's, and link it."""
    rows = [
        {"run_id": run_id, "offer_id": each, "discovered_at": work.now, "via": served.way} for each in served.offers
    ]
    await insert_unless_there(work.db, RunOffer, rows)
    origin = ORIGINS[served.way or REUSE]
    return await link(work, person, served.offers, run_id=run_id, origin=origin, profile=plan.profile)


async def _in_catalogue(
    work: Work, wish: RunWish, plan: Plan, person: UUID, terms: RunTerms, target: int
) -> tuple[Tried, Sequence[UUID]]:
    if plan.profile is None:
        return Tried(reason=NO_MATCH, wanted=target), ()
    found = await find_matches(work, person, plan.profile, wish.limit, terms.notebook, plan.source.key)
    fresh = len(found.offer_ids)
    reason = NO_MATCH if not found.matched else ACCEPTED if fresh >= target else TOO_FEW
    return Tried(True, reason == ACCEPTED, reason, fresh, target, found.total), found.offer_ids


async def _in_runs(work: Work, plan: Plan, person: UUID, terms: RunTerms, target: int) -> tuple[Tried, Sequence[UUID]]:
    runs = await queries.completed_of_intent(work.db, plan.fingerprint, work.now - terms.reuse, MOST_REUSED)
    if not runs:
        return Tried(True, reason=NO_RUN, wanted=target), ()
    found = await reusable(work.db, person, runs, enough=target)
    if found is None:
        return Tried(True, reason=NO_OFFERS, wanted=target), ()
    enough = len(found.fresh) >= target
    reason = ACCEPTED if enough else TOO_FEW
    return Tried(True, enough, reason, len(found.fresh), target, found.total, found.run_id), found.fresh


def _told(catalogue: Tried, runs: Tried) -> dict[str, Any]:
    return {"catalogRematch": catalogue.told(), "databaseReuse": runs.told()}
