"""Pages of offers: the list of one's notebook and of the catalogue, one offer, and what is done with it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from waypost.platform.errors import Refusal
from waypost.platform.storage.serving import SAFE, disposition
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook import actions, keeping, queries, showing
from waypost.sourcing.notebook.csv_rows import csv_of
from waypost.sourcing.notebook.days import day_of, morning_of
from waypost.sourcing.notebook.filters import Reader
from waypost.sourcing.notebook.keeping import Meta
from waypost.sourcing.notebook.models import Status, UserJobOffer
from waypost.sourcing.notebook.queries import NoSuchOffer
from waypost.sourcing.notebook.refusals import NoProfile
from waypost.sourcing.notebook.showing import Desk
from waypost.sourcing.notebook.views import HERE, View

pages = Pages()
LIST, ONE = "sourcing/notebook/offers.html", "sourcing/notebook/offer.html"
CSV = "text/csv; charset=utf-8"
Text = Annotated[str, Form(max_length=20_000)]


async def _mine(work: Writes, caller: SignedIn, offer_id: UUID) -> UserJobOffer:
    mine = await queries.of_offer(work.db, offer_id, caller.person_id, for_update=True)
    if mine is None:
        raise NoSuchOffer
    return mine


Mine = Annotated[UserJobOffer, Depends(_mine)]
"""The caller's link to the offer of the address, held; refused (404) before a form is looked at."""


@pages.get(HERE, needs=READ)
async def offers(request: Request, work: Reads, caller: SignedIn, matched: int | None = None) -> Page:
    """The list; without a question what the person's default search says."""
    reader = Reader(caller.person_id, work.now)
    values = await showing.listed(Desk(work.db, reader, View.of(request.query_params)))
    return Page(LIST, blocks=("offers",), matched=matched, may_write=RUN in caller.keys, **values)


@pages.get(f"{HERE}/export.csv", needs=READ)
async def export(request: Request, stages: Staged, caller: SignedIn) -> Response:
    """Everything that the list's filters leave, as CSV (RFC 4180, UTF-8), streamed: there is no cap."""
    filters = View.of(request.query_params).filters()
    reader = Reader(caller.person_id, stages.works.clock())
    headers = {"Content-Disposition": disposition("attachment", "offers.csv"), "Cache-Control": "private, no-store"}
    return StreamingResponse(csv_of(stages, reader, filters), headers=SAFE | headers, media_type=CSV)


@pages.get(f"{HERE}/{{offer_id}}", needs=READ)
async def offer(request: Request, stages: Staged, caller: SignedIn, offer_id: UUID) -> Page:
    """One offer; whoever has it in their notebook also sees what they wrote."""
    return await _one(request, stages, caller, offer_id)


@pages.post(f"{HERE}/{{offer_id}}/pick", needs=RUN)
async def pick(work: Writes, offer_id: UUID) -> Page:
    """Into one's own notebook."""
    await keeping.pick(work, offer_id)
    return Page(ONE, goto=f"{HERE}/{offer_id}")


@pages.post(f"{HERE}/{{offer_id}}/status", needs=RUN)
async def set_status(
    work: Writes, mine: Mine, offer_id: UUID, status: Annotated[Status, Form()], note: Text = ""
) -> Page:
    """The twin of PATCH."""
    await keeping.set_status(work, mine, status, note)
    return Page(ONE, goto=f"{HERE}/{offer_id}")


@pages.post(f"{HERE}/{{offer_id}}/meta", needs=RUN)
async def set_meta(
    request: Request,
    stages: Staged,
    caller: SignedIn,
    offer_id: UUID,
    notes: Text = "",
    tags: Text = "",
    follow_up: Text = "",
    follow_up_note: Text = "",
) -> Page:
    """The twin of PATCH; what is wrong stands above what was typed."""
    typed = {"notes": notes, "tags": tags, "follow_up": follow_up, "follow_up_note": follow_up_note}
    try:
        async with stages.open() as work:
            mine = await _mine(work, caller, offer_id)
            same_day = day_of(mine.follow_up_at, caller.zone) == follow_up.strip()
            at = mine.follow_up_at if same_day else morning_of(follow_up, caller.zone)
            await keeping.set_meta(work, mine, Meta(notes, tuple(tags.split(",")), True, at, follow_up_note))
    except NoSuchOffer:
        raise
    except Refusal as refusal:
        return await _one(request, stages, caller, offer_id, refusal=refusal, typed=typed)
    return Page(ONE, goto=f"{HERE}/{offer_id}#notes")


@pages.post(f"{HERE}/{{offer_id}}/score", needs=RUN)
async def score(work: Writes, caller: SignedIn, mine: Mine, offer_id: UUID) -> Page:
    """Score it now, against the active profile."""
    profile = await queries.profile_ready(work.db, caller.person_id)
    if profile is None:
        raise NoProfile
    await actions.score_now(work, mine, profile)
    return Page(ONE, goto=f"{HERE}/{offer_id}#score")


async def _one(
    request: Request,
    stages: Staged,
    caller: SignedIn,
    offer_id: UUID,
    *,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> Page:
    async with stages.open(reads=True) as work:
        values = await showing.whole(work.db, Reader(caller.person_id, work.now), offer_id)
    return Page(
        ONE,
        status=refusal.status if refusal else 200,
        view=View.of(request.query_params),
        day=day_of(values["offer"].follow_up_at, caller.zone),
        may_write=RUN in caller.keys,
        refusal=refusal,
        typed=typed,
        **values,
    )
