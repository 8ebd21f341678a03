"""What a run came to, by the table of sourcing.md 4.8: the first row that fits. Pure."""

from dataclasses import dataclass

from waypost.sourcing.wire.words import Outcome

MOSTLY, PARTLY = 0.5, 0.3
"""Shares of blocked links from which a run without, or with, offers counts as blocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What a run is judged by."""

    accepted: int
    links: int
    blocked: int
    """Links out of reach because the site said no."""
    rejected: int = 0
    zero: bool = False
    """Some listing said itself that nothing fits."""
    cached: int = 0
    """Links that were read lately and joined the run without being asked for."""
    pending: int = 0
    """Links left for a continuation."""

    @property
    def blocked_rate(self) -> float:
        """To four digits; 0 without links."""
        return round(self.blocked / self.links, 4) if self.links else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`resultKind`, `emptyReason`, `sourceQuality`, `silentFailure`."""

    kind: str
    empty_reason: str | None
    quality: str
    silent: bool = False


def classify(told: Yield) -> Verdict:
    """Healthy, blocked or empty, and why."""
    if told.accepted:
        return _with_offers(told)
    if told.zero:
        return Verdict("empty", "filters_exhausted", "empty")
    if not told.links:
        return Verdict("empty", "no_listings", "empty")
    if told.blocked and (told.blocked == told.links or told.blocked_rate >= MOSTLY):
        return Verdict("blocked", None, "degraded")
    return _unread(told)


def _unread(told: Yield) -> Verdict:
    if told.cached and told.cached == told.links:
        return Verdict("healthy", "all_cached", "healthy")
    if told.pending and told.pending + told.cached == told.links:
        return Verdict("empty", "nothing_read_in_time", "degraded")
    return Verdict("empty", "detail_parse_gap", "degraded", silent=True)


def _with_offers(told: Yield) -> Verdict:
    if told.blocked_rate >= PARTLY:
        return Verdict("blocked", None, "degraded")
    return Verdict("healthy", None, "degraded" if told.blocked or told.rejected else "healthy")


def outcome(told: Yield, verdict: Verdict) -> Outcome:
    """`classifiedOutcome` of a run that was carried out to its end."""
    if told.accepted:
        return Outcome.PARTIAL_SUCCESS if verdict.kind == "blocked" else Outcome.SUCCESS
    if verdict.kind == "blocked":
        return Outcome.SOURCE_HTTP_BLOCKED
    by_reason = {
        "filters_exhausted": Outcome.FILTERS_EXHAUSTED,
        "detail_parse_gap": Outcome.DETAIL_PARSE_GAP,
        "all_cached": Outcome.ALL_CACHED,
    }
    return by_reason.get(verdict.empty_reason or "", Outcome.LISTING_EMPTY)
