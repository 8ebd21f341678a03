"""How a run got at its pages: by HTTP, by a browser, and what the browser did (4.9). Pure, from its log's codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HTTP_OK, HTTP_BAD = "LISTING_HTTP_FETCH_COMPLETED", "LISTING_HTTP_FETCH_FAILED"
LAUNCHED, LAUNCH_FAILED = "LISTING_BROWSER_LAUNCH_COMPLETED", "LISTING_BROWSER_LAUNCH_FAILED"
NAVIGATED, NAVIGATION_FAILED = "LISTING_BROWSER_NAVIGATION_COMPLETED", "LISTING_BROWSER_NAVIGATION_FAILED"
RETRIED, TIMED_OUT = "LISTING_BROWSER_LAUNCH_RETRY", "LISTING_BROWSER_READY_TIMEOUT"
LISTED = {"LISTING_FETCH_OK", "LISTING_FETCH_FAILED"}
FALLBACKS = {"LISTING_FALLBACK_TRIGGERED": "listing", "DETAIL_FALLBACK_TRIGGERED": "detail"}


@dataclass(frozen=True, slots=True)
class Line:
    """Lines of one kind in a scraper's log: how many, and what the newest says beside its code."""

    stage: str
    code: str
    status: str
    times: int
    meta: Mapping[str, Any]


def stages_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """`{stage, total, failed, warning}` in the order in which the stages were first seen."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        stage = found.setdefault(line.stage, {"stage": line.stage, "total": 0, "failed": 0, "warning": 0})
        stage["total"] += line.times
        if line.status in ("failed", "warning"):
            stage[line.status] += line.times
    return list(found.values())


def transport_of(lines: Sequence[Line]) -> dict[str, Any]:
    """`listingTransport` is `http`, `browser`, `http->browser` or `unknown`."""
    codes = {line.code for line in lines}
    by_browser = bool(codes & {NAVIGATED, NAVIGATION_FAILED, LAUNCHED})
    by_http = bool(codes & {HTTP_OK, HTTP_BAD}) or (bool(codes & LISTED) and not by_browser)
    ways = {(True, True): "http->browser", (True, False): "http", (False, True): "browser"}
    return {
        "listingTransport": ways.get((by_http, by_browser), "unknown"),
        "browserFallbackUsed": by_browser or bool(codes & FALLBACKS.keys()),
        "browserLaunchSucceeded": LAUNCHED in codes if by_browser or LAUNCH_FAILED in codes else None,
        "fallbackReasons": sorted({_reason(line) for line in lines if line.code in FALLBACKS}),
    }


def browser_of(lines: Sequence[Line]) -> dict[str, Any]:
    """What the browser did; zeros and nulls where none was used."""
    times = {line.code: line.times for line in lines}
    launched = _meta(lines, LAUNCHED) | _meta(lines, LAUNCH_FAILED)
    failed = next((_reason(line) for line in lines if line.code in (LAUNCH_FAILED, NAVIGATION_FAILED)), None)
    return {
        "launchAttempts": times.get("LISTING_BROWSER_LAUNCH_STARTED", 0),
        "launchRetries": times.get(RETRIED, 0),
        "launchDurationMs": launched.get("durationMs"),
        "launchArgs": launched.get("args") or [],
        "channel": launched.get("channel"),
        "launchSucceeded": LAUNCHED in times,
        "readyTimedOut": TIMED_OUT in times,
        "navigationSucceeded": NAVIGATED in times,
        "failureReason": failed,
    }


def _meta(lines: Sequence[Line], code: str) -> dict[str, Any]:
    return next((dict(line.meta) for line in lines if line.code == code), {})


def _reason(line: Line) -> str:
    said = line.meta.get("reason")
    return said if isinstance(said, str) and said else FALLBACKS.get(line.code, line.code.lower())
