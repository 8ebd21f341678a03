"""What would become of a wish, and what stands in its way; nothing is written (sourcing.md 1.2)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.work import Work
from waypost.sourcing.notebook.actions import find_matches
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.health import health_of
from waypost.sourcing.runs.limits import DAY
from waypost.sourcing.runs.planning import Plan, guessed, planned, profile_of, source_of
from waypost.sourcing.runs.refusals import (
    AddressNotAllowed,
    ListingUnresolved,
    ProfileNotReady,
    SourceClosed,
    UnknownSource,
)
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.refusals import SourceResting
from waypost.sourcing.sources.standing import check_hours

NEARLY = 0.2
"""Share of the daily budget below which it is nearly exhausted."""
SOURCES, RUNS, PROFILES = "/sourcing/sources", "/sourcing/runs", "/sourcing/profiles"
BLOCKERS: dict[str, tuple[str, str, str, str]] = {
    "career-profile-not-ready": ("Search profile not ready", str(ProfileNotReady.title()), PROFILES, "Open profiles"),
    "listing-url-unresolved": ("No address", str(ListingUnresolved.title()), RUNS, "Name an address"),
    "active-run-limit": ("Too many runs at once", "Wait for one of your runs, or cancel it", RUNS, "Open runs"),
    "daily-budget-exhausted": ("Enough for today", "You have used your runs of 24 hours", RUNS, "Open runs"),
    "source-outside-hours": ("Outside its hours", str(SourceResting.title()), SOURCES, "Open sources"),
    "source-not-enabled": ("Source not enabled", str(SourceClosed.title()), SOURCES, "Open sources"),
}
"""Code → title, description, where to mend it, and what that link says."""
WARNINGS: dict[str, tuple[str, str]] = {
    "daily-budget-nearly-exhausted": ("Nearly enough for today", "Few of your runs of 24 hours are left"),
    "filters-relaxed-during-normalization": ("Some filters do not count", "The source does not know these values"),
    "using-profile-derived-filters": ("Filters of your profile", "You named none, so those of your profile serve"),
    "source-health-backoff": ("The source rests", "Too many of its last runs failed; runs by the clock wait"),
}
CODES: dict[type[Refusal], str] = {
    ProfileNotReady: "career-profile-not-ready",
    SourceClosed: "source-not-enabled",
    SourceResting: "source-outside-hours",
    UnknownSource: "source-not-enabled",
    ListingUnresolved: "listing-url-unresolved",
    AddressNotAllowed: "listing-url-unresolved",
}


@dataclass(slots=True)
class Looked:
    """What was found on the way."""

    blockers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    profile: Profile | None = None
    source: Source | None = None
    plan: Plan | None = None

    def blocked(self, refused: Refusal) -> None:
        """One reason more, once."""
        code = CODES[type(refused)]
        self.blockers += [] if code in self.blockers else [code]


async def preflight(work: Work, wish: RunWish, terms: RunTerms) -> dict[str, Any]:
    """All documented keys; the same checks as enqueueing, each of which would be refused with its own code there."""
    person = wish.person_id or work.actor.person_id
    assert person is not None
    looked = await _resolved(work, wish, person)
    active = await queries.live_count(work.db, person)
    left = max(0, terms.daily - await queries.wished_since(work.db, person, work.now - DAY))
    looked.blockers += ["active-run-limit"] if active >= terms.max_active else []
    looked.blockers += ["daily-budget-exhausted"] if left == 0 else []
    looked.warnings += ["daily-budget-nearly-exhausted"] if 0 < left <= terms.daily * NEARLY else []
    health = await health_of(work, looked.source, terms)
    looked.warnings += ["source-health-backoff"] if health["paused"] else []
    eligible = await _eligible(work, wish, looked, person, terms)
    doing = _recommended(looked, eligible, min(wish.limit, terms.min_fresh))
    return {
        "ready": not looked.blockers,
        "blockers": looked.blockers,
        "warnings": looked.warnings,
        **_planned(wish, looked),
        "activeRunCount": active,
        "dailyRemaining": left,
        "recommendedAction": doing,
        "catalogEligibleCount": eligible,
        "catalogFreshUntil": _iso(await _fresh_until(work, looked, terms)),
        "blockerDetails": [_blocker(code) for code in looked.blockers],
        "warningDetails": [_warning(code) for code in looked.warnings],
        "guidance": GUIDANCE[doing],
        "schedule": await queries.first_schedule(work.db, person),
        "sourceHealth": health,
    }


GUIDANCE = {
    "blocked": "Mend what is listed first.",
    "rematch": "The catalogue has enough that is new to you; nothing need be fetched.",
    "scrape": "Ready to start.",
}


async def _resolved(work: Work, wish: RunWish, person: UUID) -> Looked:
    looked = Looked()
    try:
        looked.profile = await profile_of(work.db, wish, person)
    except ProfileNotReady as refused:
        looked.blocked(refused)
        wish = replace(wish, career_profile_id=None)
    try:
        looked.source = await source_of(work.db, wish, looked.profile)
        check_hours(looked.source, work.now)
        looked.plan = planned(wish, looked.source, looked.profile)
    except (SourceClosed, SourceResting, UnknownSource, ListingUnresolved, AddressNotAllowed) as refused:
        looked.blocked(refused)
    if looked.plan:
        looked.warnings += ["filters-relaxed-during-normalization"] if looked.plan.dropped else []
        looked.warnings += ["using-profile-derived-filters"] if looked.plan.from_profile else []
    return looked


def _planned(wish: RunWish, looked: Looked) -> dict[str, Any]:
    plan = looked.plan
    return {
        "source": looked.source.key if looked.source else wish.source or guessed(looked.profile),
        "listingUrl": plan.listing_url if plan else None,
        "acceptedFilters": plan.filters if plan else {},
        "droppedFilters": plan.dropped if plan else {},
        "resolvedFromProfile": bool(plan and plan.from_profile),
    }


async def _eligible(work: Work, wish: RunWish, looked: Looked, person: UUID, terms: RunTerms) -> int:
    if looked.profile is None or looked.plan is None:
        return 0
    found = await find_matches(work, person, looked.profile, wish.limit, terms.notebook, looked.plan.source.key)
    return found.matched


async def _fresh_until(work: Work, looked: Looked, terms: RunTerms) -> datetime | None:
    """When the newest offers of the source are too old to be matched instead of fetched."""
    seen = await queries.newest_offer(work.db, looked.source.key) if looked.source else None
    return seen + terms.notebook.rematch_within if seen else None


def _recommended(looked: Looked, eligible: int, target: int) -> str:
    if looked.blockers:
        return "blocked"
    return "rematch" if eligible >= target else "scrape"


def _blocker(code: str) -> dict[str, str]:
    title, description, href, label = BLOCKERS[code]
    return {"code": code, "title": title, "description": description, "href": href, "ctaLabel": label}


def _warning(code: str) -> dict[str, str]:
    title, description = WARNINGS[code]
    return {"code": code, "title": title, "description": description}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
