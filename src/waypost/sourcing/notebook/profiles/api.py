"""A person's career profiles for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response

from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook.profiles import actions, queries
from waypost.sourcing.notebook.profiles.models import SearchProfile
from waypost.sourcing.notebook.profiles.typed import Stated
from waypost.sourcing.notebook.scoring import ceiling
from waypost.sourcing.shape import shape

api = Doors(shape=shape, tags=["career profiles"])


def shown(row: SearchProfile) -> dict[str, Any]:
    """`{id, name, state, active, revision, roles, keywords, competencies, soft, hard, ceiling, …}`; `ceiling` is the
    most points that any offer can reach against it."""
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "active": row.active,
        "revision": row.revision,
        **row.stated,
        "ceiling": ceiling(row.read()),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


async def _mine(work: Writes, caller: SignedIn, profile_id: UUID) -> SearchProfile:
    return await queries.by_id(work.db, profile_id, caller.person_id, for_update=True)


Mine = Annotated[SearchProfile, Depends(_mine)]
"""The caller's profile of the address, held; refused (404) before a body is looked at."""


@api.get("/sourcing/profiles", needs=READ)
async def profiles(work: Reads, caller: SignedIn) -> dict[str, Any]:
    """One's own, the active one first."""
    return {"items": [shown(row) for row in await queries.of_person(work.db, caller.person_id)]}


@api.post("/sourcing/profiles", needs=RUN, status_code=201)
async def write(work: Writes, stated: Stated) -> dict[str, Any]:
    """A new one; the first becomes the active one. Refuses a name that stands already (409)."""
    return shown(await actions.write(work, stated))


@api.get("/sourcing/profiles/{profile_id}", needs=READ)
async def one(work: Reads, caller: SignedIn, profile_id: UUID) -> dict[str, Any]:
    """One of one's own."""
    return shown(await queries.by_id(work.db, profile_id, caller.person_id))


@api.patch("/sourcing/profiles/{profile_id}", needs=RUN)
async def change(work: Writes, row: Mine, stated: Stated) -> dict[str, Any]:
    """State it anew, whole; what was scored against it is scored again."""
    await actions.change(work, row, stated)
    return shown(row)


@api.post("/sourcing/profiles/{profile_id}/activation", needs=RUN)
async def activate(work: Writes, row: Mine) -> dict[str, Any]:
    """Runs that name no profile take this one."""
    await actions.activate(work, row)
    return shown(row)


@api.delete("/sourcing/profiles/{profile_id}", needs=RUN, status_code=204)
async def remove(work: Writes, row: Mine) -> Response:
    """Let it go."""
    await actions.remove(work, row)
    return Response(status_code=204)
