"""What follows when a copy's bytes are safe: it is read, in batches and outside the event loop."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.jobs.children import ChildFailed, in_child
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.intake.actions import Unreadable, keep, put_aside
from waypost.ticketing.intake.keeping import ReadMail
from waypost.ticketing.intake.models import OccurrenceFetched
from waypost.ticketing.intake.queries import Unread, unread
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.reading.many import Failed, read_many

BATCH = 100
BYTES_AT_ONCE = 16 * 1024 * 1024
READING_TIME = timedelta(seconds=30)
READING_MEMORY = 1024 * 1024 * 1024


@jobs.on(OccurrenceFetched, type="occurrence_parse", queue="mail", batch=BATCH)
async def occurrence_parse(run: Run, facts: list[OccurrenceFetched]) -> None:
    """Read, store the parts, recognise, write. What cannot be read is put aside for a person."""
    async with run.work() as work:
        waiting = await unread(work.db, [fact.occurrence_id for fact in facts])
    results: list[tuple[Unread, Mail | Failed]] = []
    for chunk in chunks(waiting):
        results += zip(chunk, await read(run, chunk), strict=True)
    mails = [(one, result) for one, result in results if isinstance(result, Mail)]
    refs = await run.of(Blobs).put_many(
        run.org, [("attachment", p.data) for _, mail in mails for p in mail.attachments]
    )
    async with run.finishing() as work:
        blob_ids = iter(await register(work, refs))
        kept = [ReadMail(one.occurrence_id, mail, tuple(take(blob_ids, mail))) for one, mail in mails]
        await keep(work, kept)
        failed = [(one, result) for one, result in results if isinstance(result, Failed)]
        await put_aside(work, [Unreadable(one.occurrence_id, f.reason, f.limit) for one, f in failed])


async def read(run: Run, chunk: list[Unread]) -> list[Mail | Failed]:
    """Bytes to mails in a child process with limits; a mail that breaks its child alone is unreadable."""
    raws = await run.of(Blobs).get_many([one.storage_key for one in chunk])
    try:
        return await in_child(read_many, raws, timeout=READING_TIME, memory=READING_MEMORY)
    except ChildFailed as broken:
        if len(chunk) > 1:
            return [mail for one in chunk for mail in await read(run, [one])]
        return [Failed(f"Reading it took more than one mail may cost ({broken.reason}).", "child")]


def chunks(waiting: Iterable[Unread]) -> Iterator[list[Unread]]:
    """Groups of bounded size in bytes, so that a crowd of large mails does not sit in memory together."""
    group: list[Unread] = []
    for one in waiting:
        if group and sum(member.size for member in group) + one.size > BYTES_AT_ONCE:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def take(blob_ids: Iterator[UUID], mail: Mail) -> Iterator[UUID]:
    """As many ids as the mail has parts."""
    for _ in mail.attachments:
        yield next(blob_ids)
