"""Members for programs: colleagues for pickers, and changing them."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel
from starlette.requests import Request

from waypost.platform.access import Role
from waypost.platform.identity import queries, wire
from waypost.platform.identity.cookies import never_store
from waypost.platform.identity.desk import desk_of
from waypost.platform.identity.invitations.actions import make_password_link
from waypost.platform.identity.invitations.sending import pass_on
from waypost.platform.identity.members.access import MANAGE
from waypost.platform.identity.members.actions import Change, change, managed, remove
from waypost.platform.identity.post import Occasion
from waypost.platform.web.doors import Doors, Reads, SignedIn, Staged, Writes

api = Doors()


class MemberBody(BaseModel):
    """What is left out stays as it is."""

    role: Role | None = None
    is_disabled: bool | None = None


@api.get("/members", member=True)
async def members(work: Reads) -> list[dict[str, Any]]:
    """Colleagues for pickers: `[{id, name, email, role, org_role}]` by name."""
    found = await queries.members(work.db)
    return [{"id": str(m.id), "name": m.name, "email": m.email, **wire.roles(m.role)} for m in found]


@api.patch("/members/{person_id}", needs=MANAGE)
async def changed(person_id: UUID, body: MemberBody, work: Writes, caller: SignedIn) -> dict[str, Any]:
    """`{id, name, email, role, org_role, is_disabled}`; 403 above oneself, 409 the last owner."""
    found = await change(work, caller, person_id, Change(body.role, body.is_disabled))
    told = {"id": str(found.id), "name": found.name, "email": found.email, **wire.roles(found.role)}
    return told | {"is_disabled": found.is_disabled}


@api.delete("/members/{person_id}", needs=MANAGE, status_code=204)
async def removed(person_id: UUID, work: Writes, caller: SignedIn) -> None:
    """End a membership; 403 above oneself, 409 the last owner."""
    await remove(work, caller, person_id)


@api.post("/members/{person_id}/password-link", needs=MANAGE, status_code=201)
async def password_link(
    person_id: UUID, stages: Staged, caller: SignedIn, request: Request, response: Response
) -> dict[str, Any]:
    """`{email, expires_at, link?}`: the link is null when it was mailed; 403 for who belongs elsewhere too."""
    desk = desk_of(request)
    async with stages.open() as work:
        found, life = await managed(work, caller, person_id), desk.settings.password_link_life
        sent = await make_password_link(work, desk.tokens, person_id, found.email, life, by_mail=False)
    passed = await pass_on(desk, caller, sent, Occasion.NEW_PASSWORD)
    never_store(response)
    return {"email": passed.email, "expires_at": wire.stamp(passed.expires_at), "link": passed.link}
