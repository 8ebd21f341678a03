"""What follows when a copy has its message: it joins a conversation, and is routed."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.messages.models import OccurrenceParsed, OccurrenceStitched
from waypost.ticketing.tickets.routing import route
from waypost.ticketing.tickets.stitch import stitch

BATCH = 200


@jobs.on(OccurrenceParsed, type="occurrence_stitch", queue="mail", batch=BATCH)
async def occurrence_stitch(run: Run, facts: list[OccurrenceParsed]) -> None:
    """A message finds its conversation, or opens one."""
    async with run.finishing() as work:
        await stitch(work, [fact.occurrence_id for fact in facts])


@jobs.on(OccurrenceStitched, type="ticket_apply_routing", queue="mail", batch=BATCH)
async def ticket_apply_routing(run: Run, facts: list[OccurrenceStitched]) -> None:
    """Allowed, or spam."""
    async with run.finishing() as work:
        await route(work, [fact.occurrence_id for fact in facts])
