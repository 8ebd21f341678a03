"""Queues for programs: list and creation as documented, the rest in the same manner."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.messages.listing import Listing, up_to
from waypost.ticketing.queues import actions, queries
from waypost.ticketing.queues.actions import READ, STEER
from waypost.ticketing.queues.models import Queue

api = Doors(tags=["queues"])
Asked = Annotated[Listing, Depends(up_to(queries.MOST))]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewQueue(BaseModel):
    """A queue that is wished for."""

    model_config = ConfigDict(extra="ignore")

    name: Word
    slug: Word | None = None


class QueueChange(BaseModel):
    """What changes of a queue; an absent key means unchanged."""

    model_config = ConfigDict(extra="ignore")

    name: Word | None = None
    slug: Word | None = None
    is_archived: bool | None = None

    def named(self) -> dict[str, Any]:
        """Only what was sent; nothing of it may be null."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if empty := next((name for name, value in sent.items() if value is None), None):
            raise Invalid(f"{empty} must not be null", errors=[{"field": empty, "msg": "give a value"}])
        return sent


def queue_json(queue: Queue) -> dict[str, Any]:
    """Exactly the documented keys."""
    return {"id": queue.id, "name": queue.name, "slug": queue.slug, "created_at": queue.created_at}


@api.get("/queues", needs=READ)
async def list_queues(work: Reads, asked: Asked) -> list[dict[str, Any]]:
    """Those in use, oldest first. With `limit` a page of them, and a `Link` to the next."""
    found = await queries.page(work.db, parse_cursor(asked.cursor), asked.limit + 1)
    return [queue_json(queue) for queue in asked.cut(found, lambda last: cursor(last.created_at, last.id))]


@api.post("/queues", needs=STEER, status_code=201)
async def create_queue(work: Writes, new: NewQueue) -> dict[str, Any]:
    """Open one; without a slug it comes from the name."""
    return queue_json(await actions.open_queue(work, new.name, new.slug))


@api.patch("/queues/{queue_id}", needs=STEER)
async def change_queue(work: Writes, queue_id: UUID, change: QueueChange) -> dict[str, Any]:
    """Rename it, archive it, or bring it back."""
    sent = change.named()
    queue = await queries.by_id(work.db, queue_id, for_update=True)
    await actions.rename(work, queue, sent.get("name"), sent.get("slug"))
    if "is_archived" in sent:
        await (actions.archive if sent["is_archived"] else actions.restore)(work, queue)
    return queue_json(queue)


@api.get("/queues/{queue_id}/members", needs=READ)
async def list_members(work: Reads, queue_id: UUID) -> dict[str, Any]:
    """Ids of the people who look after it."""
    queue = await queries.by_id(work.db, queue_id)
    return {"items": [{"user_id": one} for one in (await queries.people_of(work.db, [queue.id]))[queue.id]]}


class NewMember(BaseModel):
    """A colleague for a queue."""

    model_config = ConfigDict(extra="ignore")

    user_id: UUID


@api.post("/queues/{queue_id}/members", needs=STEER, status_code=201)
async def add_member(work: Writes, queue_id: UUID, new: NewMember) -> dict[str, Any]:
    """Let a colleague look after it."""
    queue = await queries.by_id(work.db, queue_id, for_update=True)
    await actions.join(work, queue, new.user_id)
    return {"user_id": new.user_id}


@api.delete("/queues/{queue_id}/members/{user_id}", needs=STEER, status_code=204)
async def remove_member(work: Writes, queue_id: UUID, user_id: UUID) -> None:
    """Take a colleague off it."""
    await actions.leave(work, await queries.by_id(work.db, queue_id, for_update=True), user_id)
