"""What follows when a copy has its message: it joins a conversation."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.messages.models import OccurrenceParsed
from waypost.ticketing.tickets.stitch import stitch

BATCH = 200


@jobs.on(OccurrenceParsed, type="occurrence_stitch", queue="mail", batch=BATCH)
async def occurrence_stitch(run: Run, facts: list[OccurrenceParsed]) -> None:
    """A message finds its conversation, or opens one."""
    async with run.finishing() as work:
        await stitch(work, [fact.occurrence_id for fact in facts])
