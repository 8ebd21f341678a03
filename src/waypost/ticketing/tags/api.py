"""Tags for programs: the list by keyset, and what admins do with it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.tags import actions, queries
from waypost.ticketing.tags.actions import READ, STEER
from waypost.ticketing.tags.models import Color, Tag

api = Doors(tags=["tags"])


class NewTag(BaseModel):
    """A tag that is wished for."""

    model_config = ConfigDict(extra="ignore")

    name: str
    color: Color | None = None


class TagChange(BaseModel):
    """What changes of a tag; an absent key means unchanged, a null color none."""

    model_config = ConfigDict(extra="ignore")

    name: str | None = None
    color: Color | None = None

    def of(self, tag: Tag) -> tuple[str, Color | None]:
        """Name and color as they shall be; a name cannot be null (422)."""
        sent = self.model_fields_set
        if "name" in sent and self.name is None:
            raise Invalid("name must not be null", errors=[{"field": "name", "msg": "give a value"}])
        return self.name if self.name is not None else tag.name, self.color if "color" in sent else tag.color


def tag_json(tag: Tag) -> dict[str, Any]:
    """The same keys in every answer."""
    return {"id": tag.id, "name": tag.name, "color": tag.color, "created_at": tag.created_at}


@api.get("/tags", needs=READ)
async def list_tags(
    work: Reads,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Tags, oldest first, by keyset."""
    found = await queries.page(work.db, after=parse_cursor(cursor_), limit=limit + 1)
    shown = found[:limit]
    following = cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else None
    return {"items": [tag_json(tag) for tag in shown], "next_cursor": following}


@api.post("/tags", needs=STEER, status_code=201)
async def create_tag(work: Writes, new: NewTag) -> dict[str, Any]:
    """One more. Refuses a name that is there in whatever case (409), and a color that is none of ours (422)."""
    return tag_json(await actions.make(work, new.name, new.color))


@api.patch("/tags/{tag_id}", needs=STEER)
async def change_tag(work: Writes, tag_id: UUID, change: TagChange) -> dict[str, Any]:
    """Another name or color; the tickets keep it."""
    tag = await queries.by_id(work.db, tag_id, for_update=True)
    await actions.change(work, tag, *change.of(tag))
    return tag_json(tag)


@api.delete("/tags/{tag_id}", needs=STEER, status_code=204)
async def remove_tag(work: Writes, tag_id: UUID) -> None:
    """Gone, from all tickets too. Refuses while a rule would add it (409)."""
    await actions.remove(work, await queries.by_id(work.db, tag_id, for_update=True))
