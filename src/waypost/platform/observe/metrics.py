"""Metrics of the web, under the documented names; `exposition` is what `/metrics` answers."""

import os
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from waypost.platform.observe.sharing import VARIABLE

UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("oss_http_requests_total", "Requests answered.", ["method", "path", "status_code"])
DURATION = Histogram("oss_http_request_duration_seconds", "Time to the last byte of an answer.", ["method", "path"])
LIMITED = Counter("oss_http_rate_limited_total", "Requests refused by the rate limit.", ["method", "path"])
FALLBACKS = Counter("waypost_rate_limit_fallbacks_total", "Times the rate limit fell back from Redis to memory.")


def count_request(method: str, template: str | None, status: int, seconds: float, limited: bool) -> None:
    """One request, labelled by its route's template and never by its address: strangers cannot invent series."""
    labels = (method if method in METHODS else "OTHER", template or UNMATCHED)
    REQUESTS.labels(*labels, str(status)).inc()
    DURATION.labels(*labels).observe(seconds)
    if limited:
        LIMITED.labels(*labels).inc()


def exposition(extra: Iterable[Collector] = ()) -> tuple[bytes, str]:
    """All figures of this host as Prometheus text (format 0.0.4) and their media type.

    `extra` collectors ask when they are asked (aggregates of the database); one process answers for them.
    """
    registry = _shared() if VARIABLE in os.environ else None
    text = generate_latest(registry or REGISTRY)
    for collector in extra:
        own = CollectorRegistry()
        own.register(collector)
        text += generate_latest(own)
    return text, CONTENT_TYPE_PLAIN_0_0_4


def _shared() -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    return registry
