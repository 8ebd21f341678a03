"""Applies the rate limit: strangers by address, people by session, programs by key."""

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from waypost.platform.web.addresses import UNKNOWN, bucket_of
from waypost.platform.web.caller import Caller, caller_of
from waypost.platform.web.limits import Limiter, RateLimited
from waypost.platform.web.settings import WebSettings

CREDENTIALS = ("cookie", "authorization")


class Throttle:
    """Refuses with 429. Addresses that begin with one of `exempt` are not counted; `*` there stands for one segment.

    A cookie or key that opens nothing counts for its sender's address: inventing them is no way around the limit.
    """

    def __init__(self, app: ASGIApp, limiter: Limiter, settings: WebSettings, exempt: Sequence[str]) -> None:
        self._app, self._limiter, self._settings = app, limiter, settings
        self._exempt = re.compile("|".join(f"{_pattern(each)}(?:/|$)" for each in exempt) or "(?!)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count before anything costly happens."""
        if scope["type"] == "http" and not self._free(scope["path"]):
            await self._count(Request(scope))
        await self._app(scope, receive, send)

    def _free(self, path: str) -> bool:
        return self._exempt.match(path) is not None

    async def _count(self, request: Request) -> None:
        known = any(name in request.headers for name in CREDENTIALS)
        caller = await caller_of(request) if known else None
        if caller is not None and "prefetch" in request.headers.get("sec-purpose", ""):
            return
        try:
            await self._limiter.admit(*self._bucket(request, caller))
        except RateLimited:
            request.state.rate_limited = True
            raise

    def _bucket(self, request: Request, caller: Caller | None) -> tuple[str, int]:
        if caller is None:
            address = request.client.host if request.client else UNKNOWN
            return f"address:{bucket_of(address)}", self._settings.rate_limit
        if caller.by_cookie:
            return f"session:{caller.session_id}", self._settings.rate_limit_session
        return f"key:{caller.session_id}", self._settings.rate_limit_key


def _pattern(path: str) -> str:
    return re.escape(path).replace(r"\*", "[^/]+")
