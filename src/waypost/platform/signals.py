"""Wake-ups over LISTEN/NOTIFY: a hint that something changed, never the truth (polling is).

A NOTIFY inside a transaction makes commits queue up behind a global lock, so pokes are sent after the commit, on a
connection of their own: the first at once, equal ones of the next few milliseconds together.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
from psycopg import sql

JOBS = "waypost_jobs"
LIVE = "waypost_live"
COALESCE_SECONDS = 0.01

Poke = tuple[str, str]
"""Channel and payload."""


class Signals:
    """Sends and hears pokes for one process; start it inside the event loop, stop it before the loop ends."""

    def __init__(self, dsn: str, *, hears: tuple[str, ...] = ()) -> None:
        """`dsn` is a libpq address of a direct connection (a transaction pooler cannot carry LISTEN)."""
        self._dsn = dsn.replace("postgresql+psycopg://", "postgresql://", 1)
        self._hears = hears
        self._waiting: set[Poke] = set()
        self._wake = asyncio.Event()
        self._ears: dict[str, set[Callable[[str], None]]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []

    def poke(self, channel: str, payload: str = "") -> None:
        """Send soon; cheap, never fails, never blocks."""
        self._waiting.add((channel, payload))
        self._wake.set()

    def hear(self, channel: str, ear: Callable[[str], None]) -> Callable[[], None]:
        """Call `ear(payload)` for every poke on `channel`; returns the function that stops it."""
        self._ears[channel].add(ear)
        return lambda: self._ears[channel].discard(ear)

    async def start(self) -> None:
        """Begin sending, and hearing when channels were named."""
        self._tasks = [asyncio.create_task(self._lasting(self._send))]
        if self._hears:
            self._tasks.append(asyncio.create_task(self._lasting(self._listen)))

    async def stop(self) -> None:
        """End both; pokes not yet sent are dropped, which polling makes good."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _lasting(self, part: Callable[[], Awaitable[None]]) -> None:
        """Come back after a lost connection, every second."""
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                await part()
            await asyncio.sleep(1)

    async def _send(self) -> None:
        async with self._connection() as connection:
            while True:
                await self._wake.wait()
                self._wake.clear()
                pokes, self._waiting = self._waiting, set()
                for channel, payload in pokes:
                    await connection.execute("select pg_notify(%s, %s)", (channel, payload))
                await asyncio.sleep(COALESCE_SECONDS)

    async def _listen(self) -> None:
        async with self._connection() as connection:
            for channel in self._hears:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            async for notice in connection.notifies():
                for ear in list(self._ears[notice.channel]):
                    ear(notice.payload)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator["psycopg.AsyncConnection[tuple[object, ...]]"]:
        connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
        try:
            yield connection
        finally:
            await connection.close()
