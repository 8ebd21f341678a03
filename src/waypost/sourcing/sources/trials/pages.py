"""Trying for people: a preview of a source, pasted pages, and the search for a way to read an address."""

from functools import partial
from typing import Annotated

from fastapi import Form
from starlette.requests import Request

from waypost.platform.web.doors import Reads, Staged
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import STEER
from waypost.sourcing.sources import actions, forms, queries
from waypost.sourcing.sources.doorway import HERE, ONE, Key
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.recipes import choices
from waypost.sourcing.sources.refusals import SourceStopped
from waypost.sourcing.sources.trials.leave import SharedLeave
from waypost.sourcing.sources.trials.looking import Looked, looked_at
from waypost.sourcing.sources.trials.trying import Trials, Tried, pasted, tried

pages = Pages()
PREVIEW, NEW = "sourcing/sources/trials/preview.html", "sourcing/sources/trials/new.html"
LARGEST = 2_000_000
"""Bytes of a page that is pasted."""
Text = Annotated[str, Form(max_length=LARGEST)]
Line = Annotated[str, Form(max_length=2_048)]


@pages.get(f"{ONE}/preview", needs=STEER)
async def preview_page(job_source_key: Key, work: Reads) -> Page:
    """What it would be tried with; nothing is asked yet."""
    return _preview(await queries.by_key(work.db, job_source_key), None)


@pages.post(f"{ONE}/preview", needs=STEER, body_limit=2 * LARGEST)
async def try_it(
    job_source_key: Key, request: Request, stages: Staged, html: Text = "", kind: Line = "offer", url: Line = ""
) -> Page:
    """The list and one offer, politely; or the page that was pasted, without asking anybody."""
    async with stages.open(reads=True) as work:
        source, now = await queries.by_key(work.db, job_source_key), work.now
    if html.strip():
        return _preview(source, await pasted(source, html, kind, url.strip(), now), html=html, kind=kind)
    if source.killed_at:
        raise SourceStopped
    trials, leave = request.app.state.parts.of(Trials), SharedLeave(stages.open, source)
    seen = await tried(trials, source, leave, stages.works.clock)
    return _preview(source, seen)


@pages.get(f"{HERE}/new", needs=STEER)
async def new_page(work: Reads) -> Page:
    """An address to look at, or the whole form by hand."""
    return _new(None)


@pages.post(f"{HERE}/new", needs=STEER)
async def look(request: Request, stages: Staged, address: Line = "") -> Page:
    """What can be read there."""
    trials = request.app.state.parts.of(Trials)
    found = await looked_at(trials, address.strip(), partial(SharedLeave, stages.open), stages.works.clock)
    return _new(found)


@pages.post(HERE, needs=STEER)
async def add(request: Request, stages: Staged) -> Page:
    """One of one's own; the next step is its permission and a try."""
    given = forms.given(await request.form())
    if given.typed is None:
        return Page(NEW, status=422, looked=None, given=given, adapters=choices())
    async with stages.open() as work:
        source = await actions.add(work, given.typed.columns())
    return Page(NEW, goto=f"{HERE}/{source.key}")


def _preview(source: Source, seen: Tried | None, *, html: str = "", kind: str = "offer") -> Page:
    return Page(PREVIEW, blocks=("preview",), source=source, seen=seen, html=html, kind=kind)


def _new(looked: Looked | None) -> Page:
    return Page(NEW, looked=looked, given=forms.Given({}), adapters=choices())
