"""Shares, rounded as documented; without volume there is none (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.sourcing.watching.figures.queries import Counts, Standing

PLACES = 4


def share(part: int, whole: int) -> float | None:
    """To four decimals; None of nothing."""
    return round(part / whole, PLACES) if whole else None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share and how many things it speaks of."""

    value: float | None
    volume: int


def ratio(part: int, whole: int) -> Ratio:
    """Both together."""
    return Ratio(share(part, whole), whole)


def four(counts: Counts, now: Standing) -> Mapping[str, Ratio]:
    """The documented ratios by rule (sourcing.md 5.3); fresh and terminal runs alone count for success."""
    fresh, failed = counts.of("fresh.completed"), counts.of("fresh.failed")
    again, in_vain = counts.of("retries.completed"), counts.of("retries.failed")
    return {
        "heartbeat_stale": ratio(now.silent, now.running),
        "callback_failed": ratio(counts.of("events.failed"), counts.of("events")),
        "retry_success": ratio(again, again + in_vain),
        "run_success": ratio(fresh, fresh + failed),
    }


def delivery_failures(counts: Counts, dead: int) -> Ratio:
    """Dead letters and rejections among all deliveries that were tried."""
    lost = dead + counts.of("deliveries.rejected")
    return ratio(lost, counts.of("deliveries") + dead)
