"""Send identities for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.messages.listing import Listing, up_to
from waypost.ticketing.outbound import identities, queries
from waypost.ticketing.outbound.actions import SEND
from waypost.ticketing.outbound.identities import STEER, NewIdentity
from waypost.ticketing.outbound.models import SendIdentity

api = Doors(tags=["send identities"])
Asked = Annotated[Listing, Depends(up_to(queries.IDENTITIES_SHOWN))]


def identity_json(identity: SendIdentity) -> dict[str, Any]:
    """The documented shape."""
    return {
        "id": identity.id,
        "mailbox_id": identity.mailbox_id,
        "from_email": identity.from_email,
        "from_name": identity.from_name,
        "status": identity.status,
        "is_enabled": identity.is_enabled,
        "created_at": identity.created_at,
        "updated_at": identity.updated_at,
    }


@api.get("/tickets/send-identities", needs=SEND)
async def list_identities(work: Reads, asked: Asked) -> list[dict[str, Any]]:
    """The enabled ones, verified or not, oldest first. With `limit` a page of them, and a `Link` to the next."""
    found = await queries.enabled_identities(work.db, parse_cursor(asked.cursor), asked.limit + 1)
    return [identity_json(one) for one in asked.cut(found, lambda last: cursor(last.created_at, last.id))]


class NewBody(BaseModel):
    """An address to send as."""

    model_config = ConfigDict(extra="ignore")

    from_email: str = Field(min_length=3, max_length=320)
    from_name: str | None = Field(None, max_length=identities.NAME_LONGEST)
    mailbox_id: UUID | None = None


@api.post("/tickets/send-identities", needs=STEER, status_code=201)
async def post_identity(work: Writes, body: NewBody) -> dict[str, Any]:
    """Add an address; its owner gets a mail with a link."""
    new = NewIdentity(body.from_email, body.from_name, body.mailbox_id)
    return identity_json(await identities.add(work, new))


@api.post("/tickets/send-identities/{identity_id}/verification", needs=STEER, status_code=202)
async def post_verification(work: Writes, identity_id: UUID) -> dict[str, Any]:
    """Ask its owner again."""
    return identity_json(await identities.ask_again(work, identity_id))


class ChangeBody(BaseModel):
    """What may change; an absent field stays."""

    model_config = ConfigDict(extra="ignore")

    from_name: str | None = Field(None, max_length=identities.NAME_LONGEST)
    signature: str = Field("", max_length=identities.SIGNATURE_LONGEST)
    is_enabled: bool = True


@api.patch("/tickets/send-identities/{identity_id}", needs=STEER)
async def patch_identity(work: Writes, identity_id: UUID, body: ChangeBody) -> dict[str, Any]:
    """Another name, another signature, rest or use."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    sent = body.model_fields_set
    if sent & {"from_name", "signature"}:
        name = body.from_name if "from_name" in sent else identity.from_name
        signature = body.signature if "signature" in sent else identity.signature
        await identities.describe(work, identity_id, name, signature)
    if "is_enabled" in sent:
        await identities.switch(work, identity_id, on=body.is_enabled)
    return identity_json(identity)
