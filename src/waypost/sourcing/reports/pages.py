"""Runs for people: the list, one run while it goes on and after its end, its retry and its cancellation."""

from uuid import UUID

from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Reads, Staged
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.reports.showing import STEPS, listed, shown
from waypost.sourcing.reports.views import LogView, View
from waypost.sourcing.runs.actions import cancel, retry
from waypost.sourcing.runs.terms import RunTerms

pages = Pages()
HERE = "/sourcing/runs"
LIST, ONE = "sourcing/reports/runs.html", "sourcing/reports/run.html"


@pages.get(HERE, needs=READ)
async def runs_page(request: Request, work: Reads) -> Page:
    """The list alone."""
    may = work.actor.may(RUN)
    return Page(LIST, blocks=("list",), listed=await listed(work, View.of(request)), current=None, may_run=may)


@pages.get(f"{HERE}/{{run_id}}", needs=READ)
async def run_page(run_id: UUID, request: Request, work: Reads) -> Page:
    """One beside the list it was opened from; while it goes on the middle asks for itself."""
    return await _one(run_id, request, work)


@pages.post(f"{HERE}/{{run_id}}/retry", needs=RUN)
async def retry_run(run_id: UUID, request: Request, stages: Staged) -> Page:
    """Wish again for what failed; a refusal stands on the run's page."""
    try:
        async with stages.open() as work:
            made = await retry(work, run_id, request.app.state.parts.of(RunTerms), request_id=request_id_of(request))
        if made.refused is None:
            return Page(ONE, goto=f"{HERE}/{made.run.id}")
        run_id, refusal = made.run.id, made.refused
    except Refusal as refused:
        refusal = refused
    async with stages.open(reads=True) as work:
        return await _one(run_id, request, work, refusal)


@pages.post(f"{HERE}/{{run_id}}/cancellation", needs=RUN)
async def cancel_run(run_id: UUID, request: Request, stages: Staged) -> Page:
    """Take a wish back; a refusal stands on the run's page."""
    try:
        async with stages.open() as work:
            await cancel(work, run_id)
    except Refusal as refused:
        async with stages.open(reads=True) as work:
            return await _one(run_id, request, work, refused)
    return Page(ONE, goto=f"{HERE}/{run_id}")


async def _one(run_id: UUID, request: Request, work: Work, refusal: Refusal | None = None) -> Page:
    log = LogView.of(request)
    found = await shown(work, run_id, log)
    return Page(
        ONE,
        blocks=("run",),
        status=refusal.status if refusal else 200,
        listed=await listed(work, View.of(request)),
        current=run_id,
        shown=found,
        steps=STEPS,
        log=log,
        refusal=refusal,
        may_run=work.actor.may(RUN),
    )
