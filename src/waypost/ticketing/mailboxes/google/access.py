"""An open grant: gives an access token that works, fetching a new one before the old one ends or when it is refused."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from waypost.ticketing.mailboxes.google.oauth import GoogleConsent

SPARE = 30.0
"""Seconds that a token must still live to be used."""


@dataclass(slots=True)
class Grant:
    """One account's access. Kept for the life of the process, so that all readers share a token."""

    consent: GoogleConsent
    refresh_token: str = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    refreshed: int = 0
    _token: str = field(default="", repr=False)
    _ends: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """One that lives for a while yet; refuses with `ConsentNeeded` or with what passes by itself."""
        if self._ends - self.clock() > SPARE:
            return self._token
        async with self._turn:
            if self._ends - self.clock() <= SPARE:
                await self._refresh()
            return self._token

    def spoil(self, token: str) -> None:
        """This token was refused: the next caller gets another, however many callers say so."""
        if token == self._token:
            self._ends = 0.0

    def given(self, token: str, seconds: float) -> None:
        """Use a token that came with a code."""
        self._token, self._ends = token, self.clock() + seconds

    async def _refresh(self) -> None:
        found = await self.consent.refresh(self.refresh_token)
        self.refreshed += 1
        self.given(found.access_token, found.expires_in)
