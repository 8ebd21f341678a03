"""Calls to other people's servers: bounded in time and size, never redirected, pinned where a tenant chose."""

import asyncio
import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx2

from waypost.platform.errors import Invalid, Unavailable
from waypost.platform.http.addresses import Network, Trust, checked_address
from waypost.platform.http.breaker import Breaker

LATER = timedelta(seconds=30)


class NoAnswer(Unavailable):
    """The other side did not answer."""


class BadAddress(Invalid):
    """This address cannot be called."""


class AnswerTooLarge(Invalid):
    """The other side sent more than we accept."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait (seconds) and how much we take (bytes, after decoding)."""

    connect: float = 5
    read: float = 20
    total: float = 60
    max_bytes: int = 10_000_000


@dataclass(slots=True)
class WayOut:
    """A client for one kind of call; keep one per process and close it at the end.

    `wire` replaces the network in tests. Answers of any status are returned; only silence, size, rest and private
    addresses are refused (`NoAnswer`, `AnswerTooLarge`, `BadAddress`, `Resting`, `PrivateAddress`, `UnknownHost`).
    Keeps no cookies: a stranger's server must not know a caller again.
    """

    trust: Trust
    allowed: Collection[Network] = ()
    patience: Patience = field(default_factory=Patience)
    breaker: Breaker = field(default_factory=Breaker)
    wire: httpx2.AsyncBaseTransport | None = None
    tls: ssl.SSLContext | None = None
    """How certificates are judged; None is the system's trust."""
    trust_env: bool = False
    """Use the proxies that the environment names; an operator's addresses only."""
    _client: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        wait = httpx2.Timeout(self.patience.read, connect=self.patience.connect)
        proxied = self.trust_env and self.trust == Trust.OPERATOR and self.wire is None
        self._client = httpx2.AsyncClient(
            transport=None if proxied else self.wire or _wire(self.trust, self.allowed, self.tls),
            verify=self.tls or trusted(),
            trust_env=proxied,
            timeout=wait,
            follow_redirects=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def send(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """Send and read the whole answer. `options` are httpx2's own (headers, params, json, content, auth)."""
        try:
            request = self._client.build_request(method, url, **options)
        except httpx2.InvalidURL as error:
            raise BadAddress from error
        request.headers["accept-encoding"] = "identity"
        host = request.url.host
        self.breaker.ask(host)
        try:
            async with asyncio.timeout(self.patience.total):
                answer = await self._read(request)
        except (httpx2.TransportError, TimeoutError, OSError) as error:
            self.breaker.failed(host)
            raise NoAnswer(f"{host} did not answer ({type(error).__name__})", retry_after=LATER) from error
        self.breaker.succeeded(host)
        return answer

    async def _read(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._client.send(request, stream=True)
        try:
            body = await self._bounded(answer)
        finally:
            await answer.aclose()
        kept = [(name, value) for name, value in answer.headers.multi_items() if name != "content-encoding"]
        return httpx2.Response(answer.status_code, headers=kept, content=body, request=request)

    async def _bounded(self, answer: httpx2.Response) -> bytes:
        """Stop at the limit while reading: a promise in `Content-Length` is only a promise."""
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > self.patience.max_bytes:
                raise AnswerTooLarge
        return bytes(body)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


@cache
def trusted() -> ssl.SSLContext:
    """The usual authorities, read once: each reading keeps a megabyte."""
    return httpx2.create_ssl_context()


def _wire(trust: Trust, allowed: Collection[Network], tls: ssl.SSLContext | None) -> httpx2.AsyncBaseTransport:
    return httpx2.AsyncHTTPTransport(verify=tls or trusted()) if trust == Trust.OPERATOR else PinnedWire(allowed, tls)


class PinnedWire(httpx2.AsyncBaseTransport):
    """Connects to the judged address while certificate and `Host` keep the name.

    Connections are not kept: two names at one address must not share one that was verified for the other.
    """

    def __init__(self, allowed: Collection[Network], tls: ssl.SSLContext | None = None) -> None:
        self._allowed = allowed
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(verify=tls or trusted(), limits=limits)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Try the judged addresses in turn."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        pinned = await checked_address(url.host, port, Trust.TENANT, allowed=self._allowed)
        for ip in pinned.ips[:-1]:
            try:
                return await self._inner.handle_async_request(_towards(request, ip))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_towards(request, pinned.ips[-1]))

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()


def _towards(request: httpx2.Request, ip: str) -> httpx2.Request:
    """The same request to an address; `Host` was set from the name when the request was built."""
    extensions = {**request.extensions, "sni_hostname": request.url.host}
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=ip),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )
