"""The pages of schedules: what runs by itself, the form with its next times, what happened."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.places import read, written
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook.profiles.queries import of_person as profiles_of
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.schedules import actions, forms, queries
from waypost.sourcing.schedules.firing import fire
from waypost.sourcing.schedules.forms import Given
from waypost.sourcing.schedules.models import MOST, ScrapeSchedule
from waypost.sourcing.schedules.rhythm import zone_of
from waypost.sourcing.schedules.telling import ahead, worded
from waypost.sourcing.schedules.typed import planned
from waypost.sourcing.sources.controls import Control, controls_of
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.queries import listed

pages = Pages()
HERE = "/sourcing/schedules"
LIST, FORM = (f"sourcing/schedules/{name}.html" for name in ("schedules", "schedule"))
LINES = 25
Cursor = Annotated[str, Query(max_length=100, alias="cursor")]


@pages.get("/sourcing/schedules", needs=READ)
async def schedules_page(work: Reads, request: Request, caller: SignedIn) -> Page:
    """All of one's own."""
    locale = await request.app.state.renderer.locale(request)
    found = await queries.of_person(work.db, work.actor.person_id)
    titles = {source.key: source.name for source in await listed(work.db)}
    when = {
        one.id: worded(one.next_run_at.astimezone(zone_of(one.timezone)), locale) for one in found if one.next_run_at
    }
    return Page(LIST, schedules=found, titles=titles, when=when, may_run=RUN in caller.keys, is_full=len(found) >= MOST)


@pages.get("/sourcing/schedules/new", needs=RUN)
async def new_schedule(work: Reads, request: Request, caller: SignedIn) -> Page:
    """The empty form."""
    return await _form(work, request, forms.blank(caller.zone), None)


@pages.get("/sourcing/schedules/{schedule_id}", needs=READ)
async def schedule_page(
    schedule_id: UUID,
    work: Reads,
    request: Request,
    caller: SignedIn,
    cursor_: Annotated[Cursor, Query(alias="cursor")] = "",
) -> Page:
    """One of them: its form, its next times, its history."""
    found = await queries.mine(work.db, schedule_id, work.actor.person_id)
    return await _form(work, request, forms.filled(found), found, at=cursor_, may_run=RUN in caller.keys)


@pages.post("/sourcing/schedules/preview", needs=RUN)
async def preview(request: Request, stages: Staged) -> Page:
    """The next times of what is typed, or the filters of the source that was chosen; nothing is kept."""
    blocks = ("filters",) if (await request.form()).get("show") == "filters" else ("ahead",)
    async with stages.open(reads=True) as work:
        typed, _ = await _typed(work, request)
        found = await _of(work, await _named(request))
        return await _form(work, request, typed, found, blocks=blocks)


@pages.post("/sourcing/schedules", needs=RUN)
async def create(request: Request, stages: Staged) -> Page:
    """Keep it; what is wrong stands beside what was typed."""
    async with stages.open(reads=True) as work:
        typed, _ = await _typed(work, request)
    try:
        async with stages.open() as work:
            kept = await actions.add(work, planned(forms.said(typed)), request_id=request_id_of(request))
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _form(work, request, typed, None, refusal=refusal)
    return Page(FORM, goto=f"{HERE}/{kept.id}")


@pages.post("/sourcing/schedules/{schedule_id}", needs=RUN)
async def change(schedule_id: UUID, request: Request, stages: Staged) -> Page:
    """Keep what was changed."""
    async with stages.open(reads=True) as work:
        await queries.mine(work.db, schedule_id, work.actor.person_id)
        typed, shown = await _typed(work, request)
    try:
        async with stages.open() as work:
            found = await _held(work, schedule_id)
            standing = found.filters if found.source == typed["source"] else None
            plan = planned(forms.said(typed, standing, shown))
            await actions.change(work, found, plan, request_id=request_id_of(request))
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _form(work, request, typed, await _of(work, schedule_id), refusal=refusal)
    return Page(FORM, goto=f"{HERE}/{schedule_id}")


