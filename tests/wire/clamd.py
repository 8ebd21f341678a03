"""A clamd that speaks INSTREAM (clamd(8)) on a free port of this machine, and knows one virus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

VIRUS = b"EVIL-BYTES-OF-TESTS"
MUTE = b"BYTES-THAT-IT-HANGS-UP-ON"


@dataclass(slots=True)
class Clamd:
    """The server: `seen` are the files it was shown, `mute` lets it hang up instead of answering."""

    port: int = 0
    limit: int = 1_000_000
    mute: bool = False
    seen: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As the setting names it."""
        return f"127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command, one file, one answer."""
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        data = b""
        while (size := int.from_bytes(await reader.readexactly(4), "big")) and len(data) <= self.limit:
            data += await reader.readexactly(size)
        self.seen.append(data)
        if not self.mute and MUTE not in data:
            writer.write(self._answer(data) + b"\0")
            await writer.drain()
        writer.close()

    def _answer(self, data: bytes) -> bytes:
        if len(data) > self.limit:
            return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Test.Evil-1 FOUND" if VIRUS in data else b"stream: OK"


@asynccontextmanager
async def clamd() -> AsyncIterator[Clamd]:
    """Listening until the block ends."""
    scanner = Clamd()
    server = await asyncio.start_server(scanner.serve, "127.0.0.1", 0)
    scanner.port = server.sockets[0].getsockname()[1]
    async with server:
        yield scanner
