"""Building the ZIP: in pieces of some megabytes, each safe in the store before the export counts what it holds.

A process may die at any moment: the next one goes on behind the last piece that was counted, and makes the bytes since
then once more. Memory holds one piece and one chunk, whatever the export's size.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from waypost.archive.places.refusals import FileMissing
from waypost.archive.places.shelf import Shelf
from waypost.archive.records.csv_rows import COLUMNS, cells, lines
from waypost.archive.records.exports import queries
from waypost.archive.records.exports.actions import progressed
from waypost.archive.records.exports.gathering import Portion, portions
from waypost.archive.records.exports.models import ArchiveExport, ExportPiece, State
from waypost.archive.records.exports.zipping import Entry, Zip, line_of, tail_of
from waypost.archive.records.models import KeptFile
from waypost.archive.records.wire import record_row
from waypost.platform.errors import Conflict
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.keys import ref_of

PIECE = 8_000_000
"""Bytes of a piece, about."""
PACK = 20
"""Records read together."""
INDEX_PACK = 500
_encode = msgspec.json.Encoder().encode


class Stopped(Conflict):
    """This export was cancelled, or another run has overtaken this one."""


@dataclass(slots=True)
class Building:
    """One run's work on one export."""

    run: Run
    export: ArchiveExport
    pieces: int
    """How many are counted."""
    zip: Zip
    _buffer: bytearray = field(default_factory=bytearray)
    _waiting: list[tuple[str, int]] = field(default_factory=list)
    """Pieces that are safe but not counted yet: they end within a record."""
    _done: int = 0
    _problems: dict[UUID, list[str]] = field(default_factory=dict)

    @classmethod
    async def resumed(cls, run: Run, export_id: UUID) -> "Building":
        """Behind the last piece that was counted."""
        async with run.work() as work:
            export = await queries.by_id(work.db, export_id)
            known = await queries.pieces(work.db, export_id)
        return cls(run, export, len(known), Zip(sum(size for _key, size in known)), _done=export.done)

    async def whole(self, name: str, content: bytes) -> None:
        """A small file."""
        await self._write(self.zip.whole(name, content))

    async def streamed(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        """A file of any size; gives its SHA-256 hex."""
        running = hashlib.sha256()
        await self._write(self.zip.begin(name))
        async for chunk in chunks:
            running.update(chunk)
            await self._write(self.zip.add(chunk))
        await self._write(self.zip.end())
        return running.hexdigest()

    async def records(self) -> None:
        """The files and proofs of all records that are not done yet; then all of them are counted."""
        while self._done < self.export.total:
            async with self.run.work() as work:
                pack = await portions(
                    work, self.export.id, self._done, PACK, checkpoint=self.export.checkpoint_size, proofs=True
                )
            for portion in pack:
                await self._record(portion)
                self._done += 1
                if len(self._buffer) >= PIECE or self._waiting:
                    await self.count()
        await self.count()

    async def index(self) -> None:
        """What the ZIP holds, as a table and for programs."""
        await self.streamed("index.csv", self._csv())
        await self.streamed("index.json", self._json())

    async def directory(self) -> None:
        """The end of the ZIP, from the entries that were counted."""
        begin, size, lines_, start = self.zip.offset, 0, 0, 0
        while True:
            async with self.run.work() as work:
                rows = await queries.entries(work.db, self.export.id, start)
            for entry in (Entry(*one) for _ordinal, some in rows for one in some):
                line = line_of(entry)
                size, lines_ = size + len(line), lines_ + 1
                await self._write(line)
            if len(rows) < queries.ENTRIES_AT_ONCE:
                break
            start = rows[-1].ordinal + 1
        await self._write(tail_of(begin, size, lines_))

    async def count(self, *, indexed: bool = False) -> None:
        """Put the piece under way into the store, then count it and what it completed."""
        if self._buffer:
            await self._put()
        async with self.run.work() as work:
            export = await queries.by_id(work.db, self.export.id, for_update=True)
            if export.state != State.BUILDING or len(await queries.pieces(work.db, export.id)) != self.pieces:
                raise Stopped
            entries = [[one.name, one.crc, one.size, one.offset] for one in self.zip.entries]
            for at, (key, size) in enumerate(self._waiting):
                last = at == len(self._waiting) - 1
                work.db.add(self._piece(at, key, size, entries if last else []))
            for item_id, paths in self._problems.items():
                (await queries.item_by_id(work.db, item_id)).problems = paths
            export.loose = [key for key in export.loose or () if key not in dict(self._waiting)]
            export.done, export.size_bytes = self._done, export.size_bytes + sum(size for _, size in self._waiting)
            export.problems += sum(map(len, self._problems.values()))
            if indexed:
                export.indexed_at = work.now
            progressed(work, export.id)
        self.pieces, self._waiting, self._problems = self.pieces + len(self._waiting), [], {}
        self.zip.entries.clear()

    def _piece(self, at: int, key: str, size: int, entries: list[list[object]]) -> ExportPiece:
        ordinal = self.pieces + at
        return ExportPiece(export_id=self.export.id, ordinal=ordinal, storage_key=key, size=size, entries=entries)

    async def _record(self, portion: Portion) -> None:
        problems = [one.path or "" for one in portion.standing() if not await self._file(one)]
        if problems:
            self._problems[portion.item.id] = problems
        for version in portion.versions:
            proof = msgspec.json.format(_encode(portion.proofs[version.id]), indent=2)
            await self.whole(portion.proof_name(version), proof + b"\n")

    async def _file(self, file: KeptFile) -> bool:
        """Whether it is what was kept. A missing one leaves no trace but in the index."""
        assert file.path is not None
        chunks = self.run.of(Shelf).stream(file.path)
        try:
            first = await anext(chunks, b"")
        except FileMissing:
            return False

        async def all_of_them() -> AsyncIterator[bytes]:
            yield first
            async for chunk in chunks:
                yield chunk

        return await self.streamed(f"files/{file.path}", all_of_them()) == file.sha256

    async def _csv(self) -> AsyncIterator[bytes]:
        yield lines([(*COLUMNS, "problems")]).encode()
        async for pack in self._packs():
            rows = [[*cells(record_row(one.record)), str(len(one.item.problems))] for one in pack]
            yield lines(rows).encode()

    async def _json(self) -> AsyncIterator[bytes]:
        about = {
            "v": 1,
            "made_at": self.export.made_at,
            "asked": self.export.asked,
            "records": self.export.total,
            "checkpoint": self.export.checkpoint_size,
        }
        yield _encode(about)[:-1] + b',"items":[\n'
        between = b""
        async for pack in self._packs():
            yield between + b",\n".join(_encode(one.line()) for one in pack)
            between = b",\n"
        yield b"\n]}\n"

    async def _packs(self) -> AsyncIterator[list[Portion]]:
        for start in range(0, self.export.total, INDEX_PACK):
            async with self.run.work() as work:
                pack = await portions(work, self.export.id, start, INDEX_PACK)
            yield pack

    async def _write(self, content: bytes) -> None:
        self._buffer += content
        if len(self._buffer) >= 2 * PIECE:
            await self._put()

    async def _put(self) -> None:
        """Under a kind of its own: equal bytes of two exports are never one blob, so each may be deleted."""
        kind, content = f"export_{self.export.id.hex}", bytes(self._buffer)
        ref = await asyncio.to_thread(ref_of, self.run.org, kind, content)
        await self._announce(ref.storage_key)
        self._waiting.append((ref.storage_key, ref.size))
        await self.run.of(Blobs).put_many(self.run.org, [(kind, content)])
        self._buffer.clear()

    async def _announce(self, key: str) -> None:
        """A piece is named before it is stored: whoever erases finds it, also when this process dies in between."""
        async with self.run.work() as work:
            export = await queries.by_id(work.db, self.export.id, for_update=True)
            if export.state != State.BUILDING:
                raise Stopped
            export.loose = [*(export.loose or ()), key]

    async def let_go(self) -> None:
        """Pieces of an export that came to its end meanwhile; those of another run that overtook this one stay."""
        async with self.run.work() as work:
            ended = (await queries.by_id(work.db, self.export.id)).state != State.BUILDING
        if ended:
            await self.run.of(Blobs).delete([key for key, _size in self._waiting])
