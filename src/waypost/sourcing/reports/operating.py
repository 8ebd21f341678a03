"""Runs for operators, as documented (sourcing.md 1.6): any run of the organisation, and one id across everything."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from waypost.platform.errors import Invalid
from waypost.platform.identity.members.queries import member
from waypost.platform.sheets import lines
from waypost.platform.web.doors import Doors, Reads, Staged, Stages
from waypost.sourcing.access import OPERATE
from waypost.sourcing.reports import correlating, forensics, listing, queries
from waypost.sourcing.reports.correlating import Asked
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.schedules.wire import event as told
from waypost.sourcing.shape import shape

operators = Doors(shape=shape, tags=["sourcing operations"])
HERE = "/api/ops/support"
LONGEST = 128
Cursor = Annotated[str | None, Query(max_length=500)]


class NothingNamed(Invalid):
    """Name at least one of requestId, traceId, sourceRunId and userId."""

    status = 400


@operators.get(f"{HERE}/scrape-runs/{{run_id}}", needs=OPERATE)
async def support_run(run_id: UUID, work: Reads) -> dict[str, Any]:
    """One run with its timeline, callbacks, refused requests and signals."""
    return await correlating.run_report(work.db, await runs.by_id(work.db, run_id))


@operators.get(f"{HERE}/scrape-runs/{{run_id}}/forensics", needs=OPERATE)
async def support_forensics(run_id: UUID, work: Reads, cursor: Cursor = None) -> dict[str, Any]:
    """All three streams, the newest 500 lines of each; `nextCursor` leads on."""
    return (await forensics.gathered(work.db, await runs.by_id(work.db, run_id), cursor)).told()


@operators.get(f"{HERE}/scrape-runs/{{run_id}}/forensics/export.csv", needs=OPERATE)
async def support_sheet(run_id: UUID, stages: Staged) -> Response:
    """The same as one sheet in the order of time: every line, streamed."""
    async with stages.open(reads=True) as work:
        await runs.by_id(work.db, run_id)
    return listing.streamed(f"scrape-run-{run_id}.csv", _lines(stages, run_id))


async def _lines(stages: Stages, run_id: UUID) -> AsyncIterator[str]:
    """A stream opens its own work: the request's is closed before the first byte."""
    yield lines([forensics.COLUMNS])
    async with stages.open(reads=True) as work:
        async for note in forensics.walk(work.db, run_id):
            yield lines([forensics.cells(note)])


@operators.get(f"{HERE}/users/{{user_id}}", needs=OPERATE)
async def support_person(user_id: UUID, work: Reads) -> dict[str, Any]:
    """One colleague: runs, notebook, refused requests."""
    found = await member(work.db, user_id)
    who = {"id": str(user_id), "name": found.name, "email": found.email, "role": found.role}
    return {"user": who} | await correlating.person_report(work.db, user_id)


@operators.get(f"{HERE}/schedule-events", needs=OPERATE)
async def support_schedules(work: Reads, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """What schedules of the organisation did, the newest first."""
    found = await queries.schedule_events(work.db, limit)
    return {"items": [told(each) for each in found], "limit": limit}


@operators.get(f"{HERE}/correlate", needs=OPERATE)
async def correlate(
    work: Reads,
    request_id: Annotated[str | None, Query(alias="requestId", max_length=LONGEST)] = None,
    trace_id: Annotated[UUID | None, Query(alias="traceId")] = None,
    run_id: Annotated[UUID | None, Query(alias="sourceRunId")] = None,
    user_id: Annotated[UUID | None, Query(alias="userId")] = None,
) -> dict[str, Any]:
    """Everything that an id stands in; 400 without one."""
    asked = Asked(request_id, trace_id, run_id, user_id)
    if asked.is_empty:
        raise NothingNamed
    return await correlating.correlated(work.db, asked)
