"""Canned replies for programs: the same texts, rights and refusals as on their page."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.outbound.actions import SEND
from waypost.ticketing.replies.canned import actions, queries
from waypost.ticketing.replies.canned.actions import BODY_LONGEST, NAME_LONGEST, Text
from waypost.ticketing.replies.canned.filling import EXAMPLES, fill, refuse_unknown
from waypost.ticketing.replies.canned.models import CannedReply
from waypost.ticketing.replies.composer import places
from waypost.ticketing.tickets import queries as tickets

api = Doors(tags=["canned replies"])
Name = Annotated[str, Field(min_length=1, max_length=NAME_LONGEST)]
Body = Annotated[str, Field(min_length=1, max_length=BODY_LONGEST)]


class NewCanned(BaseModel):
    """A text to keep."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    body: Body
    is_shared: bool = False


class CannedChange(BaseModel):
    """What changes of a text; an absent key means unchanged."""

    model_config = ConfigDict(extra="ignore")

    name: Name | None = None
    body: Body | None = None
    is_shared: bool | None = None

    def of(self, canned: CannedReply) -> Text:
        """The text as it is to be; nothing that was sent may be null."""
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if empty := next((name for name, value in sent.items() if value is None), None):
            raise Invalid(f"{empty} must not be null", errors=[{"field": empty, "msg": "give a value"}])
        kept: dict[str, Any] = {"name": canned.name, "body": canned.body, "is_shared": canned.owner_id is None}
        return Text(**kept | sent)


class Previewed(BaseModel):
    """A text to try; with a ticket, its places are filled as a reply there would have them."""

    model_config = ConfigDict(extra="ignore")

    body: Body
    ticket_id: UUID | None = None


def canned_json(canned: CannedReply) -> dict[str, Any]:
    """A text; `is_shared`: everybody's, else the caller's own."""
    return {
        "id": canned.id,
        "name": canned.name,
        "body": canned.body,
        "is_shared": canned.owner_id is None,
        "created_at": canned.created_at,
        "updated_at": canned.updated_at,
    }


@api.get("/canned-replies", needs=SEND)
async def list_canned(
    work: Reads,
    caller: SignedIn,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
) -> dict[str, Any]:
    """Everybody's and the caller's own, newest first, and the places that a text may have."""
    found = await queries.newest(work.db, caller.person_id, parse_cursor(cursor_), limit + 1)
    shown = found[:limit]
    following = cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else None
    return {"items": [canned_json(one) for one in shown], "next_cursor": following, "places": list(EXAMPLES)}


@api.post("/canned-replies", needs=SEND, status_code=201)
async def create_canned(work: Writes, caller: SignedIn, new: NewCanned) -> dict[str, Any]:
    """Keep one, for oneself or for everybody."""
    return canned_json(await actions.create(work, caller.person_id, Text(new.name, new.body, new.is_shared)))


@api.post("/canned-replies/preview", needs=SEND)
async def preview_canned(work: Reads, caller: SignedIn, asked: Previewed) -> dict[str, str]:
    """How a text will read. Refuses places that we cannot fill; without a ticket they hold examples."""
    refuse_unknown(asked.body)
    ticket = await tickets.by_id(work.db, asked.ticket_id) if asked.ticket_id else None
    return {"text": fill(asked.body, places(ticket, caller) if ticket else EXAMPLES)}


@api.get("/canned-replies/{canned_id}", needs=SEND)
async def one_canned(work: Reads, caller: SignedIn, canned_id: UUID) -> dict[str, Any]:
    """One of them."""
    return canned_json(await queries.by_id(work.db, canned_id, caller.person_id))


@api.patch("/canned-replies/{canned_id}", needs=SEND)
async def change_canned(work: Writes, caller: SignedIn, canned_id: UUID, change: CannedChange) -> dict[str, Any]:
    """Write it anew, or share it."""
    canned = await queries.by_id(work.db, canned_id, caller.person_id)
    await actions.change(work, canned, caller.person_id, change.of(canned))
    return canned_json(canned)


@api.delete("/canned-replies/{canned_id}", needs=SEND, status_code=204)
async def remove_canned(work: Writes, caller: SignedIn, canned_id: UUID) -> None:
    """Put it away; `restoration` takes it back."""
    await actions.remove(work, await queries.by_id(work.db, canned_id, caller.person_id))


@api.post("/canned-replies/{canned_id}/restoration", needs=SEND)
async def restore_canned(work: Writes, caller: SignedIn, canned_id: UUID) -> dict[str, Any]:
    """Take it back."""
    canned = await queries.by_id(work.db, canned_id, caller.person_id, removed=True)
    await actions.restore(work, canned)
    return canned_json(canned)
