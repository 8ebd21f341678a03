"""Operations at a glance, for people; every number leads to the rows it counts."""

from typing import Annotated

from fastapi import Form
from starlette.requests import Request

from waypost.console.operations.access import READ, REPLAY
from waypost.console.overview import actions, queries
from waypost.platform.jobs import queries as jobs
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.mailboxes.queries import condition, lag_seconds

pages = Pages()

GROUPS = 5
TEMPLATE = "console/overview/overview.html"
Queue = Annotated[str, Form(max_length=64)]


@pages.get("/ops", needs=READ)
async def overview(work: Reads, caller: SignedIn, request: Request) -> Page:
    """How things stand, and how they went in the last day."""
    reading = await queries.reading(work.db, work.now)
    return Page(
        TEMPLATE,
        blocks=("figures",),
        jobs=await jobs.overview(work.db, work.now),
        dead=await jobs.dead_counts(work.db),
        groups=await jobs.dead_alike(work.db, GROUPS),
        queues=await queries.queue_lines(work.db, actions.queues(), work.now),
        paused=await jobs.paused_queues(work.db),
        mailboxes=[(each, condition(each, work.now), lag_seconds(each, work.now)) for each in reading.mailboxes],
        lag=max(reading.lags, default=None),
        quarantined=await queries.quarantined(work.db),
        collisions=await queries.collisions(work.db),
        samples=await queries.samples(work.db, work.now),
        counted=queries.COUNTED,
        tracing=request.app.state.tracing.reason,
        operator=caller.operator,
    )


@pages.post("/ops/queues/pause", needs=REPLAY)
async def pause(work: Writes, caller: SignedIn, queue: Queue) -> Page:
    """Nothing more is taken from a queue."""
    await actions.set_paused(work, queue, paused=True, operator=caller.operator)
    return Page(TEMPLATE, goto="/ops")


@pages.post("/ops/queues/resumption", needs=REPLAY)
async def resume(work: Writes, caller: SignedIn, queue: Queue) -> Page:
    """It goes on."""
    await actions.set_paused(work, queue, paused=False, operator=caller.operator)
    return Page(TEMPLATE, goto="/ops")
