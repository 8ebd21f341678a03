"""Frozen selections for programs: freeze, look, act, receipt, once more."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query
from starlette.responses import StreamingResponse

from waypost.console.operations.access import READ, REPLAY
from waypost.console.operations.selections import actions, queries, shapes
from waypost.console.operations.selections.actions import NoSuchSelection, Wish
from waypost.console.operations.selections.models import Act
from waypost.platform.web.doors import Doors, Reads, Staged, Stages, Writes

api = Doors(tags=["operations"])

CHUNK = 1_000
Given = Annotated[str | None, Body(max_length=200)]
Rate = Annotated[int | None, Body(ge=1, le=60_000)]


@api.post("/ops/jobs/selections", needs=REPLAY, status_code=201)
async def freeze(work: Writes, type: Given = None, fingerprint: Given = None) -> dict[str, Any]:
    """The selection with its dry run (`count`, `types`, `sample`): nothing is done yet."""
    return shapes.shown(await actions.freeze(work, type=type, fingerprint=fingerprint))


@api.get("/ops/jobs/selections/{selection_id}", needs=READ)
async def one_selection(
    work: Reads, selection_id: UUID, after: Annotated[UUID | None, Query()] = None
) -> dict[str, Any]:
    """The selection, up to 200 lines of `receipt` after the line `after`, and `next_after` when there are more."""
    selection = await queries.by_id(work.db, selection_id)
    if selection is None:
        raise NoSuchSelection
    lines = await queries.receipt(work.db, selection_id, after=after)
    more = lines[-1]["id"] if len(lines) == queries.LINES else None
    return shapes.shown(selection) | {"receipt": lines, "next_after": more}


@api.post("/ops/jobs/selections/{selection_id}/replay", needs=REPLAY, status_code=202)
async def replay(
    work: Writes,
    selection_id: UUID,
    count: Annotated[int | None, Body()] = None,
    rate: Rate = None,
    with_check: Annotated[bool, Body()] = False,
    dry_run: Annotated[bool, Body()] = True,
) -> dict[str, Any]:
    """What a replay would do; with `dry_run` false it is done.

    Above 20 jobs `count` must repeat their number (422). `rate` is in jobs a minute. `with_check` takes those along
    that may have reached the outside. Refuses: acted on before (409).
    """
    if dry_run:
        selection = await queries.by_id(work.db, selection_id)
        if selection is None:
            raise NoSuchSelection
    else:
        selection = await actions.act_on(work, selection_id, Wish(Act.REPLAY, count, rate, with_check))
    return shapes.shown(selection) | {"dry_run": dry_run} | shapes.rehearsed(selection, with_check=with_check)


@api.post("/ops/jobs/selections/{selection_id}/cancellation", needs=REPLAY, status_code=202)
async def cancel(
    work: Writes, selection_id: UUID, count: Annotated[int | None, Body(embed=True)] = None
) -> dict[str, Any]:
    """End all of them for good. Above 20 jobs `count` must repeat their number (422); acted on before (409)."""
    return shapes.shown(await actions.act_on(work, selection_id, Wish(Act.CANCEL, count)))


@api.post("/ops/jobs/selections/{selection_id}/again", needs=REPLAY, status_code=201)
async def again(work: Writes, selection_id: UUID) -> dict[str, Any]:
    """A new selection of what is still dead of this one. Refuses: still under way (409)."""
    return shapes.shown(await actions.freeze_again(work, selection_id))


@api.get("/ops/jobs/selections/{selection_id}/receipt.csv", needs=READ)
async def receipt(stages: Staged, selection_id: UUID) -> StreamingResponse:
    """The whole receipt as CSV: step, job_id, type, result, status, error, at."""
    async with stages.open(reads=True) as work:
        if await queries.by_id(work.db, selection_id) is None:
            raise NoSuchSelection
    name = {"content-disposition": f'attachment; filename="receipt-{selection_id}.csv"'}
    return StreamingResponse(_lines(stages, selection_id), media_type="text/csv", headers=name)


async def _lines(stages: Stages, selection_id: UUID) -> AsyncIterator[str]:
    """Chunk by chunk, each in a short work of its own."""
    after, lines = None, []
    while after is None or len(lines) == CHUNK:
        async with stages.open(reads=True) as work:
            lines = await queries.receipt(work.db, selection_id, after=after, limit=CHUNK)
        yield shapes.csv_lines(lines, head=after is None)
        if not lines:
            return
        after = lines[-1]["id"]
