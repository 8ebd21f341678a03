"""A scanner as clamd speaks: `INSTREAM` of clamd(8), one connection for each file, bytes never whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from waypost.platform.errors import Unavailable
from waypost.platform.http.addresses import Trust, checked_address
from waypost.ticketing.messages.models import Scan

PIECE = 64 * 1024
LONGEST_ANSWER = 1_000
LONGEST_NAME = 200


class ScannerSilent(Unavailable):
    """The virus scanner does not answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says of one file; `found` names what was found, or why it could not be judged."""

    state: Scan
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: `host:port`, or the path of its socket; empty: there is none. Seconds for each file."""

    address: str = ""
    patience: float = 60

    async def judge(self, pieces: AsyncIterator[bytes]) -> Verdict:
        """Refuses with `ScannerSilent` (try again) when it cannot be asked or says nothing we understand."""
        try:
            async with asyncio.timeout(self.patience):
                return read_answer(await self._ask(pieces))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as broken:
            raise ScannerSilent from broken

    async def _ask(self, pieces: AsyncIterator[bytes]) -> bytes:
        reader, writer = await self._open()
        try:
            await _tell(writer, pieces)
            return await reader.readuntil(b"\0")
        finally:
            writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.address.startswith("/"):
            return await asyncio.open_unix_connection(self.address, limit=LONGEST_ANSWER)
        host, _, port = self.address.rpartition(":")
        pinned = await checked_address(host.strip("[]"), int(port), Trust.OPERATOR)
        return await asyncio.open_connection(pinned.ips[0], pinned.port, limit=LONGEST_ANSWER)


async def _tell(writer: asyncio.StreamWriter, pieces: AsyncIterator[bytes]) -> None:
    """Chunks with their length before them, an empty one at the end. It hangs up early on what is too large for it,
    and has said so by then."""
    try:
        writer.write(b"zINSTREAM\0")
        async for piece in pieces:
            for start in range(0, len(piece), PIECE):
                part = piece[start : start + PIECE]
                writer.write(len(part).to_bytes(4, "big") + part)
                await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    except ConnectionError:
        return


def read_answer(line: bytes) -> Verdict:
    """`stream: OK`, `stream: NAME FOUND` or `… ERROR`; refuses anything else with `ScannerSilent`."""
    said = line.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict(Scan.CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(Scan.INFECTED, said.removesuffix(" FOUND")[:LONGEST_NAME])
    if said.endswith("ERROR"):
        return Verdict(Scan.FAILED, said[:LONGEST_NAME])
    raise ScannerSilent
