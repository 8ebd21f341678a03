"""One loop for every provider: list what is new, fetch what we lack, make it safe, write it down with the cursor.

A provider joins by a `Source`. Whatever happens between two batches (a crash, an outage of any length, a lost lease),
the next run begins after the last batch that was committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import RAW, Blobs
from waypost.platform.work import Work
from waypost.ticketing.intake.actions import receive
from waypost.ticketing.intake.arrivals import Arrival
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose

TURN = timedelta(minutes=5)
"""A long first reading gives its worker's hand back now and then; the next turn goes on at the cursor."""


class CursorMoved(Unavailable):
    """Somebody else has read on in this mailbox meanwhile."""


class NoReader(Conflict):
    """This installation cannot read mailboxes of this provider."""


class StartAnew(Unavailable):
    """The provider's history does not reach back to where we stopped: everything is compared once more."""

    def __init__(self, reason: str, cursor: int | None = None) -> None:
        super().__init__()
        self.reason, self.cursor = reason, cursor


class ReadingStopped(Exception):
    """Between two batches: the mailbox was paused or switched off, or it is somebody else's turn."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the provider gave it."""

    provider_id: str
    raw: bytes
    received_at: datetime | None
    thread_id: str | None = None
    labels: tuple[str, ...] = ()


class Source(Protocol):
    """An open mailbox at a provider, with a cursor of its own."""

    async def listed(self) -> Sequence[str]:
        """Ids of at most a batch of mails after the cursor; none when all is here. Refuses with `StartAnew`."""
        ...

    async def fetch(self, provider_ids: Sequence[str]) -> Sequence[Fetched]:
        """Those mails; one that is gone by now is left out and costs nothing."""
        ...

    async def advance(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """Move the stored cursor past what `listed` gave, by compare-and-set, in the work that keeps the mails.

        Returns the arrivals that are really new. Refuses with `CursorMoved`.
        """
        ...

    async def finish(self, work: Work) -> None:
        """All that `listed` had is here: keep what only the end of a listing tells. Refuses with `CursorMoved`."""
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


class Opener(Protocol):
    """Opens mailboxes of one provider."""

    async def open(self, run: Run, mailbox: Mailbox, *, whole: bool) -> Source:
        """Where it was left, or, with `whole`, from the first mail on without touching the stored cursor."""
        ...


@dataclass(frozen=True, slots=True)
class Readers:
    """A part of the process: which providers it can read."""

    openers: Mapping[Provider, Opener]

    async def open(self, run: Run, mailbox: Mailbox, *, whole: bool = False) -> Source:
        """The mailbox's source."""
        opener = self.openers.get(mailbox.provider)
        if opener is None:
            raise NoReader
        return await opener.open(run, mailbox, whole=whole)


async def bring_all(run: Run, mailbox: Mailbox, source: Source) -> int:
    """Bring everything after the cursor, batch by batch; returns how many mails were new."""
    new, turn_ends = 0, run.now + TURN
    while ids := await source.listed():
        new += await _bring_batch(run, mailbox, source, ids)
        if run.now > turn_ends:
            raise ReadingStopped
    async with run.work() as work:
        await source.finish(work)
    return new


async def _bring_batch(run: Run, mailbox: Mailbox, source: Source, ids: Sequence[str]) -> int:
    async with run.work() as work:
        known = await queries.known_ids(work.db, mailbox.id, ids)
    fetched = await source.fetch([each for each in ids if each not in known])
    blobs = await run.of(Blobs).put_many(run.org, [(RAW, mail.raw) for mail in fetched])
    async with run.work() as work:
        now_standing = await queries.by_id(work.db, mailbox.id)
        if not now_standing.is_enabled or queries.is_paused(now_standing, work.now):
            raise ReadingStopped
        inbox = mailbox.email_address if mailbox.purpose == Purpose.USER else None
        arrivals = [
            Arrival(mail.provider_id, blob, mail.received_at or work.now, mail.thread_id, mail.labels, inbox)
            for mail, blob in zip(fetched, blobs, strict=True)
        ]
        received = await receive(work, mailbox.id, await source.advance(work, arrivals))
    return received.new
