"""One call to Zammad: signed in, tried again where a repeat is harmless and may help, else refused by class."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from waypost.archive.sources.zammad.words import NotInZammad, TokenRefused, ZammadBusy, ZammadRefuses, ZammadUnclear
from waypost.platform.errors import Retryable
from waypost.platform.http import NoAnswer, WayOut
from waypost.platform.http.waiting import told_to_wait

API = "/api/v1"
TRIES = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds; a longer `Retry-After` is not slept through here but handed on."""


@dataclass(slots=True)
class Calls:
    """What all calls to one installation share. `base` has no slash at its end and may carry a sub-path."""

    base: str
    token: str = field(repr=False)
    way_out: WayOut
    files_out: WayOut
    """The same with the room that a file may take."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.Random)

    async def json(self, method: str, path: str, *, tries: int = TRIES, **options: Any) -> Any:
        """The answer as a JSON value; refuses with `ZammadUnclear` when it is none."""
        try:
            return json.loads(await self.send(method, path, tries=tries, **options))
        except ValueError:
            raise ZammadUnclear("Zammad answers something that is no JSON") from None

    async def send(self, method: str, path: str, *, tries: int = TRIES, is_file: bool = False, **options: Any) -> bytes:
        """The body of a good answer; `tries=1` for what must never be repeated. Refuses with the classes of `words`."""
        for tried in range(1, tries + 1):
            try:
                return await self._once(method, path, is_file, options)
            except (ZammadBusy, NoAnswer) as trouble:
                pause = self._pause(trouble, tried)
                if tried == tries or pause > LONGEST_PAUSE:
                    raise
                await self.sleep(pause)
        raise ZammadBusy

    def _pause(self, trouble: Retryable, tried: int) -> float:
        """Zammad's own word where it gave one, else twice as long each time; a little more, so that callers spread."""
        told = trouble.retry_after
        if told is not None and not isinstance(trouble, NoAnswer):
            return told.total_seconds()
        return FIRST_PAUSE * float(2 ** (tried - 1)) * (1 + self.chance.uniform(0, 0.25))

    async def _once(self, method: str, path: str, is_file: bool, options: dict[str, Any]) -> bytes:
        headers = {
            "authorization": f"Token token={self.token}",
            "accept": "*/*" if is_file else "application/json",
            "user-agent": "Waypost",
        }
        out = self.files_out if is_file else self.way_out
        answer = await out.send(method, f"{self.base}{API}{path}", headers=headers, **options)
        if not 200 <= answer.status_code < 300:
            raise judged(answer.status_code, told_to_wait(answer.headers))
        return answer.content


def judged(status: int, wait: timedelta | None) -> Exception:
    """What an answer that is no success means."""
    if status in (401, 403):
        return TokenRefused(f"Zammad refuses our API token, or the token lacks a permission ({status})")
    if status == 404:
        return NotInZammad()
    if status == 429 or status >= 500 or status == 408:
        return ZammadBusy(f"Zammad has too much to do or is out of order ({status})", retry_after=wait)
    return ZammadRefuses(f"Zammad does not accept our request ({status})")
