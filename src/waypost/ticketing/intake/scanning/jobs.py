"""What follows when files came with a mail. Without a scanner: nothing."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import BlobMissing, Blobs
from waypost.ticketing.intake.scanning import queries
from waypost.ticketing.intake.scanning.actions import judged
from waypost.ticketing.intake.scanning.clamd import Scanner, ScannerAway, ScannerSilent, Verdict
from waypost.ticketing.messages.models import FilesCame, Scan

QUEUE = "scan"
AT_ONCE = 100
TURN = timedelta(minutes=4)
"""How long one run of the clock goes on: files wait for it, perhaps all that came before there was a scanner."""


@jobs.on(FilesCame, type="attachments_scan", queue=QUEUE, one_per="message_id")
async def attachments_scan(run: Run, fact: FilesCame) -> None:
    """Show each file to the scanner."""
    if run.of(Scanner).address:
        async with run.work() as work:
            waiting = await queries.of_message(work.db, fact.message_id)
        await scan(run, waiting)


@jobs.every("*/5 * * * *", type="attachments_scan_rest", queue=QUEUE)
async def attachments_scan_rest(run: Run) -> None:
    """What came before there was a scanner, or while it was silent, newest first."""
    ends = run.now + TURN
    while run.of(Scanner).address and run.now < ends:
        async with run.work() as work:
            waiting = await queries.newest(work.db, AT_ONCE)
        if not waiting:
            return
        await scan(run, waiting)


async def scan(run: Run, waiting: list[queries.Waiting]) -> None:
    """One after another, each verdict written as soon as it is known, no transaction open while the scanner reads.

    A file that it gives no word on holds up none behind it: `ScannerSilent` is raised at the end, and at once only when
    it cannot be reached at all.
    """
    silence: ScannerSilent | None = None
    for one in waiting:
        try:
            verdict = await _verdict(run, one)
        except ScannerAway:
            raise
        except ScannerSilent as silent:
            silence = silent
            continue
        async with run.work() as work:
            await judged(work, one.blob_id, verdict)
    if silence:
        raise silence


async def _verdict(run: Run, one: queries.Waiting) -> Verdict:
    try:
        return await run.of(Scanner).judge(run.of(Blobs).stream(one.storage_key))
    except BlobMissing:
        return Verdict(Scan.FAILED, "the bytes are gone")
