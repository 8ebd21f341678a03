"""The policy for programs."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from waypost.archive.access import READ, STEER
from waypost.archive.requests.policy.actions import decide
from waypost.archive.requests.policy.models import PATH, Keeps
from waypost.archive.requests.policy.queries import policy_for, shown
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["archive policy"])


class PolicyChange(BaseModel):
    """What changes; an absent key means unchanged."""

    model_config = ConfigDict(extra="ignore")

    keeps: Keeps = Keeps.ON_DEMAND
    path: Annotated[str, Field(max_length=700)] = PATH
    with_notes: bool = True


@api.get("/archive-policy", needs=READ)
async def policy(work: Reads) -> dict[str, Any]:
    """What is kept of the organisation's own tickets, and when."""
    return shown(await policy_for(work.db))


@api.patch("/archive-policy", needs=STEER)
async def change(work: Writes, body: PolicyChange) -> dict[str, Any]:
    """Holds for tickets that are closed from now on."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    await decide(work, replace(await policy_for(work.db), **given))
    return shown(await policy_for(work.db))
