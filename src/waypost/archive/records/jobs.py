"""What follows by itself: every version is looked at in turn, and levels are raised when that can be done."""

from datetime import timedelta

from waypost.archive.places.refusals import PlaceSilent
from waypost.archive.records import queries
from waypost.archive.records.diligence import Diligence
from waypost.archive.records.judging import note_verdict
from waypost.archive.records.raising import Outcome, raise_one
from waypost.archive.records.verifying import Verifier
from waypost.platform import jobs
from waypost.platform.storage.blobs import StoreUnavailable

EVERY_MINUTES = 5
AT_ONCE = 50
LONG = timedelta(minutes=30)


@jobs.every(f"*/{EVERY_MINUTES} * * * *", type="archive_verify", queue="archive_care", timeout=LONG)
async def look_at_what_is_due(run: jobs.Run) -> None:
    """The longest neglected first, each in works of its own, never more than the rate allows.

    A place that does not answer judges nothing: the rest waits for the next time.
    """
    diligence, verifier = run.of(Diligence), run.of(Verifier)
    async with run.work() as work:
        due = await queries.to_look_at(work.db, work.now - diligence.every, diligence.per_minute * EVERY_MINUTES)
    for version_id in due:
        try:
            verdict = await verifier.look(run.work, version_id)
        except (PlaceSilent, StoreUnavailable):
            return
        async with run.work() as work:
            await note_verdict(work, version_id, verdict, scheduled=True)


@jobs.every(f"2-59/{EVERY_MINUTES} * * * *", type="archive_upgrade", queue="archive_care", timeout=LONG)
async def raise_what_is_due(run: jobs.Run) -> None:
    """Versions below the level that is wanted, and archive timestamps that age.

    While the authorities are away each of them is tried once and waits longer each time; the first that fails ends the
    round, so that an outage costs one call in five minutes.
    """
    async with run.work() as work:
        due = await queries.to_raise(work.db, work.now, AT_ONCE)
    for version_id in due:
        try:
            if await raise_one(run, version_id) is Outcome.WAITS:
                return
        except (PlaceSilent, StoreUnavailable):
            return
