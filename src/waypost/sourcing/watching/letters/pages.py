"""The scraper for people: how it is now, what it could not deliver, and replay with a look first."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import SignedIn, Staged, Stages
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import OPERATE, REPAIR
from waypost.sourcing.watching.letters import replaying, showing
from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.replaying import Choice

pages = Pages()

TEMPLATE, HOME = "sourcing/watching/letters/worker.html", "/sourcing/worker"
Dry = Annotated[bool, Form(alias="dry_run")]


@pages.get("/sourcing/worker", needs=OPERATE)
async def worker_page(stages: Staged, request: Request, caller: SignedIn) -> Page:
    """Asks the scraper first, then ourselves; a scraper that is away is shown as away, with what was known last."""
    return await _page(stages, request, may=REPAIR in caller.keys)


@pages.post("/sourcing/worker/replays", needs=REPAIR)
async def replay(stages: Staged, request: Request, dry: Dry = False) -> Page:
    """All that waits; a dry run only counts. What came of it stands on the page."""
    line: ScraperLine = request.app.state.parts.of(ScraperLine)
    try:
        told = await replaying.replay(stages, line, Choice(dry=dry), request_id_of(request))
    except Refusal as refusal:
        return await _page(stages, request, may=True, refusal=refusal.title())
    return await _page(stages, request, may=True, told=told)


@pages.post("/sourcing/dead-letters/{letter_id}/replay", needs=REPAIR)
async def replay_one(stages: Staged, request: Request, letter_id: UUID) -> Page:
    """What waits of its run, in order; back to the page."""
    line: ScraperLine = request.app.state.parts.of(ScraperLine)
    await replaying.replay_one(stages, line, letter_id, request_id_of(request))
    return Page(TEMPLATE, goto=HOME)


@pages.post("/sourcing/dead-letters/{letter_id}/discard", needs=REPAIR)
async def discard(stages: Staged, request: Request, letter_id: UUID) -> Page:
    """Thrown away for good; back to the page."""
    await replaying.discard(stages, request.app.state.parts.of(ScraperLine), letter_id)
    return Page(TEMPLATE, goto=HOME)


async def _page(
    stages: Stages, request: Request, *, may: bool, told: dict[str, object] | None = None, refusal: str | None = None
) -> Page:
    asked = await showing.ask(request.app.state.parts.of(ScraperLine))
    async with stages.open(reads=True) as work:
        known = await showing.known(work)
    return Page(TEMPLATE, blocks=("worker",), asked=asked, known=known, may=may, told=told, refusal=refusal)
