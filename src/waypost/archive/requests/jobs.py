"""What follows from a wish: its run, the word to its origin, and a look after those that nobody looks after."""

from datetime import timedelta

from waypost.archive.requests import queries
from waypost.archive.requests.models import ArchiveDue
from waypost.archive.requests.repairing import wake_silent
from waypost.archive.requests.running import run_request
from waypost.archive.requests.settling import settle
from waypost.platform import jobs
from waypost.platform.jobs import Run

TIMEOUT = timedelta(hours=2)
SILENT = timedelta(minutes=5)


@jobs.on(ArchiveDue, type=queries.RUN, queue=queries.QUEUE, key="case", timeout=TIMEOUT)
async def archive_run(run: Run, fact: ArchiveDue) -> None:
    """The next act of a request; one at a time for a case, in whatever process."""
    async with run.work() as work:
        request = await queries.by_id(work.db, fact.request_id)
    if fact.act == "settle":
        await settle(run, request)
    else:
        await run_request(run, request)


@jobs.every("*/5 * * * *", type="archive_requests_wake", queue=queries.QUEUE)
async def wake(run: Run) -> None:
    """Requests that are not at their end, and that no job will bring there, get one again."""
    async with run.finishing() as work:
        await wake_silent(work, work.now - SILENT)
