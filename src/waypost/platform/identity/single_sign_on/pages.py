"""Doors of single sign-on: to the provider, back from it, and out there too. What fails is told on the sign-in page."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.identity import cookies
from waypost.platform.identity.desk import Desk, desk_of
from waypost.platform.identity.refusals import SecondFactorNeeded
from waypost.platform.identity.sign_in import origin_of
from waypost.platform.identity.single_sign_on.flow import VISIT_LIFE, Back, begin, end
from waypost.platform.identity.views import SIGN_IN, second_step_form
from waypost.platform.identity.ways import local_path
from waypost.platform.observe.logs import line
from waypost.platform.web.pages import Page, Pages

VISIT = "oss_visit"
PLACE = "/auth/oidc"
LONGEST = 2048
Told = Annotated[str, Query(max_length=LONGEST)]

pages = Pages()
log = line("waypost.identity")


@pages.get(f"{PLACE}/start", public=True)
async def start(request: Request, next: Told = "/", invitation: Annotated[str, Query(max_length=64)] = "") -> Page:
    """Send the browser to the provider."""
    desk = desk_of(request)
    try:
        begun = await begin(desk, local_path(next), invitation)
    except Refusal as refusal:
        return _told(refusal)
    page = Page(SIGN_IN, goto=begun.address)
    page.set_cookie(
        VISIT,
        begun.cookie,
        max_age=int(VISIT_LIFE.total_seconds()),
        path=PLACE,
        domain=desk.settings.cookie_domain,
        secure=desk.secure,
        httponly=True,
        samesite="lax",
    )
    cookies.never_store(page)
    return page


@pages.get(f"{PLACE}/callback", public=True)
async def callback(request: Request, state: Told = "", code: Told = "", iss: Told = "") -> Page:
    """The browser comes back: signed in and on its way, asked for the second factor, or told what went wrong."""
    desk = desk_of(request)
    back = Back(state, code or None, iss or None, request.cookies.get(VISIT, ""))
    try:
        done, onward = await end(desk, back, origin_of(request))
    except SecondFactorNeeded as needed:
        page = second_step_form(challenge=needed.challenge)
    except Refusal as refusal:
        log.warning("single_sign_on.refused", error=refusal.kind())
        page = _told(refusal)
    else:
        page = cookies.welcome(request, SIGN_IN, done.token, onward)
    _forget_visit(desk, page)
    return page


@pages.get(f"{PLACE}/logout", public=True)
async def leave(request: Request) -> Page:
    """End the session at the provider too, where it offers that."""
    desk = desk_of(request)
    if desk.provider is None:
        return Page(SIGN_IN, goto="/sign-in")
    try:
        place = await desk.provider.sign_out_address(f"{desk.home}/sign-in", desk.works.clock())
    except Refusal as refusal:
        return _told(refusal)
    return Page(SIGN_IN, goto=place or "/sign-in")


def _told(refusal: Refusal) -> Page:
    page = Page(SIGN_IN, goto=f"/sign-in?problem={quote(refusal.kind())}")
    cookies.never_store(page)
    return page


def _forget_visit(desk: Desk, page: Page) -> None:
    page.delete_cookie(VISIT, path=PLACE, domain=desk.settings.cookie_domain, secure=desk.secure, samesite="lax")
