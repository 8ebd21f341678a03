"""Matching from the catalogue for programs, and for operators in somebody else's name."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from waypost.platform.audit.actions import record
from waypost.platform.identity.queries import is_member
from waypost.platform.web.doors import Doors, SignedIn, Writes
from waypost.sourcing.access import REPAIR, RUN
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.rematching.actions import rematch
from waypost.sourcing.runs.rematching.refusals import NoSuchPerson
from waypost.sourcing.shape import shape

api = Doors(shape=shape, tags=["job sources"])


class Body(BaseModel):
    """How many."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20


@api.post("/api/job-sources/rematch-now", needs=RUN, status_code=201)
async def rematch_now(request: Request, work: Writes, caller: SignedIn, body: Body | None = None) -> dict[str, Any]:
    """The best offers of the shared catalogue into one's own notebook, without fetching (sourcing.md 1.1):
    `{ok, status: reused or empty, sourceRunId, traceId, acceptedAt, inserted, totalOffers, matchedOffers, message}`."""
    terms = request.app.state.parts.of(NotebookTerms)
    return (await rematch(work, caller.person_id, (body or Body()).limit, terms)).answer()


async def _member(work: Writes, user_id: UUID) -> UUID:
    if not await is_member(work.db, user_id):
        raise NoSuchPerson
    return user_id


Member = Annotated[UUID, Depends(_member)]
"""Somebody of this organisation; refused (404) before a body is looked at."""


@api.post("/api/ops/catalog/rematch/users/{user_id}", needs=REPAIR, status_code=201)
async def rematch_for(request: Request, work: Writes, member: Member, body: Body | None = None) -> dict[str, Any]:
    """The same for another member. Refuses who is none of this organisation (404)."""
    terms = request.app.state.parts.of(NotebookTerms)
    done = await rematch(work, member, (body or Body()).limit, terms)
    await record(work, "sourcing.catalog_rematched", "person", member, {"inserted": done.inserted})
    return done.answer()
