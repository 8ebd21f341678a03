"""Acts on a request that is no record, for people: take it back, hold it, throw away what it had read."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.archive.access import HOLD, RELEASE
from waypost.archive.requests.forgetting import actions
from waypost.archive.requests.pages import HERE, ONE, one_page
from waypost.platform.errors import Refusal
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import SignedIn, Staged, Stages
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work

pages = Pages()
Said = Annotated[str, Form(max_length=1_000)]
Act = Callable[[Work], Awaitable[object]]


@pages.post(f"{HERE}/{{request_id}}/withdrawal", needs=RELEASE)
async def withdraw(request_id: UUID, request: Request, stages: Staged, caller: SignedIn, reason: Said = "") -> Page:
    """Take it back while it is on its way."""
    return await _done(request_id, request, stages, caller, lambda work: actions.withdraw(work, request_id, reason))


@pages.post(f"{HERE}/{{request_id}}/forgetting", needs=RELEASE)
async def forget(request_id: UUID, request: Request, stages: Staged, caller: SignedIn) -> Page:
    """Throw away what it had read."""
    return await _done(request_id, request, stages, caller, lambda work: actions.ask_forgetting(work, request_id))


@pages.post(f"{HERE}/{{request_id}}/hold", needs=HOLD)
async def hold(request_id: UUID, request: Request, stages: Staged, caller: SignedIn, reason: Said = "") -> Page:
    """A legal hold."""
    return await _done(request_id, request, stages, caller, lambda work: actions.hold(work, request_id, reason))


@pages.post(f"{HERE}/{{request_id}}/hold/lifting", needs=HOLD)
async def lift(request_id: UUID, request: Request, stages: Staged, caller: SignedIn, reason: Said = "") -> Page:
    """Lift it."""
    return await _done(request_id, request, stages, caller, lambda work: actions.lift(work, request_id, reason))


async def _done(request_id: UUID, request: Request, stages: Stages, caller: Caller, act: Act) -> Page:
    """What is wrong is said on the request's page."""
    try:
        async with stages.open() as work:
            await act(work)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await one_page(request_id, request, work, caller, refusal)
    return Page(ONE, goto=f"{HERE}/{request_id}")
