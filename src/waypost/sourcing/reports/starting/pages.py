"""A new run for people: choose a source and filters, look before, start."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.ids import new_id
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Reads, Staged
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.sourcing.access import RUN
from waypost.sourcing.notebook.profiles import queries as profiles
from waypost.sourcing.reports.showing import listed
from waypost.sourcing.reports.starting.typed import Typed, like, typed_of
from waypost.sourcing.reports.views import View
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.runs.actions import enqueue
from waypost.sourcing.runs.preflight import preflight
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.controls import Control, controls_of
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.standing import Condition, condition_of

pages = Pages()
NEW = "sourcing/reports/starting/new.html"
HERE = "/sourcing/runs"


@pages.get(f"{HERE}/new", needs=RUN)
async def new_run(
    request: Request,
    work: Reads,
    source: Annotated[str, Query(max_length=64)] = "",
    before: Annotated[UUID | None, Query(alias="like")] = None,
) -> Page:
    """The form; `source` chooses whose filters it has, `like` fills it from one's own earlier run."""
    typed = like(await runs.mine(work.db, before, work.actor.person_id)) if before else Typed(source=source)
    return await _form(request, work, typed)


@pages.post(f"{HERE}/new", needs=RUN)
async def look_before(request: Request, stages: Staged) -> Page:
    """What would become of it; nothing is written."""
    async with stages.open(reads=True) as work:
        typed = await _typed(request, work)
        found = await preflight(work, typed.ask.wish(), _terms(request)) if typed.ask else None
        return await _form(request, work, typed, looked=found)


@pages.post(HERE, needs=RUN)
async def start(request: Request, stages: Staged) -> Page:
    """Start it; a second click on the same form starts nothing twice."""
    form = await request.form()
    key = str(form.get("once", ""))[:64] or None
    try:
        async with stages.open() as work:
            typed = await _typed(request, work)
            if typed.ask is None:
                return await _form(request, work, typed)
            made = await enqueue(work, typed.ask.wish(request_id=request_id_of(request), key=key), _terms(request))
        if made.refused is None:
            return Page(NEW, goto=f"{HERE}/{made.run.id}")
        refusal = made.refused
    except Refusal as refused:
        refusal = refused
    async with stages.open(reads=True) as work:
        return await _form(request, work, await _typed(request, work), refusal=refusal)


async def _form(
    request: Request,
    work: Work,
    typed: Typed,
    *,
    looked: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> Page:
    found = await sources.listed(work.db)
    chosen = _chosen(found, typed.source, work)
    return Page(
        NEW,
        blocks=("new",),
        status=refusal.status if refusal else 422 if typed.errors else 200,
        listed=await listed(work, View.of(request)),
        current=None,
        may_run=True,
        sources=[(each, condition_of(each, work.now)) for each in found],
        chosen=chosen,
        controls=controls_of(chosen) if chosen else (),
        profiles=await profiles.of_person(work.db, work.actor.person_id),
        typed=typed,
        looked=looked,
        refusal=refusal,
        form_key=str(new_id()),
    )


def _chosen(found: list[Source], key: str, work: Work) -> Source | None:
    """The named source, else the first that may be asked, else the first."""
    named = next((each for each in found if each.key == key), None)
    is_open = (each for each in found if condition_of(each, work.now) is Condition.OPEN)
    return named or next(is_open, None) or next(iter(found), None)


async def _typed(request: Request, work: Work) -> Typed:
    form = await request.form()
    return typed_of(form, await _controls(work, str(form.get("source", ""))))


async def _controls(work: Work, key: str) -> tuple[Control, ...]:
    try:
        return controls_of(await sources.by_key(work.db, key))
    except sources.NoSuchSource:
        return ()


def _terms(request: Request) -> RunTerms:
    terms: RunTerms = request.app.state.parts.of(RunTerms)
    return terms
