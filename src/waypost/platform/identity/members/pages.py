"""Members for people: who belongs here, what they may do, who is invited, what is asked of them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request

from waypost.platform.access import Role
from waypost.platform.errors import Refusal
from waypost.platform.identity import actions as identity
from waypost.platform.identity.desk import desk_of
from waypost.platform.identity.invitations.actions import make_password_link
from waypost.platform.identity.invitations.sending import pass_on
from waypost.platform.identity.members.access import MANAGE
from waypost.platform.identity.members.actions import Change, change, managed, remove
from waypost.platform.identity.members.views import MEMBERS, members_page
from waypost.platform.identity.post import Occasion
from waypost.platform.identity.refusals import NoSecondFactorOfOnesOwn
from waypost.platform.identity.second_factor.actions import remove as remove_factor
from waypost.platform.identity.second_factor.lookups import people_with_factor
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/members", member=True)
async def shown(
    work: Reads, caller: SignedIn, after: UUID | None = None, saved: Annotated[str, Query(max_length=20)] = ""
) -> Page:
    """Everybody, a hundred at a time."""
    return await members_page(work, caller, after=after, saved=saved)


@pages.post("/members/{person_id}/role", needs=MANAGE)
async def role_set(person_id: UUID, work: Writes, caller: SignedIn, role: Annotated[Role, Form()]) -> Page:
    """Another role."""
    await change(work, caller, person_id, Change(role=role))
    return Page(MEMBERS, goto="/members?saved=role")


@pages.post("/members/{person_id}/disablement", needs=MANAGE)
async def disabled(person_id: UUID, work: Writes, caller: SignedIn, on: Annotated[bool, Form()] = True) -> Page:
    """Shut out of this organisation, or let in again (`on=false`)."""
    await change(work, caller, person_id, Change(is_disabled=on))
    return Page(MEMBERS, goto="/members?saved=member")


@pages.post("/members/{person_id}/removal", needs=MANAGE)
async def removed(person_id: UUID, work: Writes, caller: SignedIn) -> Page:
    """No longer a member; what they did keeps their name."""
    await remove(work, caller, person_id)
    return Page(MEMBERS, goto="/members?saved=removed")


@pages.post("/members/{person_id}/password-link", needs=MANAGE)
async def password_link(person_id: UUID, stages: Staged, caller: SignedIn, request: Request) -> Page:
    """A link to choose a new password: mailed, or shown this once."""
    desk = desk_of(request)
    async with stages.open() as work:
        found, life = await managed(work, caller, person_id), desk.settings.password_link_life
        sent = await make_password_link(work, desk.tokens, person_id, found.email, life, by_mail=False)
    passed = await pass_on(desk, caller, sent, Occasion.NEW_PASSWORD)
    async with stages.open(reads=True) as work:
        return await members_page(work, caller, passed=passed, occasion="password")


@pages.post("/members/{person_id}/second-factor/removal", needs=MANAGE)
async def factor_removed(person_id: UUID, work: Writes, caller: SignedIn) -> Page:
    """For who lost phone and recovery codes: they sign in without until they set it up again."""
    await managed(work, caller, person_id)
    await identity.refuse_who_belongs_elsewhere(work, person_id)
    await remove_factor(work, person_id, by="an admin")
    return Page(MEMBERS, goto="/members?saved=member")


@pages.post("/members/second-factor", needs=MANAGE)
async def factor_asked(
    stages: Staged, caller: SignedIn, of_whom: Annotated[Literal["", "admins", "everyone"], Form()] = ""
) -> Page:
    """Ask a second factor of admins, of everyone, or of nobody; who asks must have one."""
    try:
        async with stages.open() as work:
            if of_whom and caller.person_id not in await people_with_factor(work.db, work.org):
                raise NoSecondFactorOfOnesOwn
            await identity.ask_second_factor(work, of_whom or None)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await members_page(work, caller, refusal=refusal)
    return Page(MEMBERS, goto="/members?saved=asked")
