"""The same acts for programs."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from waypost.archive.access import HOLD, RELEASE
from waypost.archive.requests.forgetting import actions
from waypost.archive.requests.views import whole
from waypost.platform.web.doors import Doors, Writes

api = Doors(tags=["archive requests"])


class Why(BaseModel):
    """A reason."""

    reason: Annotated[str, StringConstraints(max_length=1_000)]


@api.post("/archive-requests/{request_id}/withdrawal", needs=RELEASE)
async def withdraw(request_id: UUID, body: Why, work: Writes) -> dict[str, Any]:
    """Take a request back that is on its way; 409 once the log of evidence knows it."""
    return whole(await actions.withdraw(work, request_id, body.reason))


@api.post("/archive-requests/{request_id}/forgetting", needs=RELEASE, status_code=202)
async def forget(request_id: UUID, work: Writes) -> dict[str, Any]:
    """Throw away what an ended request without a record had read; 409 while a hold stands."""
    return whole(await actions.ask_forgetting(work, request_id))


@api.post("/archive-requests/{request_id}/hold", needs=HOLD, status_code=201)
async def hold(request_id: UUID, body: Why, work: Writes) -> dict[str, Any]:
    """A legal hold: nothing of it is thrown away."""
    return whole(await actions.hold(work, request_id, body.reason))


@api.post("/archive-requests/{request_id}/hold/lifting", needs=HOLD)
async def lift(request_id: UUID, body: Why, work: Writes) -> dict[str, Any]:
    """Lift it."""
    return whole(await actions.lift(work, request_id, body.reason))
