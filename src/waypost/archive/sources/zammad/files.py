"""The bytes of a ticket's files: a few at a time, in the order of the articles, within limits, each omission named.

A file lies in memory only until it is stored; what remains is its hash and where it lies.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from waypost.archive.sealing.snapshot import File
from waypost.archive.sources.zammad.words import FilesLate, FilesMissing
from waypost.platform.errors import Refusal
from waypost.platform.http import AnswerTooLarge

AT_ONCE = 5
HARD_LIMIT = 512 * 1024 * 1024
"""Bytes of one file where a source sets no limit."""

Keep = Callable[[bytes], Awaitable[str]]
"""Stores bytes durably and gives their key."""
Fetch = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept of files. 0 is no limit."""

    keep_files: bool = False
    max_file_bytes: int = 10_485_760
    max_total_bytes: int = 52_428_800
    strict: bool = False
    keep_raw: bool = False

    @property
    def largest(self) -> int:
        """Bytes of one file."""
        return self.max_file_bytes or HARD_LIMIT


@dataclass(frozen=True, slots=True)
class Want:
    """A file and how to get it; without a way it is not asked for."""

    file: File
    fetch: Fetch | None = None
    quietly: bool = False
    """Its absence is no omission: most articles have no raw mail of their own."""


@dataclass(slots=True)
class Keeper:
    """Fetches and keeps, article by article; counts what a ticket may have in total."""

    limits: Limits
    keep: Keep
    patient: bool = False
    """A file that does not come just now is a reason to try the whole ticket again later."""
    blobs: dict[str, str] = field(default_factory=dict)
    total: int = 0

    async def keep_all(self, wants: Sequence[Want]) -> list[File]:
        """Every file with what became of it. Refuses with `FilesMissing` or `FilesLate` where all must be had."""
        done: list[File] = []
        for start in range(0, len(wants), AT_ONCE):
            window = wants[start : start + AT_ONCE]
            planned = self._planned(window)
            answers = await asyncio.gather(*map(_fetched, planned))
            for want, answer in zip(planned, answers, strict=True):
                if (file := await self._judged(want, answer)) is not None:
                    done.append(file)
        return done

    def _planned(self, window: Sequence[Want]) -> list[Want]:
        """What its declared size forbids is not even asked for."""
        planned, ahead = [], self.total
        for want in window:
            size = want.file.size
            if want.fetch is None or size is None:
                planned.append(want)
            elif reason := self._over(size, ahead):
                planned.append(Want(self._left_out(want.file, "too_large", reason)))
            else:
                ahead += size
                planned.append(want)
        return planned

    def _over(self, size: int, total: int) -> str | None:
        if size > self.limits.largest:
            return f"larger than {self.limits.largest} bytes"
        if self.limits.max_total_bytes and total + size > self.limits.max_total_bytes:
            return f"all files together would be larger than {self.limits.max_total_bytes} bytes"
        return None

    async def _judged(self, want: Want, answer: bytes | Refusal | None) -> File | None:
        if answer is None:
            lost = want.file.fate == "failed" and want.file.reason
            return self._left_out(want.file, "failed", lost) if lost else want.file
        if isinstance(answer, AnswerTooLarge):
            return self._left_out(want.file, "too_large", f"larger than {self.limits.largest} bytes")
        if isinstance(answer, Refusal):
            return self._lost(want, answer)
        if not answer:
            return None if want.quietly else replace(want.file, fate="failed", size=0, reason="empty")
        if reason := self._over(len(answer), self.total):
            return self._left_out(replace(want.file, size=len(answer)), "too_large", reason)
        return await self._kept(want.file, answer)

    async def _kept(self, file: File, data: bytes) -> File:
        digest = (await asyncio.to_thread(sha256, data)).hexdigest()
        if digest not in self.blobs:
            self.blobs[digest] = await self.keep(data)
        self.total += len(data)
        return replace(file, size=len(data), sha256=digest, fate="kept", reason=None)

    def _lost(self, want: Want, why: Refusal) -> File | None:
        if why.again and (self.patient or self.limits.strict):
            raise FilesLate(f"A file of the ticket could not be read just now: {why.detail}")
        if want.quietly and why.status == 404:
            return None
        return self._left_out(want.file, "failed", why.detail)

    def _left_out(self, file: File, fate: str, reason: str) -> File:
        if self.limits.strict:
            raise FilesMissing(f"A file of article {file.article_id} cannot be kept: {reason}")
        return replace(file, fate="too_large" if fate == "too_large" else "failed", reason=reason)


async def _fetched(want: Want) -> bytes | Refusal | None:
    if want.fetch is None:
        return None
    try:
        return await want.fetch()
    except Refusal as refusal:
        return refusal
