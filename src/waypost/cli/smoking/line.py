"""Calls of the smoke test, one after the other: the house's own way out, with the cookies that a browser would keep."""

import asyncio
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, Self

import msgspec

from waypost.platform.errors import Refusal
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.breaker import Breaker

WAIT = Patience(connect=5, read=30, total=60)
STUBBORN = timedelta(hours=1)
"""How long a host may be silent before it is left alone: waiting for it is what we do."""


class Silent(Exception):
    """The other side did not answer."""


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    text: str

    def json(self) -> Any:
        """The body as JSON. Raises ValueError (`msgspec.DecodeError`) where it is none."""
        return msgspec.json.decode(self.text) if self.text else None


class Line:
    """A context manager; its calls block."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._out: WayOut | None = None
        self._cookies: SimpleCookie = SimpleCookie()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._out is not None:
            self._loop.run(self._out.close())
        self._loop.close()

    @property
    def cookie(self) -> str:
        """What is sent along, as one header."""
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())

    def ask(self, method: str, url: str, headers: dict[str, str] | None = None, **options: Any) -> Answer:
        """One call; `options` as `WayOut.send` takes them. Raises `Silent`."""
        return self._loop.run(self._ask(method, url, headers or {}, options))

    async def _ask(self, method: str, url: str, headers: dict[str, str], options: dict[str, Any]) -> Answer:
        self._out = self._out or WayOut(Trust.OPERATOR, patience=WAIT, breaker=Breaker(STUBBORN))
        told = {"accept": "application/json"} | ({"cookie": self.cookie} if self.cookie else {}) | headers
        try:
            answer = await self._out.send(method, url, headers=told, **options)
        except Refusal as error:
            raise Silent(error.detail) from error
        for line in answer.headers.get_list("set-cookie"):
            self._cookies.load(line)
        return Answer(answer.status_code, answer.text)
