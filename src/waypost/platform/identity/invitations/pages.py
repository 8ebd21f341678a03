"""Invitations and links to choose a password, for people on both ends."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.access import Role
from waypost.platform.errors import Refusal
from waypost.platform.identity import cookies
from waypost.platform.identity.desk import address_of, desk_of
from waypost.platform.identity.invitations import entering
from waypost.platform.identity.invitations.actions import invite, revoke
from waypost.platform.identity.invitations.sending import pass_on
from waypost.platform.identity.invitations.views import (
    FORGOTTEN,
    JOIN,
    PASSWORD,
    forgotten_page,
    join_page,
    password_page,
)
from waypost.platform.identity.members.access import MANAGE
from waypost.platform.identity.members.views import MEMBERS, members_page
from waypost.platform.identity.post import Occasion
from waypost.platform.identity.refusals import SecondFactorNeeded
from waypost.platform.identity.sign_in import origin_of
from waypost.platform.identity.views import second_step_form
from waypost.platform.web.caller import caller_of
from waypost.platform.web.doors import SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages

Typed = Annotated[str, Form(max_length=1024)]

pages = Pages()


@pages.get("/invitations", needs=MANAGE)
async def listed() -> Page:
    """They stand on the page of members."""
    return Page(MEMBERS, goto="/members#invitations")


@pages.post("/invitations", needs=MANAGE)
async def made(
    stages: Staged, caller: SignedIn, request: Request, email: Typed = "", role: Annotated[Role, Form()] = Role.AGENT
) -> Page:
    """The members' page again, with the link this once unless it was mailed."""
    desk = desk_of(request)
    try:
        async with stages.open() as work:
            sent = await invite(work, desk.tokens, caller, email, role, desk.settings.invitation_life)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await members_page(work, caller, refusal=refusal, email=email)
    passed = await pass_on(desk, caller, sent, Occasion.INVITATION)
    async with stages.open(reads=True) as work:
        return await members_page(work, caller, passed=passed, occasion="invitation")


@pages.post("/invitations/{invitation_id}/revocation", needs=MANAGE)
async def revoked(invitation_id: UUID, work: Writes) -> Page:
    """Its link is void."""
    await revoke(work, invitation_id)
    return Page(MEMBERS, goto="/members?saved=invitation")


@pages.get("/join/{token}", public=True)
async def invited(token: str, request: Request) -> Page:
    """Who invites, as what; a newcomer chooses name and password, everybody else signs in."""
    found = await entering.invited(desk_of(request), token)
    return join_page(desk_of(request), found, token, await caller_of(request))


@pages.post("/join/{token}", public=True)
async def joined(token: str, request: Request, name: Typed = "", new_password: Typed = "") -> Page:
    """Come in."""
    desk, caller = desk_of(request), await caller_of(request)
    found = await entering.invited(desk, token)
    try:
        if caller is not None:
            await entering.join_as_oneself(desk, token, caller)
            return Page(JOIN, goto="/")
        done = await entering.join_as_new(desk, token, entering.Chosen(name, new_password), origin_of(request))
    except Refusal as refusal:
        return join_page(desk, found, token, caller, refusal=refusal, name=name)
    return cookies.welcome(request, JOIN, done.token, "/")


@pages.get("/password/{token}", public=True)
async def password_asked(token: str, request: Request) -> Page:
    """The form for a new password."""
    return password_page(await entering.for_whom(desk_of(request), token), token)


@pages.post("/password/{token}", public=True)
async def password_chosen(token: str, request: Request, new_password: Typed = "") -> Page:
    """Keep it, end all sessions, sign in."""
    desk = desk_of(request)
    found = await entering.for_whom(desk, token)
    try:
        done = await entering.choose_password(desk, token, new_password, origin_of(request))
    except SecondFactorNeeded as needed:
        return second_step_form(challenge=needed.challenge)
    except Refusal as refusal:
        return password_page(found, token, refusal=refusal)
    return cookies.welcome(request, PASSWORD, done.token, "/")


@pages.get("/forgotten-password", public=True)
async def forgotten(request: Request, asked: bool = False) -> Page:
    """Ask for a link by mail, or learn whom to ask."""
    return forgotten_page(desk_of(request), asked=asked)


@pages.post("/forgotten-password", public=True)
async def link_asked(request: Request, email: Typed = "") -> Page:
    """The same answer whether anybody has this address or not."""
    desk = desk_of(request)
    try:
        await entering.ask_by_mail(desk, email, address_of(request))
    except Refusal as refusal:
        return forgotten_page(desk, refusal=refusal)
    return Page(FORGOTTEN, goto="/forgotten-password?asked=true")
