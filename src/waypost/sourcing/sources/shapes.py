"""Sources as programs read them."""

from datetime import datetime
from typing import Any

from waypost.sourcing.sources.models import HostState, Pause, Source
from waypost.sourcing.sources.standing import condition_of

SAID = (
    "key",
    "name",
    "adapter",
    "recipe",
    "hosts",
    "listing_url",
    "is_shipped",
    "has_own_recipe",
    "enabled",
    "permission_note",
    "permitted_by",
    "permitted_at",
    "window_zone",
    "interval_ms",
    "page_cap",
    "killed_at",
    "killed_because",
)


def shaped(source: Source, now: datetime, pause: Pause | None = None) -> dict[str, Any]:
    """One source; `condition` says what keeps it from being asked (`open`: nothing)."""
    told = {name: getattr(source, name) for name in SAID}
    window = {"window_from": clock(source.window_from), "window_until": clock(source.window_until)}
    return told | window | {"condition": condition_of(source, now), "pause": paused(pause)}


def paused(pause: Pause | None) -> dict[str, Any] | None:
    """A pause of scheduled runs."""
    if pause is None:
        return None
    return {
        "reason": pause.reason,
        "since": pause.since,
        "until": pause.until,
        "failures": pause.failures,
        "looked_at": pause.looked_at,
        "mix": pause.mix,
    }


def host_line(state: HostState, now: datetime) -> dict[str, Any]:
    """One host as the installation treats it."""
    is_closed = state.closed_until is not None and state.closed_until > now
    rest = {"closed_until": state.closed_until, "closed_because": state.closed_because} if is_closed else {}
    return {"host": state.host, "next_free_at": state.next_free_at, "closed_until": None} | rest


def clock(minute: int | None) -> str | None:
    """Minutes of the day as `06:30`."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"
