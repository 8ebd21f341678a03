"""How letters to people leave: the composition root may plug a way in; without one, links are shown to who made them.

A letter carries a link that opens something, so it is never stored: it is handed over while the link is at hand, after
the transaction that made it, and a link that got lost is simply made anew.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Occasion(StrEnum):
    """Why somebody gets a letter."""

    INVITATION = "invitation"
    NEW_PASSWORD = "new password"
    ALERT = "alert"
    """Its link opens nothing by itself: it leads to a page."""


@dataclass(frozen=True, slots=True)
class Letter:
    """To one person: the occasion, the link, whose organisation it is about, and the language they read (or None)."""

    to: str
    occasion: Occasion
    link: str = field(repr=False)
    org_name: str
    locale: str | None = None


class Post(Protocol):
    """A way for letters to leave the house."""

    @property
    def is_open(self) -> bool:
        """Whether letters can leave at all."""
        ...

    async def send(self, letter: Letter) -> bool:
        """Hand it over within seconds; False when that failed and the link must be shown instead. Raises nothing."""
        ...


class NoPost:
    """There is none: links are shown once to whoever made them."""

    is_open = False

    async def send(self, letter: Letter) -> bool:
        """Never."""
        return False