@pages.post("/sourcing/schedules/{schedule_id}/switch", needs=RUN)
async def switch(schedule_id: UUID, work: Writes, request: Request) -> Page:
    """Pause it, or let it go on."""
    form = await request.form()
    await actions.switch(work, await _held(work, schedule_id), on=form.get("on") == "1")
    return Page(LIST, goto=HERE)


@pages.post("/sourcing/schedules/{schedule_id}/removal", needs=RUN)
async def remove(schedule_id: UUID, work: Writes) -> Page:
    """Away with it."""
    await actions.remove(work, await _held(work, schedule_id))
    return Page(LIST, goto=HERE)


@pages.post("/sourcing/schedules/{schedule_id}/runs", needs=RUN)
async def run_now(schedule_id: UUID, stages: Staged, request: Request) -> Page:
    """Run it now, and look at the run; what stands in the way is told after it was written down."""
    async with stages.open() as work:
        found = await _held(work, schedule_id)
        terms = request.app.state.parts.of(RunTerms)
        fired = await fire(work, found, terms, by_hand=True, request_id=request_id_of(request))
    if fired.refused is not None:
        async with stages.open(reads=True) as work:
            found = await queries.mine(work.db, schedule_id, work.actor.person_id)
            return await _form(work, request, forms.filled(found), found, refusal=fired.refused)
    return Page(LIST, goto=f"/sourcing/runs/{fired.enqueued.source_run_id}" if fired.enqueued else HERE)


async def _held(work: Work, schedule_id: UUID) -> ScrapeSchedule:
    return await queries.mine(work.db, schedule_id, work.actor.person_id, for_update=True)


async def _of(work: Work, schedule_id: UUID | None) -> ScrapeSchedule | None:
    return await queries.mine(work.db, schedule_id, work.actor.person_id) if schedule_id else None


async def _typed(work: Work, request: Request) -> tuple[Given, tuple[Control, ...]]:
    """What was typed, and the controls that were shown for it."""
    form = await request.form()
    controls = _controls(await listed(work.db), str(form.get("source", "")))
    return forms.given(form, controls), controls


def _controls(sources: list[Source], key: str) -> tuple[Control, ...]:
    return next((controls_of(source) for source in sources if source.key == key), ())


async def _named(request: Request) -> UUID | None:
    """The schedule whose form asks for a preview; a new one has none."""
    try:
        return UUID(str((await request.form()).get("schedule_id", "")))
    except ValueError:
        return None


async def _form(
    work: Work,
    request: Request,
    given: Given,
    found: ScrapeSchedule | None,
    *,
    refusal: Refusal | None = None,
    at: str = "",
    blocks: tuple[str, ...] = (),
    may_run: bool = True,
) -> Page:
    locale = await request.app.state.renderer.locale(request)
    lines = await queries.events_of(work.db, found.id, LINES + 1, before=read(at)) if found else ()
    last = lines[LINES - 1] if len(lines) > LINES else None
    sources = await listed(work.db)
    return Page(
        FORM,
        blocks=blocks,
        status=refusal.status if refusal else 200,
        given=given,
        schedule=found,
        sources=[(source.key, source.name) for source in sources],
        controls=_controls(sources, str(given["source"])),
        profiles=[(str(one.id), one.name) for one in await profiles_of(work.db, work.actor.person_id)],
        ahead=ahead(str(given["cron"]), str(given["timezone"]), work.now, locale),
        lines=lines[:LINES],
        older=written((last.created_at, last.id)) if last else None,
        at_start=not at,
        refusal=refusal,
        errors=_errors(refusal),
        may_run=may_run,
    )


def _errors(refusal: Refusal | None) -> dict[str, Any]:
    faults = refusal.errors if refusal else []
    return {forms.place(str(one.get("field", ""))): one.get("msg", "") for one in faults}
