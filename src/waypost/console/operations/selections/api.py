"""Frozen selections for programs: freeze, look, replay, receipt."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body

from waypost.console.operations.access import READ, REPLAY
from waypost.console.operations.selections import actions, queries
from waypost.console.operations.selections.actions import NoSuchSelection
from waypost.console.operations.selections.models import JobSelection
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["operations"])

Given = Annotated[str | None, Body()]


@api.post("/ops/jobs/selections", needs=REPLAY, status_code=201)
async def freeze(work: Writes, type: Given = None, fingerprint: Given = None) -> dict[str, Any]:
    """`{id, made_at, type, fingerprint, count, sample, state, step, verdict}`: nothing is done yet."""
    return _shown(await actions.freeze(work, type=type, fingerprint=fingerprint))


@api.get("/ops/jobs/selections/{selection_id}", needs=READ)
async def one_selection(work: Reads, selection_id: UUID) -> dict[str, Any]:
    """The selection and `receipt`: `[{job_id, step, result, status}]`, one line for each job that was touched."""
    selection = await queries.by_id(work.db, selection_id)
    if selection is None:
        raise NoSuchSelection
    return _shown(selection) | {"receipt": await queries.receipt(work.db, selection_id)}


@api.post("/ops/jobs/selections/{selection_id}/replay", needs=REPLAY, status_code=202)
async def replay(
    work: Writes, selection_id: UUID, count: Annotated[int | None, Body(embed=True)] = None
) -> dict[str, Any]:
    """Start its replay; above 20 jobs `count` must repeat their number (422). Refuses: replayed before (409)."""
    return _shown(await actions.replay_selection(work, selection_id, count))


def _shown(selection: JobSelection) -> dict[str, Any]:
    names = ("id", "made_at", "type", "fingerprint", "count", "sample", "state", "step", "verdict")
    return {name: getattr(selection, name) for name in names}
