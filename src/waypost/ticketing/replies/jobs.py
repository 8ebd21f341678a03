"""What follows when a reply did not arrive."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.outbound.models import OutboundFailed
from waypost.ticketing.replies.actions import wake


@jobs.on(OutboundFailed, type="reply_failed", queue="outbound", one_per="message_id")
async def reply_failed(run: Run, fact: OutboundFailed) -> None:
    """The ticket comes back to whoever thought it was answered."""
    async with run.finishing() as work:
        await wake(work, fact.message_id)
