"""What a web process answered is written down every few seconds, and once more before it ends."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.access import MACHINE
from waypost.platform.observe.logs import line
from waypost.platform.observe.tally import Answered, Bin, Key, Tally
from waypost.platform.rows import insert_rows
from waypost.platform.work import Works
from waypost.sourcing.watching.objectives.models import AnswerMinute
from waypost.sourcing.watching.trail.writing import write_trail

EVERY = 10.0
"""Seconds; a process that is killed loses at most so much."""
ENDLESS = ("/live",)
APART = ("/health", "/healthz", "/readyz", "/metrics", "/-/")
"""Streams, and what machines ask of themselves: no promise is about them."""

_log = line("waypost.sourcing.watching")


@asynccontextmanager
async def flushing(works: Works, tally: Tally) -> AsyncIterator[None]:
    """For as long as the block lasts."""
    task = asyncio.create_task(_forever(works, tally))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await flush(works, tally)


async def _forever(works: Works, tally: Tally) -> None:
    while True:
        await asyncio.sleep(EVERY)
        await flush(works, tally)


async def flush(works: Works, tally: Tally) -> None:
    """One short transaction for each organisation; what cannot be written is kept for the next time."""
    bins, lines = tally.take()
    by_org: dict[UUID, dict[Key, Bin]] = defaultdict(dict)
    said: dict[UUID, list[Answered]] = defaultdict(list)
    for key, one in bins.items():
        by_org[key[0]][key] = one
    for each in lines:
        if each.org is not None:
            said[each.org].append(each)
    for org in {*by_org, *said}:
        try:
            await _write(works, org, by_org[org], said[org])
        except Exception as error:
            tally.give_back(by_org[org], said[org])
            _log.warning("tally.kept", error=type(error).__name__)


async def _write(works: Works, org: UUID, bins: Mapping[Key, Bin], lines: Sequence[Answered]) -> None:
    async with works.open(org, MACHINE) as work:
        await insert_rows(work.db, AnswerMinute, rows(bins))
        await write_trail(work, lines)


def rows(bins: Mapping[Key, Bin]) -> list[dict[str, Any]]:
    """One row for each minute and group of doors; paths are not kept."""
    groups: dict[tuple[datetime, str], Bin] = {}
    for (_org, minute, path), one in bins.items():
        doors = group_of(path)
        if doors is not None:
            kept = groups.setdefault((minute, doors), Bin())
            kept.total, kept.faults = kept.total + one.total, kept.faults + one.faults
            kept.within = [a + b for a, b in zip(kept.within, one.within, strict=True)]
    return [
        {"minute": minute, "doors": doors, "total": one.total, "faults": one.faults, "within": one.within}
        for (minute, doors), one in groups.items()
    ]


def group_of(path: str) -> str | None:
    """Which doors a path belongs to; None for those that nothing is promised of."""
    if path.startswith(ENDLESS) or path.startswith(APART):
        return None
    if path in CALLBACKS:
        return "callbacks"
    if path.startswith(("/api/ops", "/ops")):
        return "ops"
    return "sourcing" if path.startswith(("/api/job-", "/sourcing")) else "house"


CALLBACKS = frozenset(
    {
        "/api/job-sources/complete",
        "/api/job-sources/runs/{run_id}/heartbeat",
        "/api/job-sources/runs/{run_id}/offers",
        "/api/job-sources/runs/{run_id}/offers/batch",
    }
)
