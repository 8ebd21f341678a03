"""How the archive stands at this moment, in a few figures: what the home page shows of it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.completeness import queries
from waypost.archive.completeness.models import CompletenessWatch, Statement
from waypost.archive.requests import queries as requests


@dataclass(frozen=True, slots=True)
class Standing:
    """Wishes that wait or run (counted up to 10,000), failed ones that nobody has seen to, the newest statement."""

    going: int
    failed: int
    watch: CompletenessWatch | None
    statement: Statement | None

    @property
    def empty(self) -> bool:
        """Whether nothing was ever closed, asked for or failed: there is nothing to say."""
        return not (self.going or self.failed or self.watch or self.statement)


async def standing(db: AsyncSession) -> Standing:
    """Three questions, however large the archive is."""
    going, failed = await requests.waiting(db)
    return Standing(going, failed, await queries.watch(db), await queries.newest_statement(db))
