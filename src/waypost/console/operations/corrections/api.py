"""Replay corrected, for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body

from waypost.console.operations.access import REPLAY
from waypost.console.operations.corrections import actions
from waypost.platform.web.doors import Doors, Writes

api = Doors(tags=["operations"])


@api.post("/ops/jobs/{job_id}/correction", needs=REPLAY)
async def correct(
    work: Writes,
    job_id: UUID,
    payload: Annotated[dict[str, Any], Body()],
    reason: Annotated[str, Body(min_length=1, max_length=500)],
    dry_run: Annotated[bool, Body()] = True,
) -> dict[str, Any]:
    """`{dry_run, job_id, difference}`; with `dry_run` false also `new_job_id`, which waits in the queue.

    `payload` names every value. Refuses: not dead here (404), nothing differs or a value does not fit (422), a live
    twin (409).
    """
    if dry_run:
        proposal = await actions.propose(work, job_id, payload)
        return {"dry_run": True, "job_id": job_id, "difference": proposal.difference}
    made = await actions.correct(work, job_id, payload, reason)
    return {"dry_run": False, "job_id": job_id, "difference": made.difference, "new_job_id": made.new_job_id}
