"""The archive's erasure reaches what we remember of a Zammad ticket; what Zammad itself holds is Zammad's."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete

from waypost.archive.keeping.erasers import Erasure
from waypost.archive.sources import queries
from waypost.archive.sources.models import Passage
from waypost.platform.jobs import Run


@dataclass(frozen=True, slots=True)
class ZammadEraser:
    """The tags that a ticket had at the gate may name a person as well as its title does."""

    async def erase(self, run: Run, erasure: Erasure) -> Mapping[str, int]:
        """How many passages went; none the second time, and none where the source is no more."""
        return {"passages": await self._forget(run, erasure)}

    async def let_go(self, run: Run, erasure: Erasure) -> None:
        """The passages alone are ours: the same."""
        await self._forget(run, erasure)

    async def _forget(self, run: Run, erasure: Erasure) -> int:
        async with run.work() as work:
            source = await queries.id_of(work.db, erasure.source)
            theirs = (Passage.source_id == source, Passage.ref == erasure.ref)
            gone = await work.db.execute(delete(Passage).where(*theirs).returning(Passage.id))
            return len(gone.all())
