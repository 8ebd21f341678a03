"""Requests for people: the list with its states, and one request with its way."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.archive.access import ASK, HOLD, READ, RELEASE
from waypost.archive.requests import actions, asking
from waypost.archive.requests.views import View, steps
from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import names
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
    return await one_page(request_id, request, work, caller)


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
            return await one_page(request_id, request, work, caller, refusal)
    return Page(ONE, goto=f"{HERE}/{made.id}")


async def one_page(
    request_id: UUID, request: Request, work: Reads, caller: Caller, refusal: Refusal | None = None
) -> Page:
    """One request beside its list; `refusal` stands beside what was typed."""
    listed, shown = await asking.listed(work.db, View.of(request)), await asking.shown(work.db, request_id)
    request_ = shown.request
    return Page(
        ONE,
        blocks=("request",),
        status=refusal.status if refusal else 200,
        listed=listed,
        current=request_id,
        shown=shown,
        steps=steps(request_),
        may_ask=ASK in caller.keys,
        may_forget=RELEASE in caller.keys and request_.version_id is None and request_.forgotten_at is None,
        may_hold=HOLD in caller.keys and request_.version_id is None and request_.forgotten_at is None,
        holder=await names(work.db, [request_.held_by]) if request_.held_by else {},
        refusal=refusal,
        now=work.now,
    )
