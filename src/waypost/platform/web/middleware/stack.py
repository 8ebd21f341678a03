"""The order of all parts that a request passes through, outermost first; each line says why it stands there."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from waypost.platform.observe.tracing import Tracing
from waypost.platform.web.limits import Limiter
from waypost.platform.web.middleware.below import Below
from waypost.platform.web.middleware.body_limit import BodyLimit
from waypost.platform.web.middleware.boundary import Boundary
from waypost.platform.web.middleware.client import ClientAddress
from waypost.platform.web.middleware.head import Head
from waypost.platform.web.middleware.headers import Headers
from waypost.platform.web.middleware.record import Record
from waypost.platform.web.middleware.request_id import RequestId
from waypost.platform.web.middleware.throttle import Throttle
from waypost.platform.web.middleware.traced import Traced
from waypost.platform.web.settings import WebSettings

PACKED_ALREADY = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/pdf", "message/rfc822")
"""Bytes that gain nothing, or that are served in ranges."""


ENDLESS = ("/live",)
"""Streams: their end says nothing."""


def stack(settings: WebSettings, limiter: Limiter, exempt: Sequence[str], tracing: Tracing) -> list[Middleware]:
    """Everything outside `Boundary` also dresses its problems; everything inside is answered for by it."""
    path = settings.base_path
    return [
        *([Middleware(Below, path)] if path else []),  # before anybody reads the path
        Middleware(ClientAddress, settings.proxies),  # before anybody reads the address
        Middleware(RequestId, settings.request_id_header),  # before anybody writes a line
        Middleware(Traced, tracing, ENDLESS),
        Middleware(Record),  # sees the final status of everything below
        Middleware(Headers, settings.content_security_policy),
        _cors(settings),  # answers preflights before they are counted
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=3, exclude_content_types=PACKED_ALREADY),
        Middleware(Boundary),
        Middleware(Head),
        Middleware(Throttle, limiter, settings, exempt),
        Middleware(BodyLimit, settings.max_body_bytes),  # innermost: doors read through it
    ]


def _cors(settings: WebSettings) -> Middleware:
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        allow_credentials=True,
        expose_headers=[settings.request_id_header],
        max_age=600,
    )
