"""How long the log stays, and who may forbid that anything leaves it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

LEAST_DAYS = 30
"""Shorter is refused by the database itself: the app cannot wipe out what it did yesterday."""


@dataclass(frozen=True, slots=True)
class LogTerm:
    """How long entries stay; None: for ever."""

    keep: timedelta | None = None


Stands = Callable[[AsyncSession], Awaitable[bool]]


@dataclass(slots=True)
class Holds:
    """Legal holds of all modules, which fill this part: while one stands, the log of the organisation stays whole."""

    asked: list[Stands] = field(default_factory=list)

    async def stand(self, db: AsyncSession) -> bool:
        """Whether any does in this organisation."""
        for ask in self.asked:
            if await ask(db):
                return True
        return False
