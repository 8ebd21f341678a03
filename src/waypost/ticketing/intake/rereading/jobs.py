"""What follows from a new version of our reader: everything older is read anew, a bounded number at a time."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import BlobMissing
from waypost.ticketing.intake.jobs import BATCH, Read, chunks, read_and_store
from waypost.ticketing.intake.keeping import PARSER_VERSION, ReadMail
from waypost.ticketing.intake.mirrors import prove
from waypost.ticketing.intake.queries import Unread
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.rereading import queries
from waypost.ticketing.intake.rereading.actions import pass_over, replace
from waypost.ticketing.intake.rereading.models import RereadingAsked
from waypost.ticketing.messages.markers import Stamps

BATCHES = 20
"""Of one run: 4,000 messages an hour beside the mail that comes in."""


@jobs.every("29 * * * *", type="contents_read_again", queue="mail")
async def contents_read_again(run: Run) -> None:
    """Whatever an older reader read, newest first. Nothing older is the usual answer, and costs one question."""
    for _ in range(BATCHES):
        async with run.work() as work:
            late = await queries.outdated(work.db, PARSER_VERSION, BATCH)
        if not late:
            return
        await read_again(run, late)


@jobs.on(RereadingAsked, type="message_read_again", queue="mail", one_per="message_id")
async def message_read_again(run: Run, fact: RereadingAsked) -> None:
    """One message, because a person asked."""
    await read_again(run, [fact.message_id])


async def read_again(run: Run, message_ids: Sequence[UUID]) -> None:
    """Bytes are read, and parts stored, with no transaction open; what cannot be read stays as it was understood."""
    async with run.work() as work:
        found = await queries.raws(work.db, message_ids)
    message_of = {unread.occurrence_id: message_id for message_id, unread in found}
    done = [one for chunk in chunks(unread for _, unread in found) for one in await _read(run, chunk)]
    stamps = run.of(Stamps)
    async with run.work() as work:
        blob_ids = iter(await register(work, [ref for one in done for ref in one.refs]))
        mails = {
            message_of[one.occurrence_id]: ReadMail(
                one.occurrence_id,
                one.result,
                tuple(islice(blob_ids, len(one.refs))),
                prove(run.org, one.result, stamps),
                one.inbox,
            )
            for one in done
            if isinstance(one.result, Mail)
        }
        await replace(work, mails)
        await pass_over(work, message_ids)


async def _read(run: Run, chunk: list[Unread]) -> list[Read]:
    """Bytes that were erased meanwhile leave out one mail, not its neighbours."""
    try:
        return await read_and_store(run, chunk)
    except BlobMissing:
        if len(chunk) == 1:
            return []
        return [read for one in chunk for read in await _read(run, [one])]
