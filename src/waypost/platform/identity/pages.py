"""Sign-in for people, and what each may set for themselves: name, language, look, password, sessions."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.identity import cookies, lookups
from waypost.platform.identity.actions import (
    close_other_sessions,
    close_session,
    set_password,
    set_profile,
    switch_organisation,
)
from waypost.platform.identity.api_keys.own import InPerson
from waypost.platform.identity.confirming import confirm_password
from waypost.platform.identity.desk import address_of, desk_of
from waypost.platform.identity.refusals import ChallengeEnded, PasswordUnchanged, SecondFactorNeeded
from waypost.platform.identity.sign_in import Credentials, origin_of, second_step, sign_in
from waypost.platform.identity.views import ACCOUNT, SIGN_IN, account, second_step_form, sign_in_form
from waypost.platform.identity.ways import local_path
from waypost.platform.web.caller import Caller, caller_of
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages

Theme = Literal["auto", "light", "dark"]
Typed = Annotated[str, Form(max_length=1024)]
Way = Annotated[str, Form()]

pages = Pages()


@pages.get("/sign-in", public=True)
async def sign_in_page(
    request: Request, next: str = "/", problem: Annotated[str, Query(max_length=60)] = "", left: bool = False
) -> Page:
    """The form; who is signed in already goes on."""
    if await caller_of(request) is not None and not problem:
        return Page(SIGN_IN, goto=local_path(next))
    return sign_in_form(desk_of(request), next=next, problem=problem, left=left)


@pages.post("/sign-in", public=True)
async def sign_in_by_form(
    request: Request, email: Typed = "", password: Typed = "", new_password: Typed = "", next: Way = "/"
) -> Page:
    """Sign in and go on to `next`, or see the form again with what was wrong."""
    desk = desk_of(request)
    try:
        done = await sign_in(desk, _typed(request, email, password, new_password))
    except SecondFactorNeeded as needed:
        return second_step_form(challenge=needed.challenge, next=next)
    except Refusal as refusal:
        return sign_in_form(desk, next=next, email=email, refusal=refusal)
    return cookies.welcome(request, SIGN_IN, done.token, next)


@pages.post("/sign-in/second-step", public=True)
async def second_step_by_form(request: Request, challenge: Typed = "", code: Typed = "", next: Way = "/") -> Page:
    """Sign in with the code too; a wrong one may be typed again, an ended challenge begins anew."""
    desk = desk_of(request)
    try:
        done = await second_step(desk, challenge, code, origin_of(request))
    except ChallengeEnded as ended:
        return sign_in_form(desk, next=next, refusal=ended)
    except Refusal as refusal:
        return second_step_form(challenge=challenge, next=next, refusal=refusal)
    return cookies.welcome(request, SIGN_IN, done.token, next)


@pages.post("/auth/logout", member=True)
async def log_out_by_form(work: Writes, caller: SignedIn, request: Request) -> Page:
    """End this session and show the sign-in form."""
    await close_session(work, caller.session_id, caller.person_id, reason="logout")
    page = Page(SIGN_IN, goto="/sign-in?left=true")
    cookies.clear(request, page)
    return page


@pages.post("/auth/switch-org", member=True)
async def switch_by_form(work: Writes, caller: SignedIn, organization_id: Annotated[UUID, Form()]) -> Page:
    """Open another organisation; its first page is the home page."""
    await switch_organisation(work, caller.session_id, caller.person_id, organization_id)
    return Page(ACCOUNT, goto="/")


@pages.get("/account", member=True)
async def account_page(work: Reads, caller: SignedIn, request: Request, saved: str = "") -> Page:
    """Everything about oneself on one page; `saved` names what was just kept."""
    return await account(work, caller, desk_of(request), saved=saved)


@pages.post("/account", member=True)
async def save_profile(
    work: Writes,
    caller: SignedIn,
    display_name: Annotated[str, Form(max_length=200)] = "",
    locale: Annotated[Literal["", "en", "de"], Form()] = "",
    theme: Annotated[Theme, Form()] = "auto",
) -> Page:
    """Keep name, language and look."""
    await set_profile(work, caller.person_id, name=display_name.strip() or None, locale=locale or None, theme=theme)
    return Page(ACCOUNT, goto="/account?saved=profile")


@pages.post("/settings/theme", member=True)
async def save_theme(work: Writes, caller: SignedIn, theme: Annotated[Theme, Form()]) -> Page:
    """The quick switch in the person's menu."""
    await lookups.set_theme(work.db, caller.person_id, theme)
    return Page(ACCOUNT, goto="/account?saved=profile")


@pages.post("/account/password", member=True)
async def change_password(
    stages: Staged, caller: SignedIn, request: Request, _by: InPerson, current: Typed = "", new_password: Typed = ""
) -> Page:
    """Replace the password, knowing the present one; all other sessions end."""
    try:
        hashed = await _new_hash(request, caller, current, new_password)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await account(work, caller, desk_of(request), refusal=refusal)
    async with stages.open() as work:
        await set_password(work, caller.person_id, hashed, keep_session=caller.session_id)
    return Page(ACCOUNT, goto="/account?saved=password")


@pages.post("/account/sessions/{session_id}/revocation", member=True)
async def revoke_session(session_id: UUID, work: Writes, caller: SignedIn, _by: InPerson) -> Page:
    """Sign one of one's own browsers out."""
    await close_session(work, session_id, caller.person_id, reason="revoked by its owner")
    return Page(ACCOUNT, goto="/account?saved=session")


@pages.post("/account/sessions/revocation", member=True)
async def revoke_other_sessions(work: Writes, caller: SignedIn, _by: InPerson) -> Page:
    """Sign every other browser of one's own out."""
    await close_other_sessions(work, caller.person_id, but=caller.session_id)
    return Page(ACCOUNT, goto="/account?saved=sessions")


async def _new_hash(request: Request, caller: Caller, current: str, new_password: str) -> str:
    desk = desk_of(request)
    await confirm_password(desk, _typed(request, caller.email, current, ""))
    if new_password == current:
        raise PasswordUnchanged
    return await desk.passwords.hash(new_password)


def _typed(request: Request, email: str, password: str, new_password: str) -> Credentials:
    agent = request.headers.get("user-agent")
    return Credentials(email, password, new_password or None, address=address_of(request), agent=agent)
