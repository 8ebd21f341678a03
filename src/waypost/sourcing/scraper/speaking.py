"""The scraper's voice: one signed call to the API, with whatever came back."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Refusal
from waypost.platform.http.breaker import Breaker
from waypost.platform.http.client import Patience, WayOut
from waypost.platform.http.waiting import told_to_wait
from waypost.sourcing.scraper.targets import Home
from waypost.sourcing.wire.minting import Minter
from waypost.sourcing.wire.revision import REVISION, SPOKEN
from waypost.sourcing.wire.signing import REPLAYED, REQUEST_ID, Signed, headers

PATIENCE = Patience(connect=5, read=10, total=10, max_bytes=2_000_000)
"""10 seconds for each attempt (sourcing.md 2.4)."""
PACKED_FROM = 32_768
"""Bytes from which a body travels packed."""


def api_breaker() -> Breaker:
    """The delivery schedule is patience enough: heartbeats find out when the API is back."""
    return Breaker(patience=timedelta(days=3_650))


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back; `status` is None where nobody answered."""

    status: int | None
    body: bytes = b""
    wait: float = 0.0
    """Seconds that we were told to wait."""
    reason: str = ""

    @property
    def is_taken(self) -> bool:
        """A 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Voice:
    """Calls the API. `back` is called when it answers again after silence."""

    out: WayOut
    home: Home
    secret: bytes | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    audience: str | None = None
    minter: Minter | None = None
    clock: Clock = utc_now
    back: Callable[[], None] = lambda: None
    _is_silent: bool = False
    _calls: "set[asyncio.Task[Heard]]" = field(default_factory=set)

    async def say(self, path: str, signed: Signed, *, replayed: bool = False) -> Heard:
        """POST a body, signed as it travels; never raises for what the other side does.

        A caller that is cancelled leaves; the call goes on to its end: half a call is worse than one nobody waits for.
        """
        call = asyncio.create_task(self._said(path, signed, replayed=replayed))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return await asyncio.shield(call)

    async def _said(self, path: str, signed: Signed, *, replayed: bool) -> Heard:
        try:
            heard = await self._sent(path, signed, {REPLAYED: "1"} if replayed else {})
        except Refusal as refused:
            self._is_silent = True
            return Heard(None, reason=refused.kind())
        if self._is_silent:
            self._is_silent = False
            self.back()
        return heard

    async def _sent(self, path: str, signed: Signed, more: dict[str, str]) -> Heard:
        packed = len(signed.body) >= PACKED_FROM
        body = await asyncio.to_thread(gzip.compress, signed.body, 6, mtime=0) if packed else signed.body
        head = await self._head(_travelling(signed, body)) | more | ({"content-encoding": "gzip"} if packed else {})
        answer = await self.out.send("POST", self.home.origin + path, content=body, headers=head)
        wait = told_to_wait(answer.headers, self.clock())
        seconds = wait.total_seconds() if wait else 0.0
        return Heard(answer.status_code, answer.content, seconds, f"http-{answer.status_code}")

    async def _head(self, signed: Signed) -> dict[str, str]:
        made = {"content-type": "application/json", REQUEST_ID: signed.request_id, SPOKEN: str(REVISION)}
        if self.secret is not None:
            made |= headers(self.secret, int(self.clock().timestamp()), signed)
        if self.token is not None:
            made["authorization"] = f"Bearer {self.token}"
        elif self.audience is not None and self.minter is not None:
            made["authorization"] = await self.minter.header(self.audience)
        return made

    async def close(self) -> None:
        """Let calls under way end, and give the connections back."""
        if self._calls:
            await asyncio.wait(set(self._calls))
        await self.out.close()


def _travelling(signed: Signed, body: bytes) -> Signed:
    """What is signed is what travels: the packed bytes."""
    return Signed(
        run_id=signed.run_id,
        status_word=signed.status_word,
        task_run_id=signed.task_run_id,
        request_id=signed.request_id,
        event_id=signed.event_id,
        body=body,
    )
