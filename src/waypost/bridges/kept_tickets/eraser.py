"""The archive's erasure reaches the ticket that a case came from (`keeping/erasers.py` is the port)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from waypost.archive.keeping.erasers import Erasure
from waypost.bridges.kept_tickets.erasing import blank, places
from waypost.platform.jobs import Run
from waypost.platform.storage.actions import begin_leaving, left
from waypost.platform.storage.blobs import Blobs


@dataclass(frozen=True, slots=True)
class TicketEraser:
    """Bytes go before the rows that say where they are, so that a crash in between loses no place."""

    async def erase(self, run: Run, erasure: Erasure) -> Mapping[str, int]:
        """How many messages and files went; nothing the second time."""
        ticket_id = UUID(erasure.ref)
        async with run.work() as work:
            found = await places(work.db, ticket_id)
            await begin_leaving(work, found)
        await run.of(Blobs).delete(list(found.values()))
        async with run.work() as work:
            await left(work, found, "erased")
            messages = await blank(work, ticket_id)
        return {"messages": messages, "blobs": len(found) if messages else 0}

    async def let_go(self, _run: Run, _erasure: Erasure) -> None:
        """Asking leaves nothing at a ticket."""
