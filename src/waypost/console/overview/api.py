"""The documented overview, and queues, for programs."""

from typing import Annotated, Any

from fastapi import Body

from waypost.console.operations.access import READ, REPLAY
from waypost.console.overview import actions, queries
from waypost.platform.jobs import queries as jobs
from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes

api = Doors(tags=["operations"])

Queue = Annotated[str, Body(embed=True, max_length=64)]


@api.get("/ops/metrics/overview", needs=READ)
async def overview(work: Reads) -> dict[str, Any]:
    """Jobs, mailboxes and the mean lag of those that are switched on, null when none was looked at."""
    counts, reading = await jobs.overview(work.db, work.now), await queries.reading(work.db, work.now)
    return {
        "queued_jobs": counts.queued_jobs,
        "running_jobs": counts.running_jobs,
        "failed_jobs_24h": counts.failed_jobs_24h,
        "mailbox_count": len(reading.mailboxes),
        "paused_mailbox_count": reading.paused,
        "avg_sync_lag_seconds": reading.mean_lag,
    }


@api.post("/ops/queues/pause", needs=REPLAY)
async def pause(work: Writes, caller: SignedIn, queue: Queue) -> dict[str, Any]:
    """`{queue, paused: true}`: nothing more is taken from it within a second. Refuses: no operator (403)."""
    await actions.set_paused(work, queue, paused=True, operator=caller.operator)
    return {"queue": queue, "paused": True}


@api.post("/ops/queues/resumption", needs=REPLAY)
async def resume(work: Writes, caller: SignedIn, queue: Queue) -> dict[str, Any]:
    """`{queue, paused: false}`. Refuses: no operator (403)."""
    await actions.set_paused(work, queue, paused=False, operator=caller.operator)
    return {"queue": queue, "paused": False}
