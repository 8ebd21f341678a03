"""One call to the Gmail interface: signed in, within the quota, tried again where that helps, else refused by class.

What passes by itself within moments (429, rate limits, 5xx, silence) is tried a few times here, with the pause that
Google names; what lasts is handed to the caller, whose job waits longer. A refused token is replaced once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from waypost.platform.errors import Retryable
from waypost.platform.http import NoAnswer, WayOut
from waypost.platform.http.waiting import told_to_wait
from waypost.ticketing.mailboxes.google.access import Grant
from waypost.ticketing.mailboxes.google.answers import reasons
from waypost.ticketing.mailboxes.google.quota import Bucket
from waypost.ticketing.mailboxes.google.words import (
    ConsentNeeded,
    GoneThere,
    GoogleBusy,
    GoogleRefuses,
    GoogleSilent,
    GoogleUnclear,
)

RATE = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RESOURCE_EXHAUSTED"}
PERMISSION = {"insufficientPermissions", "authError", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
TRIES = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds; a longer `Retry-After` is not slept through here but handed on."""


class TokenRefused(Exception):
    """401: another token may do."""


@dataclass(slots=True)
class Calls:
    """Everything that all calls for one mailbox share."""

    base: str
    way_out: WayOut
    grant: Grant
    bucket: Bucket
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.Random)

    async def send(self, method: str, path: str, price: int, *, tries: int = TRIES, **options: Any) -> bytes:
        """The body of a good answer. `tries=1` for what must never be repeated here.

        Refuses with the classes of `words`; 404 is `GoneThere`, for the caller to say what is gone.
        """
        for tried in range(1, tries + 1):
            try:
                return await self._once(method, path, price, options)
            except (GoogleBusy, GoogleSilent, NoAnswer) as trouble:
                pause = self._pause(trouble, tried)
                if tried == tries or pause > LONGEST_PAUSE:
                    raise
                if isinstance(trouble, GoogleBusy):
                    self.bucket.rest(pause)
                await self.sleep(pause)
        raise GoogleSilent

    def _pause(self, trouble: Retryable, tried: int) -> float:
        """Google's own word where it gave one, else longer each time; a little more, so that callers spread."""
        jitter = self.chance.uniform(0, 0.25)
        told = trouble.retry_after
        if told is not None and not isinstance(trouble, NoAnswer):
            return told.total_seconds() + jitter
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tried - 1)) * (1 + jitter))

    async def _once(self, method: str, path: str, price: int, options: dict[str, Any]) -> bytes:
        token = await self.grant.token()
        try:
            return await self._call(method, path, price, token, options)
        except TokenRefused:
            self.grant.spoil(token)
        try:
            return await self._call(method, path, price, await self.grant.token(), options)
        except TokenRefused:  # whether the consent is over only the token address knows
            raise GoogleBusy("Google refuses a token that it gave a moment ago") from None

    async def _call(self, method: str, path: str, price: int, token: str, options: dict[str, Any]) -> bytes:
        await self.bucket.take(price)
        headers = {"authorization": f"Bearer {token}", **options.get("headers", {})}
        answer = await self.way_out.send(method, self.base + path, **{**options, "headers": headers})
        if answer.status_code >= 300:
            raise judged(answer.status_code, answer.content, told_to_wait(answer.headers))
        return answer.content


def judged(status: int, body: bytes, wait: timedelta | None) -> Exception:
    """What an answer that is no success means; the provider's own words are not passed on."""
    if status == 401:
        return TokenRefused()
    if status == 404:
        return GoneThere()
    found, _ = reasons(body)
    if status == 429 or (status == 403 and found & RATE):
        return GoogleBusy(retry_after=wait)
    if status == 403:
        return ConsentNeeded("The consent lacks a permission we need") if found & PERMISSION else GoogleRefuses()
    if status >= 500:
        return GoogleSilent(f"Google answers {status}", retry_after=wait)
    return GoogleUnclear(f"Google answers {status}")
