"""When sessions were last used: gathered in memory and written together, not once per request."""

import asyncio
import contextlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from waypost.platform.db import Shards
from waypost.platform.identity import lookups

GATHERED_SECONDS = 20.0


class LastSeen:
    """A buffer that writes itself soon after something was noted; `close()` writes the rest before the loop ends."""

    def __init__(self, shards: Shards, *, delay: float = GATHERED_SECONDS) -> None:
        self._shards, self._delay = shards, delay
        self._moments: dict[UUID, datetime] = {}
        self._writer: asyncio.Task[None] | None = None

    def note(self, session: UUID, moment: datetime) -> None:
        """Cheap; the first note after a write arms the next one."""
        self._moments[session] = moment
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_soon())

    async def write(self) -> None:
        """Write what was gathered; on failure it is lost, which costs nobody more than some idle time."""
        moments, self._moments = self._moments, {}
        if moments:
            with contextlib.suppress(SQLAlchemyError, OSError):
                async with lookups.catalogue(self._shards) as db:
                    await lookups.seen(db, moments)

    async def close(self) -> None:
        """Stop waiting and write."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.write()

    async def _write_soon(self) -> None:
        while self._moments:
            await asyncio.sleep(self._delay)
            await self.write()
