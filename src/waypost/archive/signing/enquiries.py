"""Questions to the servers that certificates name: OCSP responders, revocation lists, issuers; no format is known here.

Certificates name http addresses by nature: the answers are signed. What may not be asked is this machine itself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waypost.platform.clock import utc_now
from waypost.platform.errors import Refusal
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.hardening import Hardening

PATIENCE = Patience(connect=5, read=10, total=20, max_bytes=20_000_000)
"""National authorities' lists have several million bytes."""
MOST = 30
"""Requests for one file: addresses come from certificates, which may be anybody's."""
KEPT = 500
"""Answers that a process remembers."""
AGES = {"ocsp": timedelta(minutes=1), "crl": timedelta(minutes=10), "issuer": timedelta(days=1)}
"""How old a remembered answer may be: many files of one minute share it."""

Answer = tuple[bytes, str]
"""Body and media type."""


@dataclass(slots=True)
class Enquiries:
    """Questions and answers of a process; asks each thing once while its answer is fresh."""

    rules: Hardening
    clock: Callable[[], datetime] = utc_now
    way: WayOut | None = None
    _known: dict[tuple[str, str, bytes], tuple[datetime, Answer]] = field(default_factory=dict)

    async def ask(self, kind: str, url: str, asked: bytes = b"") -> Answer | None:
        """The answer of an address; None when there is none to be had."""
        known = self._known.get((kind, url, asked))
        if known and self.clock() - known[0] < AGES[kind]:
            return known[1]
        answer = await self._fetch(url, asked)
        if answer is not None:
            while len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[kind, url, asked] = (self.clock(), answer)
        return answer

    async def _fetch(self, url: str, asked: bytes) -> Answer | None:
        try:
            await self.rules.check_resolved(url)
            if self.way is None:
                self.way = WayOut(Trust.OPERATOR, patience=PATIENCE, trust_env=self.rules.trust_env)
            headers = {"content-type": "application/ocsp-request"} if asked else {}
            answer = await self.way.send("POST" if asked else "GET", url, content=asked or None, headers=headers)
        except Refusal:
            return None
        return (answer.content, answer.headers.get("content-type", "")) if answer.status_code == 200 else None

    async def close(self) -> None:
        """Give the connections back."""
        if self.way is not None:
            await self.way.close()


@dataclass(slots=True)
class Bridge:
    """From a thread to the loop that talks to others, for one file."""

    enquiries: Enquiries
    loop: asyncio.AbstractEventLoop
    silent: bool = False
    """Somebody did not answer."""
    _count: int = 0

    async def ask(self, kind: str, url: str, asked: bytes = b"") -> Answer | None:
        """`Enquiries.ask`, over there."""
        self._count += 1
        answer = None
        if self._count <= MOST:
            asking = self.enquiries.ask(kind, url, asked)
            answer = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asking, self.loop))
        self.silent = self.silent or answer is None
        return answer
