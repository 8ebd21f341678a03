"""Saved views for programs, exactly as documented; `is_shared` may be sent and is true unless said."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes
from waypost.platform.work import Work
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.messages.listing import Listing, up_to
from waypost.ticketing.saved_views import actions, queries
from waypost.ticketing.saved_views.actions import READ, WRITE, Edit, Wanted
from waypost.ticketing.saved_views.models import SavedView

api = Doors(tags=["saved views"])
Asked = Annotated[Listing, Depends(up_to(queries.MOST))]
SHOWN = ("id", "name", "filters", "is_default", "created_at", "updated_at")
MORE = (*SHOWN, "query", "is_shared", "owner_id")


def shown(view: SavedView, keys: tuple[str, ...] = SHOWN) -> dict[str, Any]:
    """The documented keys; with `MORE` also whose it is, and where the inbox shows it."""
    return {key: getattr(view, key) for key in keys}


class Body(BaseModel):
    """A view to keep."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(max_length=1000)]
    filters: dict[str, Any] = {}
    is_shared: bool = True


class Patch(BaseModel):
    """What may be different."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(max_length=1000)] | None = None
    is_shared: bool | None = None
    is_default: bool | None = None


@api.get("/tickets/saved-views", needs=READ)
async def saved_views(work: Reads, caller: SignedIn, asked: Asked) -> list[dict[str, Any]]:
    """Those that the documented filters can express, oldest first; with `limit` a page, and a `Link` to the next."""
    return [shown(view) for view in await _page(work, caller, asked, documented=True)]


@api.get("/tickets/views", needs=READ)
async def views(work: Reads, caller: SignedIn, asked: Asked) -> dict[str, Any]:
    """All that the caller sees, with `query` (fields of the inbox's address), `is_shared`, `owner_id`."""
    return {"items": [shown(view, MORE) for view in await _page(work, caller, asked, documented=False)]}


async def _page(work: Work, caller: Caller, asked: Listing, *, documented: bool) -> Sequence[SavedView]:
    after = parse_cursor(asked.cursor)
    found = await queries.page(work.db, caller.person_id, after, asked.limit + 1, documented=documented)
    return asked.cut(found, lambda last: cursor(last.created_at, last.id))


@api.post("/tickets/saved-views", needs=WRITE, status_code=201)
async def save(work: Writes, body: Body) -> dict[str, Any]:
    """Keep one."""
    return shown(await actions.save(work, Wanted.documented(body.name, body.filters, is_shared=body.is_shared)))


@api.patch("/tickets/saved-views/{view_id}", needs=WRITE)
async def change(work: Writes, caller: SignedIn, view_id: UUID, patch: Patch) -> dict[str, Any]:
    """Another name, for everybody or not, what the inbox opens with."""
    view = await queries.by_id(work.db, view_id, caller.person_id, for_update=True)
    await actions.change(work, view, Edit(patch.name, patch.is_shared, patch.is_default))
    return shown(view, MORE)


@api.delete("/tickets/saved-views/{view_id}", needs=WRITE, status_code=204)
async def remove(work: Writes, caller: SignedIn, view_id: UUID) -> Response:
    """Let one go."""
    await actions.remove(work, await queries.by_id(work.db, view_id, caller.person_id, for_update=True))
    return Response(status_code=204)
