"""What follows when files came with a mail. Without a scanner: nothing."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import BlobMissing, Blobs
from waypost.ticketing.intake.scanning import queries
from waypost.ticketing.intake.scanning.actions import judged
from waypost.ticketing.intake.scanning.clamd import Scanner, Verdict
from waypost.ticketing.intake.scanning.models import FilesCame
from waypost.ticketing.messages.models import Scan

QUEUE = "scan"
AT_ONCE = 100
"""Files of one run of the clock."""


@jobs.on(FilesCame, type="attachments_scan", queue=QUEUE, one_per="message_id")
async def attachments_scan(run: Run, fact: FilesCame) -> None:
    """Show each file to the scanner."""
    if run.of(Scanner).address:
        async with run.work() as work:
            waiting = await queries.of_message(work.db, fact.message_id)
        await scan(run, waiting)


@jobs.every("*/5 * * * *", type="attachments_scan_rest", queue=QUEUE)
async def attachments_scan_rest(run: Run) -> None:
    """What came before there was a scanner, newest first."""
    if run.of(Scanner).address:
        async with run.work() as work:
            waiting = await queries.newest(work.db, AT_ONCE)
        await scan(run, waiting)


async def scan(run: Run, waiting: list[queries.Waiting]) -> None:
    """One after another, each verdict written as soon as it is known, no transaction open while the scanner reads."""
    for one in waiting:
        try:
            verdict = await run.of(Scanner).judge(run.of(Blobs).stream(one.storage_key))
        except BlobMissing:
            verdict = Verdict(Scan.FAILED, "the bytes are gone")
        async with run.work() as work:
            await judged(work, one.blob_id, verdict)
