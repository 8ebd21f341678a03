"""What follows when a copy's bytes are safe: it is read, in batches and outside the event loop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from uuid import UUID

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.jobs.children import ChildFailed, in_child
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import ATTACHMENT, BlobRef, Blobs
from waypost.ticketing.intake.actions import Unreadable, keep, put_aside
from waypost.ticketing.intake.keeping import ReadMail
from waypost.ticketing.intake.metrics import PUT_ASIDE, READ
from waypost.ticketing.intake.mirrors import prove
from waypost.ticketing.intake.models import OccurrenceFetched
from waypost.ticketing.intake.queries import Unread, unread
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.reading.many import Failed, read_many
from waypost.ticketing.messages.markers import Stamps

BATCH = 200
BYTES_AT_ONCE = 16 * 1024 * 1024
READING_TIME = timedelta(seconds=30)
READING_MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Read:
    """A copy and what came of it; the parts of a mail are stored, their bytes no longer in hand."""

    occurrence_id: UUID
    result: Mail | Failed
    refs: list[BlobRef]
    inbox: str | None


@jobs.on(OccurrenceFetched, type="occurrence_parse", queue="mail", batch=BATCH)
async def occurrence_parse(run: Run, facts: list[OccurrenceFetched]) -> None:
    """Read, store the parts, recognise, write. What cannot be read is put aside for a person."""
    async with run.work() as work:
        waiting = await unread(work.db, [fact.occurrence_id for fact in facts])
    done = [one for chunk in chunks(waiting) for one in await read_and_store(run, chunk)]
    stamps = run.of(Stamps)
    async with run.finishing() as work:
        blob_ids = iter(await register(work, [ref for one in done for ref in one.refs]))
        kept = [
            ReadMail(
                one.occurrence_id,
                one.result,
                tuple(islice(blob_ids, len(one.refs))),
                prove(run.org, one.result, stamps),
                one.inbox,
            )
            for one in done
            if isinstance(one.result, Mail)
        ]
        await keep(work, kept)
        failed = [(one.occurrence_id, one.result) for one in done if isinstance(one.result, Failed)]
        await put_aside(work, [Unreadable(occurrence_id, f.reason, f.limit) for occurrence_id, f in failed])
        work.after_commit(partial(READ.inc, len(kept)))
        work.after_commit(partial(PUT_ASIDE.inc, len(failed)))


async def read_and_store(run: Run, chunk: list[Unread]) -> list[Read]:
    """One chunk; its parts are safe before the next chunk's bytes come into memory."""
    results = await read(run, chunk)
    parts = [part for result in results if isinstance(result, Mail) for part in result.attachments]
    refs = iter(await run.of(Blobs).put_many(run.org, [(ATTACHMENT, part.data) for part in parts]))
    return [
        Read(one.occurrence_id, light(result), list(islice(refs, len(result.attachments))), one.inbox)
        if isinstance(result, Mail)
        else Read(one.occurrence_id, result, [], one.inbox)
        for one, result in zip(chunk, results, strict=True)
    ]


def light(mail: Mail) -> Mail:
    """The mail without the bytes of its parts, which are stored by now."""
    return replace(mail, attachments=tuple(replace(part, data=b"") for part in mail.attachments))


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
    size = 0
    for one in waiting:
        if group and size + one.size > BYTES_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group
