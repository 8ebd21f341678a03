"""What follows when a copy has its ticket: it is routed. And routing again, when somebody asks for it."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.jobs.run import Later
from waypost.ticketing.messages.models import OccurrenceStitched
from waypost.ticketing.routing.applying import route
from waypost.ticketing.routing.models import RerunAsked
from waypost.ticketing.routing.rerunning import rerun_step

BATCH = 200
STEPS = 50
"""Of one turn; then others of the queue have theirs."""


@jobs.on(OccurrenceStitched, type="ticket_apply_routing", queue="mail", batch=BATCH)
async def ticket_apply_routing(run: Run, facts: list[OccurrenceStitched]) -> None:
    """The first message of a ticket says where it goes."""
    async with run.finishing() as work:
        await route(work, [fact.occurrence_id for fact in facts])


@jobs.on(RerunAsked, type="ticket_route_again", queue="mail", one_per="rerun_id", priority=-10)
async def ticket_route_again(run: Run, fact: RerunAsked) -> None:
    """Page by page, each in its own transaction; a killed run goes on at its page."""
    for _ in range(STEPS):
        async with run.work() as work:
            if await rerun_step(work, fact.rerun_id):
                return
    raise Later(timedelta(0))
