"""What happened to a run, in a sentence, and what to do now (sourcing.md 4.9). Pure."""

from dataclasses import dataclass, field
from typing import Any

from waypost.sourcing.reports.measures import Measures
from waypost.sourcing.wire.words import Outcome, RunState

POSITIVE, WARNING, DANGER, NEUTRAL = "positive", "warning", "danger", "neutral"


def _(sentence: str) -> str:
    """Marks a sentence for the catalogues; pages translate it, programs read it in English."""
    return sentence


@dataclass(frozen=True, slots=True)
class Story:
    """`phase`: queued, running, partial, failed, blocked, empty, completed, cancelled. `action`: wait, retry, inspect,
    relax, rematch, scrape, review, none."""

    phase: str
    sentence: str
    """With `%(name)s` for each of `values`."""
    action: str
    visibility: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """In English."""
        return self.sentence % self.values

    def told(self) -> dict[str, str]:
        """The documented keys."""
        return {
            "phase": self.phase,
            "summary": self.summary,
            "recommendedAction": self.action,
            "userVisibility": self.visibility,
        }


FAILURES = {
    "timeout": _("It took too long, or nothing was heard of it any more."),
    "network": _("The source could not be reached."),
    "validation": _("The source cannot be asked like this: its address or recipe does not fit."),
    "parse": _("The source answered with something that its recipe does not understand."),
    "callback": _("What was found could not be delivered to us."),
    "unknown": _("It failed for a reason that nobody foresaw."),
}

NOT_BEGUN = {
    "WORKER_NOT_CONFIGURED": _("No scraper is set up here, so nobody began it."),
    "WORKER_HTTP_REJECTED": _("The scraper refused to take it: the operator sees why on the page of the scraper."),
    "DISPATCH_EXHAUSTED": _("No scraper took it in time: the source was not asked."),
    "PAYLOAD_TOO_LARGE": _("Its filters are more than one task can carry."),
    "SOURCE_DISABLED": _("Its source was stopped before a scraper took it."),
}
"""By the code of the failure: the source has no part in any of them."""


def story_of(found: Measures) -> Story:
    """The one sentence for a run as it stands."""
    match found.status:
        case RunState.PENDING:
            return Story("queued", _("It waits for a scraper to take it."), "wait", NEUTRAL)
        case RunState.RUNNING:
            return _running(found)
        case RunState.CANCELLED:
            return Story("cancelled", _("It was cancelled."), "scrape", NEUTRAL)
        case RunState.FAILED:
            return _failed(found)
        case RunState.COMPLETED:
            return _completed(found)


def _running(found: Measures) -> Story:
    if found.is_stale and found.heartbeat_age:
        minutes = int(found.heartbeat_age.total_seconds() // 60)
        silent = _("It runs, but was not heard of for %(minutes)s minutes.")
        return Story("running", silent, "wait", WARNING, {"minutes": minutes})
    values = {"offers": found.counts.candidates, "links": found.listings}
    return Story("running", _("It runs: %(offers)s offers of %(links)s links so far."), "wait", NEUTRAL, values)


def _failed(found: Measures) -> Story:
    if found.counts.candidates:
        kept = _("It failed, but %(offers)s offers that it had read are kept.")
        return Story("partial", kept, "retry", WARNING, {"offers": found.counts.candidates})
    if found.is_blocked:
        return Story("blocked", _("The source refused to be read."), "wait", DANGER)
    said = NOT_BEGUN.get(found.code or "") or FAILURES[found.failure or "unknown"]
    return Story("failed", said, "retry", DANGER)


def _completed(found: Measures) -> Story:
    offers = {"offers": found.counts.candidates, "fresh": found.counts.fresh}
    if found.is_blocked:
        if not found.counts.candidates:
            return Story("blocked", _("The source refused to be read."), "wait", DANGER)
        part = _("The source refused a part of it; %(offers)s offers were read before.")
        return Story("partial", part, "wait", WARNING, offers)
    if not found.counts.candidates:
        return _empty(found)
    if found.counts.degraded == found.counts.candidates:
        thin = _("%(offers)s offers are known from the listing alone; none of their pages could be read.")
        return Story("partial", thin, "inspect", WARNING, offers)
    if found.hidden and not found.useful:
        none = _("%(offers)s offers were found; none fits the profile strictly.")
        return Story("completed", none, "review", WARNING, offers)
    return Story("completed", _("%(offers)s offers were found; %(fresh)s are new to you."), "review", POSITIVE, offers)


def _empty(found: Measures) -> Story:
    if found.silent:
        gap = _("%(links)s links were found, and not one offer could be read from them.")
        return Story("empty", gap, "inspect", DANGER, {"links": found.listings})
    if found.outcome == Outcome.FILTERS_EXHAUSTED:
        return Story("empty", _("These filters leave nothing over at this source."), "relax", NEUTRAL)
    if found.outcome == Outcome.ALL_CACHED:
        return Story("completed", _("Everything that it found was read already."), "none", POSITIVE)
    return Story("empty", _("The source offers nothing there now."), "none", NEUTRAL)
