"""The keeper of checkpoints: compares the log with the outside, signs what grew, and keeps it outside first."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from waypost.archive.evidence import queries, tree
from waypost.archive.evidence.actions import accept_findings, keep_checkpoint, note_comparison
from waypost.archive.evidence.comparing import Doubt, doubt_of
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.metrics import DOUBTS, SIGNED
from waypost.archive.evidence.notes import Checkpoint, NotACheckpoint, Notary, Signed
from waypost.archive.evidence.outside import Outside
from waypost.archive.evidence.queries import Head
from waypost.platform.observe.logs import line
from waypost.platform.work import Work

Opens = Callable[[], AbstractAsyncContextManager[Work]]
"""Opens a short work of one organisation: a job's `run.work`, or a command's own."""

A_SECOND = timedelta(seconds=1)
"""How exact the time in a note is."""

_log = line("waypost.evidence")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look came to."""

    state: Literal["empty", "unchanged", "signed", "doubtful"]
    size: int
    doubt: Doubt | None = None
    signed: Signed | None = None
    """The newest checkpoint that stands outside."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A part of every process that knows the keys; one for all organisations."""

    notary: Notary
    outside: Outside

    async def checkpoint(self, org: UUID, works: Opens) -> Verdict:
        """Sign a checkpoint if the log grew and nothing is in doubt. Repeating it changes nothing.

        Order: compared with the outside, then signed, then kept outside and on its disk, then in the database. A
        process may die in between; the next look takes over what stands outside.
        """
        seen, doubt = await self._newest(org)
        async with works() as work:
            head, unusable = await _head(work)
            if head.size == 0 and not (seen or doubt or unusable):
                return Verdict("empty", 0)
            doubt = doubt or unusable or await _doubt(work, head, seen)
            if seen is not None and doubt is None:
                doubt = await _put_back(work, seen)
            await note_comparison(work, doubt)
        if doubt is not None:
            return _doubtful(org, head, doubt, seen)
        if seen is not None and seen.checkpoint.size == head.size:
            return Verdict("unchanged", head.size, signed=seen)
        return await self._sign(org, works, head)

    async def begin_anew(self, org: UUID, works: Opens) -> Signed | None:
        """After a restored backup: what stands outside is laid aside, and the log as it is now is signed.

        Whoever orders this answers for the difference; the folder that was laid aside shows it. None for an empty log.
        """
        async with works() as work:
            head = await queries.head(work.db)
            now = work.now
            await accept_findings(work)
        await self.outside.lay_aside(org, now)
        if head.size == 0:
            return None
        return (await self._sign(org, works, head)).signed

    async def _newest(self, org: UUID) -> tuple[Signed | None, Doubt | None]:
        try:
            note = await self.outside.newest(org)
            return (None if note is None else self.notary.read(note, log_name(org))), None
        except NotACheckpoint:
            return None, Doubt.OUTSIDE_UNSIGNED
        except OSError:
            return None, Doubt.OUTSIDE_UNREADABLE

    async def _sign(self, org: UUID, works: Opens, head: Head) -> Verdict:
        async with works() as work:
            now = work.now.replace(microsecond=0)
        signed = self.notary.sign(Checkpoint(log_name(org), head.size, head.root, now))
        try:
            await self.outside.write(org, head.size, signed.note)
            kept = self.notary.read(await self.outside.read(org, head.size), log_name(org))
        except OSError:
            async with works() as work:
                await note_comparison(work, Doubt.OUTSIDE_UNREADABLE)
            return _doubtful(org, head, Doubt.OUTSIDE_UNREADABLE, None)
        async with works() as work:
            await keep_checkpoint(work, kept)
        SIGNED.inc()
        return Verdict("signed", head.size, signed=kept)


async def _head(work: Work) -> tuple[Head, Doubt | None]:
    try:
        return await queries.head(work.db), None
    except queries.LogUnusable:
        return Head(0, tree.EMPTY), Doubt.UNUSABLE


async def _doubt(work: Work, head: Head, seen: Signed | None) -> Doubt | None:
    """A comparison now, and what the last walk over all entries found."""
    found = await doubt_of(work.db, head, seen.checkpoint if seen else None)
    watch = await queries.watch(work.db)
    changed = watch is not None and any(one not in watch.accepted for one in watch.findings)
    return found or (Doubt.FOUND_CHANGED if changed else None)


async def _put_back(work: Work, seen: Signed) -> Doubt | None:
    """The row of what stands outside. A process may have died before it wrote it; a row that an earlier look has seen,
    later than the signature's own second, was removed."""
    if not await keep_checkpoint(work, seen):
        return None
    watch = await queries.watch(work.db)
    looked = watch.compared_at if watch else None
    return Doubt.CHECKPOINT_GONE if looked and looked >= seen.checkpoint.at + A_SECOND else None


def _doubtful(org: UUID, head: Head, doubt: Doubt, seen: Signed | None) -> Verdict:
    DOUBTS.labels(doubt.value).inc()
    _log.error("evidence.doubt", doubt=doubt.value, org=str(org), size=head.size)
    return Verdict("doubtful", head.size, doubt, seen)
