"""Invitations for programs."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from waypost.platform.access import Role
from waypost.platform.identity import wire
from waypost.platform.identity.cookies import never_store
from waypost.platform.identity.desk import desk_of
from waypost.platform.identity.invitations import lookups
from waypost.platform.identity.invitations.actions import invite, revoke
from waypost.platform.identity.invitations.sending import pass_on
from waypost.platform.identity.members.access import MANAGE
from waypost.platform.identity.post import Occasion
from waypost.platform.web.doors import Doors, Reads, SignedIn, Staged, Writes

api = Doors()


class InvitationBody(BaseModel):
    """Whom, and as what."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(min_length=3, max_length=320)
    role: Role = Role.AGENT


@api.get("/invitations", needs=MANAGE)
async def listed(work: Reads) -> list[dict[str, Any]]:
    """Open ones, newest first, the latest 200: `[{id, email, role, org_role, created_at, expires_at}]`."""
    return [
        {
            "id": str(each.id),
            "email": each.email,
            **wire.roles(each.role),
            "created_at": wire.stamp(each.created_at),
            "expires_at": wire.stamp(each.expires_at),
        }
        for each in await lookups.invitations(work.db, work.org)
    ]


@api.post("/invitations", needs=MANAGE, status_code=201)
async def made(
    body: InvitationBody, stages: Staged, caller: SignedIn, request: Request, response: Response
) -> dict[str, Any]:
    """`{id, email, role, org_role, expires_at, link?}`: the link is told this once, and null when it was mailed."""
    desk = desk_of(request)
    async with stages.open() as work:
        sent = await invite(work, desk.tokens, caller, body.email, body.role, desk.settings.invitation_life)
    passed = await pass_on(desk, caller, sent, Occasion.INVITATION)
    never_store(response)
    told = {"id": str(sent.id), "email": sent.email, **wire.roles(body.role)}
    return told | {"expires_at": wire.stamp(sent.expires_at), "link": passed.link}


@api.delete("/invitations/{invitation_id}", needs=MANAGE, status_code=204)
async def revoked(invitation_id: UUID, work: Writes) -> None:
    """Make it void."""
    await revoke(work, invitation_id)
