"""Sign-in for programs: CSRF token, password, developers' door, sign-out, switching; who am I, who are the others."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from waypost.platform.identity import cookies, lookups, wire
from waypost.platform.identity.actions import close_session, switch_organisation
from waypost.platform.identity.desk import address_of, desk_of
from waypost.platform.identity.dev_login import dev_door, dev_sign_in
from waypost.platform.identity.refusals import NotAMember
from waypost.platform.identity.sign_in import Credentials, SignedInAs, origin_of, sign_in
from waypost.platform.web.csrf import csrf_of, token_for
from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes

api = Doors()


class SignInBody(BaseModel):
    """`organization`: an id or an exact name; `new_password` replaces a one-time password; `code`: second factor."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(min_length=3, max_length=320)
    password: str = Field(min_length=1, max_length=1024)
    new_password: str | None = Field(None, max_length=1024)
    organization: str | None = Field(None, max_length=200)
    code: str | None = Field(None, max_length=40)


class DevSignInBody(BaseModel):
    """As documented; further fields are ignored."""

    email: str = Field(min_length=3, max_length=320, pattern=r"^\s*[^\s@]+@[^\s@]+\s*$")
    organization_name: str = Field(min_length=1, max_length=200, pattern=r"\S")


class SwitchBody(BaseModel):
    """Which organisation to open."""

    organization_id: UUID


@api.get("/auth/csrf", public=True)
async def csrf(request: Request, response: Response) -> dict[str, str]:
    """The session's token, or for strangers the one their cookie holds already: two tabs never spoil each other's."""
    token = await token_for(request)
    csrf_of(request).set_cookie(response, token)
    cookies.never_store(response)
    return {"csrf_token": token}


@api.post("/auth/login", public=True)
async def login(body: SignInBody, request: Request, response: Response) -> dict[str, Any]:
    """Sign in with a password: 401 wrong, 403 disabled, no member or more asked, 429 with Retry-After."""
    desk = desk_of(request)
    given = Credentials(
        body.email,
        body.password,
        body.new_password,
        body.organization,
        address=address_of(request),
        agent=request.headers.get("user-agent"),
        code=body.code,
    )
    return await _answer(request, response, await sign_in(desk, given))


@api.post("/auth/dev/login", public=True)
async def dev_login(
    body: DevSignInBody, request: Request, response: Response, _open: Annotated[None, Depends(dev_door)]
) -> dict[str, Any]:
    """Sign in by name alone; hidden unless this is a developer's own machine."""
    done = await dev_sign_in(desk_of(request), body.email, body.organization_name.strip(), origin=origin_of(request))
    return await _answer(request, response, done)


@api.post("/auth/logout", member=True)
async def logout(work: Writes, caller: SignedIn, request: Request, response: Response) -> dict[str, str]:
    """End this session and take its cookies back."""
    await close_session(work, caller.session_id, caller.person_id, reason="logout")
    cookies.clear(request, response)
    return {"status": "ok"}


@api.post("/auth/switch-org", member=True)
async def switch_org(body: SwitchBody, work: Writes, caller: SignedIn) -> dict[str, str]:
    """Open another organisation of the same person in this session; 403 where they are no member."""
    await switch_organisation(work, caller.session_id, caller.person_id, body.organization_id)
    return {"status": "ok"}


@api.get("/me", member=True)
async def me(work: Reads, caller: SignedIn) -> dict[str, Any]:
    """`{user, organization, role, org_role}`."""
    found = await lookups.organisation(work.db, caller.org_id)
    if found is None:
        raise NotAMember
    return {
        "user": wire.user(caller.person_id, caller.email, caller.name),
        "organization": wire.organization(found),
        **wire.roles(caller.role),
    }


async def _answer(request: Request, response: Response, done: SignedInAs) -> dict[str, Any]:
    csrf_token = cookies.give_session(request, response, done.token)
    async with lookups.catalogue(desk_of(request).works.shards) as db:
        found = await lookups.organisation(db, done.place.id)
    if found is None:
        raise NotAMember
    return wire.signed_in(done, found, csrf_token)
