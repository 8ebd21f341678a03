"""One's own API keys, for people."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.access import Role
from waypost.platform.errors import Refusal
from waypost.platform.identity.api_keys.actions import DEFAULT_DAYS, Wish, cut_key, revoke
from waypost.platform.identity.api_keys.own import InPerson
from waypost.platform.identity.api_keys.views import KEYS, keys_page
from waypost.platform.identity.desk import desk_of
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/api-keys", member=True)
async def shown(work: Reads, caller: SignedIn) -> Page:
    """The list, and the form for another one."""
    return await keys_page(work, caller)


@pages.post("/api-keys", member=True)
async def made(
    stages: Staged,
    caller: SignedIn,
    request: Request,
    _by: InPerson,
    name: Annotated[str, Form(max_length=200)] = "",
    role: Annotated[Role, Form()] = Role.VIEWER,
    days: Annotated[int, Form()] = DEFAULT_DAYS,
) -> Page:
    """The page again, with the new key on it this once."""
    try:
        async with stages.open() as work:
            wish = Wish(name, role, days)
            cut = await cut_key(work, desk_of(request).tokens, wish, person=caller.person_id, role=caller.role)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await keys_page(work, caller, refusal=refusal, name=name)
    async with stages.open(reads=True) as work:
        return await keys_page(work, caller, cut=cut)


@pages.post("/api-keys/{key_id}/revocation", member=True)
async def revoked(key_id: UUID, work: Writes, caller: SignedIn, _by: InPerson) -> Page:
    """Back to the list, without it."""
    await revoke(work, key_id, person=caller.person_id)
    return Page(KEYS, goto="/api-keys")
