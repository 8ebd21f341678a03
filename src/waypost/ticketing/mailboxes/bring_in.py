"""Import: files of mail become occurrences, a hundred in a transaction, each only once however often it is run.

A copy is known by inbox, content and its number among equal contents of the run, so that an interrupted
import is simply started again.
"""

import asyncio
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from waypost.platform.access import MACHINE, Actor
from waypost.platform.storage.blobs import RAW, BlobRef, Blobs
from waypost.platform.work import Works
from waypost.ticketing.intake.actions import receive
from waypost.ticketing.intake.arrivals import Arrival, Received
from waypost.ticketing.mailboxes.actions import add_import
from waypost.ticketing.mailboxes.arrival_time import arrival_time
from waypost.ticketing.mailboxes.mail_files import FoundMail, Skipped, walk_mails
from waypost.ticketing.routing.allowlist import IMPORTED

BATCH_MAILS = 100
BATCH_BYTES = 16 * 1024 * 1024
MAIL_BYTES = 50 * 1024 * 1024


@dataclass(slots=True)
class Tally:
    """What a run found: `mails` = `new` + `already`; what becomes of the new ones is seen where they are read."""

    mails: int = 0
    new: int = 0
    already: int = 0
    bytes: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Files that are no mail, by reason."""
    examples: list[Skipped] = field(default_factory=list)
    """The first few of them."""


Progress = Callable[[Tally], None]


class Ordinals:
    """How often a content was seen before in this run; on disk, so that a million mails need no memory."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._seen.execute("pragma journal_mode = off")
        self._seen.execute("create table seen (digest blob primary key, count integer) without rowid")
        self._seen.execute("begin")

    def next(self, digest: bytes) -> int:
        """0 for the first, 1 for the second of equal mails."""
        insert = "insert into seen values (?, 0) on conflict do update set count = count + 1 returning count"
        return int(self._seen.execute(insert, (digest,)).fetchone()[0])

    def close(self) -> None:
        """Forget."""
        self._seen.close()


@dataclass(frozen=True, slots=True)
class _Batch:
    mails: list[FoundMail]
    ids: list[str]
    skipped: list[Skipped]


async def bring_in(
    works: Works,
    blobs: Blobs,
    org: UUID,
    sources: Sequence[Path],
    *,
    inbox: str | None = None,
    actor: Actor = MACHINE,
    progress: Progress = lambda tally: None,
) -> Tally:
    """Import all mail of `sources` (mbox, Maildir, .eml, folders) for `inbox`; may be stopped and run again.

    Refuses with `NothingThere` before anything is written. `progress` is called after each batch.
    """
    tally = Tally()
    with closing(Ordinals()) as ordinals:
        batches = _batches(walk_mails(sources, MAIL_BYTES), ordinals)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            refs = await blobs.put_many(org, [(RAW, mail.raw) for mail in batch.mails])
            async with works.open(org, actor) as work:
                arrivals = _arrivals(batch, refs, inbox, latest=work.now)
                received = await receive(work, (await add_import(work, inbox)).id, arrivals)
            _count(tally, batch, received)
            batch.mails.clear()  # or two batches would lie in memory while the next is read
            progress(tally)
    return tally


def _arrivals(batch: _Batch, refs: list[BlobRef], inbox: str | None, latest: datetime) -> list[Arrival]:
    labels = () if inbox else (IMPORTED,)
    return [
        Arrival(provider_id, ref, arrival_time(mail.raw, latest) or min(mail.at, latest), labels=labels, inbox=inbox)
        for mail, provider_id, ref in zip(batch.mails, batch.ids, refs, strict=True)
    ]


def _batches(found: Iterator[FoundMail | Skipped], ordinals: Ordinals) -> Iterator[_Batch]:
    batch, size = _Batch([], [], []), 0
    for each in found:
        if isinstance(each, Skipped):
            batch.skipped.append(each)
            continue
        digest = hashlib.sha256(each.raw).digest()
        batch.mails.append(each)
        batch.ids.append(f"{digest.hex()}:{ordinals.next(digest)}")
        size += len(each.raw)
        if len(batch.mails) >= BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = _Batch([], [], []), 0
    if batch.mails or batch.skipped:
        yield batch


def _count(tally: Tally, batch: _Batch, received: Received) -> None:
    tally.mails += len(batch.mails)
    tally.new += received.new
    tally.already += received.already
    tally.bytes += sum(len(mail.raw) for mail in batch.mails)
    tally.skipped.update(each.reason.value for each in batch.skipped)
    tally.examples += batch.skipped[: max(0, 10 - len(tally.examples))]
