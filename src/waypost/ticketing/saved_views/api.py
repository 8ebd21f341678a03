"""Saved views for programs, exactly as documented; `is_shared` may be sent and is true unless said."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes
from waypost.ticketing.saved_views import actions, queries
from waypost.ticketing.saved_views.actions import READ, WRITE, Edit, Wanted
from waypost.ticketing.saved_views.models import SavedView

api = Doors(tags=["saved views"])
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
async def saved_views(work: Reads, caller: SignedIn) -> list[dict[str, Any]]:
    """Those that the documented filters can express, oldest first."""
    return [shown(view) for view in await queries.shown_to(work.db, caller.person_id) if view.filters is not None]


@api.get("/tickets/views", needs=READ)
async def views(work: Reads, caller: SignedIn) -> dict[str, Any]:
    """All that the caller sees, at most 200, with `query` (fields of the inbox's address), `is_shared`, `owner_id`."""
    return {"items": [shown(view, MORE) for view in await queries.shown_to(work.db, caller.person_id)]}


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
