"""Was a run of use, and where did offers get lost on the way from the listing to the notebook (4.9). Pure."""

from dataclasses import dataclass
from typing import Any

from waypost.sourcing.reports.measures import Measures
from waypost.sourcing.runs.progress import ratio
from waypost.sourcing.wire.words import RunState

ACTIONS = {
    "pending": "wait",
    "failed": "retry",
    "blocked": "wait",
    "empty": "inspect",
    "degraded": "inspect",
    "hidden": "review",
    "useful": "review",
}


@dataclass(frozen=True, slots=True)
class Usefulness:
    """`status`: useful, hidden, blocked, empty, degraded, failed or pending; `losses` where offers were lost."""

    status: str
    losses: tuple[str, ...]
    found: Measures

    def told(self) -> dict[str, Any]:
        """The documented keys."""
        return {
            "status": self.status,
            "listingsFound": self.found.listings,
            "candidateOffers": self.found.counts.candidates,
            "matchedOffers": self.found.useful,
            "linkedNotebookOffers": self.found.counts.linked,
            "hiddenByStrict": self.found.hidden,
            "usefulOfferCount": self.found.useful,
            "degradedAcceptedOffers": self.found.counts.degraded,
            "reasons": list(self.losses),
            "recommendedAction": ACTIONS[self.status],
        }


def usefulness_of(found: Measures) -> Usefulness:
    """A run as its person would judge it."""
    return Usefulness(_status(found), losses_of(found), found)


def _status(found: Measures) -> str:
    if found.status in (RunState.PENDING, RunState.RUNNING):
        return "pending"
    if found.counts.candidates and found.counts.degraded == found.counts.candidates:
        return "degraded"
    if found.useful:
        return "useful"
    if found.counts.linked:
        return "hidden"
    if found.is_blocked:
        return "blocked"
    return "failed" if found.status == RunState.FAILED else "empty"


def losses_of(found: Measures) -> tuple[str, ...]:
    """The steps on which fewer came out than went in, in their order."""
    counts = found.counts
    steps = {
        "listing_to_candidate_drop": counts.candidates < found.listings,
        "candidate_to_match_drop": found.useful < counts.candidates,
        "match_to_notebook_drop": counts.linked < found.useful,
        "hidden_by_strict_matching": found.hidden > 0,
        "degraded_candidates_present": counts.degraded > 0,
    }
    return tuple(name for name, is_lost in steps.items() if is_lost)


def productivity_of(found: Measures) -> dict[str, Any]:
    """How much of what was found came through, as rates of 4 decimals."""
    counts = found.counts
    return {
        "listingsFound": found.listings,
        "candidateOffers": counts.candidates,
        "usefulOffers": found.useful,
        "acceptanceRatio": ratio(counts.candidates, found.listings),
        "insertionRatio": ratio(counts.linked, counts.candidates),
        "usefulRatio": ratio(found.useful, counts.candidates),
    }
