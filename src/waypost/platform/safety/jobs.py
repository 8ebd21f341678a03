"""Answered requests are forgotten after two days: no client repeats later."""

from waypost.platform import jobs
from waypost.platform.safety.idempotency import KEPT, forget_before


@jobs.every("23 * * * *", type="idempotency_forget")
async def forget_answered_requests(run: jobs.Run) -> None:
    """Once an hour."""
    async with run.finishing() as work:
        await forget_before(work, work.now - KEPT)
