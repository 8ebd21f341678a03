"""Sources for people: the list, one source with its settings, permission, switches and pause."""

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import Form
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.web.doors import Reads, Staged, Stages, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.sourcing.access import READ, REPAIR, STEER
from waypost.sourcing.sources import actions, forms, queries, showing
from waypost.sourcing.sources.doorway import HERE, ONE, Key, pause_terms
from waypost.sourcing.sources.forms import Given
from waypost.sourcing.sources.recipes import choices

pages = Pages()
LIST, SOURCE = "sourcing/sources/sources.html", "sourcing/sources/source.html"
Said = Annotated[str, Form(max_length=2_000)]
SHORTEST_NOTE = 3


@pages.get(HERE, needs=READ)
async def sources_page(work: Reads, request: Request) -> Page:
    """All of them."""
    may = work.actor.may(STEER)
    return Page(
        LIST, blocks=("sources",), lines=await showing.lines(work, pause_terms(request)), may_steer=may, now=work.now
    )


@pages.get(ONE, needs=READ)
async def source_page(job_source_key: Key, work: Reads, request: Request) -> Page:
    """One."""
    return await _one(job_source_key, work, request)


@pages.post(ONE, needs=STEER)
async def change(job_source_key: Key, request: Request, stages: Staged) -> Page:
    """Its settings; what does not fit stands beside its field."""
    given = forms.given(await request.form())
    if given.typed is None:
        async with stages.open(reads=True) as work:
            return await _one(job_source_key, work, request, given=given)
    return await _acted(
        stages, request, job_source_key, lambda work: actions.change(work, job_source_key, _columns(given))
    )


@pages.post(f"{ONE}/permission", needs=STEER)
async def permit(job_source_key: Key, request: Request, stages: Staged, note: Said = "") -> Page:
    """Why it may be asked; without a reason the form says so."""
    if len(note.strip()) < SHORTEST_NOTE:
        async with stages.open(reads=True) as work:
            return await _one(job_source_key, work, request, no_note=True)
    return await _acted(
        stages, request, job_source_key, lambda work: actions.permit(work, job_source_key, note.strip())
    )


@pages.post(f"{ONE}/permission-withdrawal", needs=STEER)
async def withdraw(job_source_key: Key, work: Writes) -> Page:
    """It may be asked no more."""
    await actions.withdraw_permission(work, job_source_key)
    return _back(job_source_key)


@pages.post(f"{ONE}/enabling", needs=STEER)
async def enable(job_source_key: Key, request: Request, stages: Staged) -> Page:
    """Runs may ask it; without a permission the page says what is missing."""
    return await _acted(stages, request, job_source_key, lambda work: actions.enable(work, job_source_key))


@pages.post(f"{ONE}/disabling", needs=STEER)
async def disable(job_source_key: Key, work: Writes) -> Page:
    """No new runs."""
    await actions.disable(work, job_source_key)
    return _back(job_source_key)


@pages.post(f"{ONE}/stop", needs=STEER)
async def stop(job_source_key: Key, work: Writes, reason: Said = "") -> Page:
    """The kill switch."""
    await actions.stop(work, job_source_key, reason.strip() or None)
    return _back(job_source_key)


@pages.post(f"{ONE}/stop-lifting", needs=STEER)
async def lift_stop(job_source_key: Key, work: Writes) -> Page:
    """It may be asked again."""
    await actions.lift_stop(work, job_source_key)
    return _back(job_source_key)


@pages.post(f"{ONE}/removal", needs=STEER)
async def remove(job_source_key: Key, work: Writes) -> Page:
    """One's own is gone; a shipped one is as it was shipped."""
    await actions.remove(work, job_source_key)
    return Page(LIST, goto=HERE)


@pages.post(f"{ONE}/override", needs=REPAIR)
async def override(job_source_key: Key, work: Writes, note: Annotated[str, Form(max_length=256)] = "") -> Page:
    """Scheduled runs go on now."""
    await actions.override_pause(work, job_source_key, note=note.strip() or None)
    return _back(job_source_key)


async def _acted(stages: Stages, request: Request, key: str, act: Any) -> Page:
    """Do it, or show the page with why it was refused."""
    try:
        async with stages.open() as work:
            doing: Awaitable[Any] = act(work)
            await doing
    except queries.NoSuchSource:
        raise
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _one(key, work, request, refusal=refusal)
    return _back(key)


async def _one(
    key: str,
    work: Work,
    request: Request,
    *,
    given: Given | None = None,
    refusal: Refusal | None = None,
    no_note: bool = False,
) -> Page:
    found = await showing.shown(work, key, pause_terms(request))
    return Page(
        SOURCE,
        blocks=("source",),
        status=refusal.status if refusal else 422 if given or no_note else 200,
        shown=found,
        given=given or forms.standing(found.source),
        adapters=choices(),
        may_steer=work.actor.may(STEER),
        may_repair=work.actor.may(REPAIR),
        refusal=refusal,
        no_note=no_note,
        now=work.now,
    )


def _columns(given: Given) -> dict[str, Any]:
    assert given.typed is not None
    return given.typed.columns()


def _back(key: str) -> Page:
    return Page(SOURCE, goto=f"{HERE}/{key}")
