"""The threading policy for programs."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.intake.policy.actions import READ, STEER, decide, shown
from waypost.ticketing.messages.models import SameSender
from waypost.ticketing.messages.queries import threading_policy

api = Doors(tags=["threading"])


class PolicyChange(BaseModel):
    """What changes; an absent key means unchanged."""

    model_config = ConfigDict(extra="ignore")

    same_sender: SameSender = SameSender.APART
    window_hours: Annotated[int, Field(ge=1, le=720)] = 24
    inboxes_apart: bool = False
    automatic_per_hour: Annotated[int, Field(ge=1, le=1_000)] = 10


@api.get("/threading", needs=READ)
async def policy(work: Reads) -> dict[str, Any]:
    """As it is now."""
    return shown(await threading_policy(work.db))


@api.patch("/threading", needs=STEER)
async def change(work: Writes, body: PolicyChange) -> dict[str, Any]:
    """Applies to mail that comes from now on."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    hours = given.pop("window_hours", None)
    wanted = replace(await threading_policy(work.db), **given)
    await decide(work, replace(wanted, window=timedelta(hours=hours)) if hours else wanted)
    return shown(await threading_policy(work.db))
