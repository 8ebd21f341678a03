"""Runs for programs, as documented (sourcing.md 1.1): one's own runs, and how sources do. Reads change nothing."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from starlette.requests import Request

from waypost.platform.errors import NotSignedIn
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Doors, Reads
from waypost.platform.work import Work
from waypost.sourcing.access import READ
from waypost.sourcing.reports import forensics, listing, queries, wire
from waypost.sourcing.reports.asked import FURTHEST, AskedExport, AskedRuns
from waypost.sourcing.reports.diagnosing import diagnosis_of
from waypost.sourcing.reports.quality import quality_of
from waypost.sourcing.reports.streams import MOST_LINES
from waypost.sourcing.reports.summary import Bucket, Summaries, summary_of
from waypost.sourcing.reports.tallies import mark_of
from waypost.sourcing.reports.terms import ReportTerms
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.shape import shape
from waypost.sourcing.sources.pausing import PauseTerms

api = Doors(shape=shape, tags=["sourcing runs"])
HERE = "/api/job-sources"
HEALTH_HOURS = 72
Hours = Annotated[int | None, Query(alias="windowHours", ge=1, le=720)]


@api.get(f"{HERE}/runs", needs=READ)
async def list_runs(asked: Annotated[AskedRuns, Query()], work: Reads) -> dict[str, Any]:
    """`{items, total}`, the newest first; one's own only."""
    filters = asked.filters(person_of(work), work.now)
    items = await listing.items(work.db, filters, work.now, limit=asked.limit, offset=asked.offset)
    return {"items": items, "total": await queries.total(work.db, filters)}


@api.get(f"{HERE}/runs/export.csv", needs=READ)
async def export_runs(asked: Annotated[AskedExport, Query()], work: Reads) -> Response:
    """The same as a sheet."""
    rows = await queries.listed(work.db, asked.filters(person_of(work), work.now), asked.most)
    return listing.sheet("scrape-runs.csv", listing.COLUMNS, [listing.cells(row) for row in rows])


@api.get(f"{HERE}/runs/diagnostics/summary", needs=READ)
async def summarise(
    request: Request,
    work: Reads,
    hours: Hours = None,
    bucket: Bucket = "day",
    timeline: Annotated[bool, Query(alias="includeTimeline")] = False,
) -> dict[str, Any]:
    """One's own runs in sums; the same answer for 30 seconds, unless one of them moved."""
    parts, person = _parts(request), person_of(work)
    wanted = hours or parts.of(ReportTerms).window_hours
    kept, key = parts.of(Summaries), (work.org, person, wanted, bucket, timeline)
    mark = await mark_of(work.db, person, work.now - timedelta(hours=wanted))
    told = kept.get(key, mark, work.now)
    if told is None:
        told = await summary_of(work.db, person, wanted, work.now, bucket=bucket, timeline=timeline)
        kept.put(key, mark, work.now, told)
    return told


@api.get(f"{HERE}/sources/health", needs=READ)
async def sources_health(
    request: Request, work: Reads, hours: Annotated[int, Query(alias="windowHours", ge=1, le=168)] = HEALTH_HOURS
) -> dict[str, Any]:
    """Every source that was asked lately: how its runs went, how full its offers are, whether it pauses."""
    found = await quality_of(work.db, hours, work.now, _parts(request).of(PauseTerms))
    since = wire.at(work.now - timedelta(hours=hours))
    return {"windowHours": hours, "since": since, "items": found, "total": len(found)}


@api.get(f"{HERE}/runs/{{run_id}}", needs=READ)
async def one_run(run_id: UUID, work: Reads) -> dict[str, Any]:
    """One of one's own."""
    return wire.run_row(await runs.mine(work.db, run_id, person_of(work)))


@api.get(f"{HERE}/runs/{{run_id}}/diagnostics", needs=READ)
async def diagnose(run_id: UUID, work: Reads) -> dict[str, Any]:
    """What became of it, and why."""
    run = await runs.mine(work.db, run_id, person_of(work))
    return (await diagnosis_of(work.db, run, work.now)).told()


@api.get(f"{HERE}/runs/{{run_id}}/events", needs=READ)
async def list_events(
    run_id: UUID,
    work: Reads,
    limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = MOST_LINES,
    offset: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
) -> dict[str, Any]:
    """`{items, total}` of its log, the newest first."""
    await runs.mine(work.db, run_id, person_of(work))
    found = await queries.run_events(work.db, run_id, limit, offset=offset)
    return {"items": [wire.event_line(each) for each in found], "total": await queries.event_count(work.db, run_id)}


@api.get(f"{HERE}/runs/{{run_id}}/forensics", needs=READ)
async def investigate(
    run_id: UUID, work: Reads, cursor: Annotated[str | None, Query(max_length=500)] = None
) -> dict[str, Any]:
    """All that was written down about it, the newest 500 lines of each stream; `nextCursor` leads on."""
    return (await forensics.gathered(work.db, await runs.mine(work.db, run_id, person_of(work)), cursor)).told()


def person_of(work: Work) -> UUID:
    """Whose runs are one's own; a caller without a person has none."""
    if work.actor.person_id is None:
        raise NotSignedIn
    return work.actor.person_id


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts
