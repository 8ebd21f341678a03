"""Runs for programs, as documented: wish, wish again, take back, look before, and the operators' broom."""

from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from starlette.requests import Request

from waypost.platform.access import MACHINE
from waypost.platform.errors import Forbidden, NotFound
from waypost.platform.identity import lookups
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Doors, Reads, Staged, Stages, Writes, works_of
from waypost.sourcing.access import READ, REPAIR, RUN
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import cancel, enqueue, retry
from waypost.sourcing.runs.body import Ask
from waypost.sourcing.runs.preflight import preflight
from waypost.sourcing.runs.sweeping import reconcile, sweep
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import Enqueued
from waypost.sourcing.shape import shape

api = Doors(shape=shape, tags=["sourcing runs"])
Answer = dict[str, Any]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
Hours = Annotated[int, Query(alias="windowHours", ge=1, le=168)]


class InternalOnly(Forbidden):
    """This door is for the installation's own clock: it wants OPS_INTERNAL_TOKEN as a bearer token."""


class NoDefaultOrganisation(NotFound):
    """The organisation of WAYPOST_DEFAULT_ORG does not exist yet."""


@api.post("/api/job-sources/scrape", needs=RUN, status_code=201)
async def scrape(ask: Ask, stages: Staged, request: Request, key: Key = None) -> Answer:
    """Wish for a run: it is accepted once this is answered, and handed over by a job. 201 as documented."""
    async with stages.open() as work:
        wish = ask.wish(request_id=request_id_of(request), key=key)
        made = await enqueue(work, wish, terms_of(request))
    return answered(made)


@api.post("/api/job-sources/runs/{run_id}/retry", needs=RUN, status_code=201)
async def retry_run(run_id: UUID, stages: Staged, request: Request) -> Answer:
    """Wish again for what failed; the answer of `scrape` with `retriedFromRunId` and `retryCount`."""
    async with stages.open() as work:
        made = await retry(work, run_id, terms_of(request), request_id=request_id_of(request))
    return answered(made)


@api.post("/api/job-sources/runs/{run_id}/cancel", needs=RUN)
async def cancel_run(run_id: UUID, work: Writes) -> Answer:
    """Take a wish back: CANCELLED at once while it waits, `cancelRequested` while it is read. 409 after its end."""
    run = await cancel(work, run_id)
    return {"ok": True, "sourceRunId": str(run.id), "status": str(run.status), "cancelRequested": True}


@api.get("/api/job-sources/preflight", needs=READ)
async def look_before(ask: Annotated[Ask, Query()], work: Reads, request: Request) -> Answer:
    """What would become of a wish; changes nothing. `filters` is JSON text."""
    return await preflight(work, ask.wish(), terms_of(request))


@api.post("/api/ops/scrape/runs/{run_id}/reconcile", needs=REPAIR)
async def reconcile_run(run_id: UUID, work: Writes, request: Request) -> Answer:
    """Give up one silent run: `{ok, status, reconciled, reason?}`."""
    return await reconcile(work, run_id, terms_of(request))


@api.post("/api/ops/reconcile-stale-runs", public=True, foreign=True)
async def reconcile_stale_runs(stages: Staged, request: Request, hours: Hours = 24) -> Answer:
    """The watchdog's look, now, for the organisation of the environment; wants OPS_INTERNAL_TOKEN (403)."""
    terms = terms_of(request)
    admit(request, terms)
    async with await of_environment(stages, request, terms) as work:
        found = await sweep(work, terms)
        since = work.now - timedelta(hours=hours)
        given_up = await queries.closed_by_watchdog(work.db, since)
        counts = {"scanned": found.scanned, "reconciled": found.reconciled, "failed": found.failed}
        told = {"ok": True, "timestamp": work.now.isoformat(), "windowHours": hours, **counts}
    return told | {"reconciledInWindow": given_up}


def answered(made: Enqueued) -> Answer:
    """The documented answer, or the refusal that came after the run was written down."""
    if made.refused is not None:
        raise made.refused
    return made.answer()


def terms_of(request: Request) -> RunTerms:
    """The part."""
    terms: RunTerms = request.app.state.parts.of(RunTerms)
    return terms


def admit(request: Request, terms: RunTerms) -> None:
    """Compares in constant time; without a token the door is shut."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    expected = terms.ops_token or b""
    if not expected or kind.lower() != "bearer" or not compare_digest(given.strip().encode(), expected):
        raise InternalOnly


async def of_environment(stages: Stages, request: Request, terms: RunTerms) -> Any:
    """Opens a work for the organisation that the environment's parts belong to (ruling 2); 404 before it exists."""
    async with lookups.catalogue(works_of(request).shards) as db:
        org = await lookups.organisation_named(db, terms.default_org)
    if org is None:
        raise NoDefaultOrganisation
    return stages.open(org, MACHINE)
