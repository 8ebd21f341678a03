"""A scanner as clamd speaks: `INSTREAM` of clamd(8), one connection for each file, bytes never whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, AF_UNIX, socket

from waypost.platform.errors import Unavailable
from waypost.platform.http.addresses import Trust, checked_address
from waypost.ticketing.messages.models import Scan

PIECE = 64 * 1024
LONGEST_ANSWER = 1_000
LONGEST_NAME = 200


class ScannerSilent(Unavailable):
    """The virus scanner does not answer."""


class ScannerAway(ScannerSilent):
    """The virus scanner cannot be reached."""


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
        except (OSError, TimeoutError) as broken:
            raise ScannerSilent from broken

    async def _ask(self, pieces: AsyncIterator[bytes]) -> bytes:
        with await self._open() as line:
            # It hangs up early on what is too large for it, and has said so by then: the answer is read all the same.
            with suppress(ConnectionError):
                await _tell(line, pieces)
            return await _heard(line)

    async def _open(self) -> socket:
        if self.address.startswith("/"):
            return await _connected(AF_UNIX, self.address)
        host, _, port = self.address.rpartition(":")
        pinned = await checked_address(host.strip("[]"), int(port), Trust.OPERATOR)
        first = pinned.ips[0]
        return await _connected(AF_INET6 if ":" in first else AF_INET, (first, pinned.port))


async def _connected(family: int, place: str | tuple[str, int]) -> socket:
    line = socket(family)
    line.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(line, place)
    except OSError as away:
        line.close()
        raise ScannerAway from away
    except BaseException:
        line.close()
        raise
    return line


async def _tell(line: socket, pieces: AsyncIterator[bytes]) -> None:
    """Chunks with their length before them, an empty one at the end."""
    send = asyncio.get_running_loop().sock_sendall
    await send(line, b"zINSTREAM\0")
    async for piece in pieces:
        for start in range(0, len(piece), PIECE):
            part = piece[start : start + PIECE]
            await send(line, len(part).to_bytes(4, "big") + part)
    await send(line, bytes(4))


async def _heard(line: socket) -> bytes:
    """Up to its NUL. Streams of asyncio would not do: they throw an answer away once writing has failed."""
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        more = await asyncio.get_running_loop().sock_recv(line, LONGEST_ANSWER)
        if not more:
            raise ScannerSilent
        said += more
    return said


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
