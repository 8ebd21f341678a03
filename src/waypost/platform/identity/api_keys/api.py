"""One's own API keys, for our own scripts in a browser; a key itself opens the list only."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from waypost.platform.access import Role
from waypost.platform.identity import wire
from waypost.platform.identity.api_keys import lookups
from waypost.platform.identity.api_keys.actions import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME, Wish, cut_key, revoke
from waypost.platform.identity.api_keys.own import InPerson
from waypost.platform.identity.cookies import never_store
from waypost.platform.identity.desk import desk_of
from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes

api = Doors()


class KeyBody(BaseModel):
    """A key's name, what it may do at most, and its life in days."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")
    role: Role = Role.VIEWER
    days: int = Field(DEFAULT_DAYS, ge=1, le=LONGEST_DAYS)


@api.get("/api-keys", member=True)
async def listed(work: Reads, caller: SignedIn) -> list[dict[str, Any]]:
    """One's own living keys: `[{id, name, prefix, role, created_at, expires_at, last_used_at?}]`."""
    found = await lookups.keys_of(work.db, work.org, caller.person_id, work.now)
    return [
        {
            "id": str(key.id),
            "name": key.name,
            "prefix": key.prefix,
            "role": key.role.value,
            "created_at": wire.stamp(key.created_at),
            "expires_at": wire.stamp(key.expires_at),
            "last_used_at": wire.stamp(key.last_used_at) if key.last_used_at else None,
        }
        for key in found
    ]


@api.post("/api-keys", member=True, status_code=201)
async def made(
    body: KeyBody, work: Writes, caller: SignedIn, request: Request, response: Response, _by: InPerson
) -> dict[str, Any]:
    """`{id, key, prefix, expires_at}`; `key` is told this once."""
    wish = Wish(body.name, body.role, body.days)
    cut = await cut_key(work, desk_of(request).tokens, wish, person=caller.person_id, role=caller.role)
    never_store(response)
    return {"id": str(cut.id), "key": cut.secret, "prefix": cut.prefix, "expires_at": wire.stamp(cut.expires_at)}


@api.delete("/api-keys/{key_id}", member=True, status_code=204)
async def revoked(key_id: UUID, work: Writes, caller: SignedIn, _by: InPerson) -> None:
    """End one of one's own keys."""
    await revoke(work, key_id, person=caller.person_id)
