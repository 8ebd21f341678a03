"""Requests for people: the list with its states, and one request with its way."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.requests import actions, asking
from waypost.archive.requests.views import View, steps
from waypost.platform.errors import Refusal
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.pages import Page, Pages

pages = Pages()
LIST, ONE = "archive/requests/requests.html", "archive/requests/request.html"
HERE = "/archive-requests"


@pages.get(HERE, needs=READ)
async def requests_page(request: Request, work: Reads) -> Page:
    """The list alone."""
    return Page(LIST, blocks=("list",), listed=await asking.listed(work.db, View.of(request)), current=None)


@pages.get(f"{HERE}/{{request_id}}", needs=READ)
async def request_page(request_id: UUID, request: Request, work: Reads, caller: SignedIn) -> Page:
    """One beside the list it was opened from."""
    return await _one(request_id, request, work, caller)


@pages.post(f"{HERE}/{{request_id}}/repetition", needs=ASK)
async def repeat(
    request_id: UUID,
    request: Request,
    stages: Staged,
    caller: SignedIn,
    force: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form()] = "",
) -> Page:
    """Ask once more; what is missing is said beside what was typed."""
    try:
        async with stages.open() as work:
            made = await actions.ask_again(work, request_id, forced=force, reason=reason or None)
    except actions.ReasonNeeded as refusal:
        async with stages.open(reads=True) as work:
            return await _one(request_id, request, work, caller, refusal)
    return Page(ONE, goto=f"{HERE}/{made.id}")


async def _one(request_id: UUID, request: Request, work: Reads, caller: Caller, refusal: Refusal | None = None) -> Page:
    listed, shown = await asking.listed(work.db, View.of(request)), await asking.shown(work.db, request_id)
    return Page(
        ONE,
        blocks=("request",),
        status=refusal.status if refusal else 200,
        listed=listed,
        current=request_id,
        shown=shown,
        steps=steps(shown.request),
        may_ask=ASK in caller.keys,
        refusal=refusal,
        now=work.now,
    )
