"""Pages of offers, the promising first, as many as there is time for."""

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.found import Detail, Link
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.faults import Blocked, Fault, Forbidden, OutOfTime, Resting, Unreachable
from waypost.sourcing.fetching.offering import Basket, offered, read, summary_of
from waypost.sourcing.fetching.trip import Trip
from waypost.sourcing.wire.words import Phase

RICHNESS = {
    "salary": 5,
    "description": 4,
    "details.technologies.all": 3,
    "requirements": 3,
    "company": 2,
    "details.remote": 2,
    "details.positionLevels": 2,
    "details.workModes": 2,
    "location": 1,
}
"""What a list may say of an offer, and what that is worth (sourcing.md 4.4)."""
GONE = frozenset({404, 410})
PATIENCE = 3
"""Failures in a row after which a source counts as degraded."""


def richness(link: Link) -> int:
    """How much the list says."""
    return sum(worth for name, worth in RICHNESS.items() if link.summary and name in link.summary.values)


def in_order(links: list[Link]) -> list[Link]:
    """The richest first; equals by address."""
    return sorted(links, key=lambda link: (-richness(link), link.url))


async def read_all(trip: Trip) -> None:
    """Every link that is left, until time, limit or patience end. What was not read stays pending."""
    journey, basket = trip.journey, Basket(trip)
    links = _without_pages(trip) if trip.means.lists_only else in_order(list(journey.pending.values()))
    journey.budget = trip.purse.budget(trip.elapsed, max(1, len(links)), trip.interval)
    failures = 0
    for index, link in enumerate(links):
        if not link.whole and not trip.has_time:
            journey.stop = "budget_reached"
            break
        fault = await _one(trip, basket, link, len(links) - index)
        failures = failures + 1 if isinstance(fault, Unreachable) else 0
        if isinstance(fault, OutOfTime):
            journey.stop = "budget_reached"
            break
        if isinstance(fault, Blocked | Resting) or failures >= PATIENCE:
            _stopped(trip, links[index + 1 :], fault)
            break
        await trip.beat(Phase.DETAIL_FETCH)
    await basket.empty()


def _without_pages(trip: Trip) -> list[Link]:
    """Links that need no page; what the list says of the others is all there will be."""
    pending = trip.journey.pending
    trip.journey.unsalvaged |= {key: link for key, link in pending.items() if not link.whole}
    return in_order([link for link in pending.values() if link.whole])


def _stopped(trip: Trip, rest: list[Link], fault: Fault | None) -> None:
    """The site said no: nothing is asked any more. It asked for rest or is silent: the rest is left for later."""
    trip.journey.stop = "source_degraded"
    if isinstance(fault, Resting):
        trip.journey.rest_until = fault.until
    if isinstance(fault, Blocked):
        trip.journey.withheld = len(rest)
        trip.journey.unsalvaged |= {link.key: link for link in rest}


async def _one(trip: Trip, basket: Basket, link: Link, wanted: int) -> Fault | None:
    """One link; the fault that kept us from reading it."""
    if link.whole and link.summary is not None:
        await offered(trip, basket, link, read(trip, link, Draft(link.url)))
        return None
    began = trip.hands.now()
    try:
        page = await _fetched(trip, link, wanted)
        trip.purse.spent((trip.hands.now() - began).total_seconds())
        await _understood(trip, basket, link, page)
    except Fault as fault:
        _missed(trip, link, fault)
        return fault
    return None


async def _fetched(trip: Trip, link: Link, wanted: int) -> Page:
    trip.journey.attempted += 1
    page = await trip.page(link.url, wanted=wanted)
    trip.journey.pages += 1
    trip.hands.say("listing_progress", "DETAIL_HTTP_FETCH_COMPLETED", "success", url=link.url, http=page.status)
    return page


def _missed(trip: Trip, link: Link, fault: Fault) -> None:
    trip.hands.say("listing_progress", "DETAIL_HTTP_FETCH_FAILED", "failed", fault.text, url=link.url, kind=fault.kind)
    if isinstance(fault, Resting | OutOfTime):
        return
    if isinstance(fault, Blocked | Forbidden):
        trip.journey.blocked_urls.append(link.url)
    else:
        trip.journey.rejected[fault.kind] += not isinstance(fault, Unreachable)
    if not isinstance(fault, Unreachable):
        trip.journey.unsalvaged[link.key] = link


async def _understood(trip: Trip, basket: Basket, link: Link, page: Page) -> None:
    """An offer; or one that is gone; or a page that says nothing we can read."""
    if page.status in GONE:
        return await _gone(trip, basket, link)
    detail = await trip.detail(page) if page.ok else Detail(Draft(link.url))
    if detail.silent and page.ok and trip.recipe.browser:
        detail = await _drawn(trip, link)
    if detail.silent:
        trip.journey.rejected["unreadable" if page.ok else f"http_{page.status}"] += 1
        trip.journey.unsalvaged[link.key] = link
        return
    await offered(trip, basket, link, read(trip, link, detail.draft, expired=detail.expired))


async def _drawn(trip: Trip, link: Link) -> Detail:
    trip.hands.say("listing_progress", "DETAIL_FALLBACK_TRIGGERED", reason="drawn_by_scripts", url=link.url)
    try:
        return await trip.detail(await trip.page(link.url, drawn=True))
    except Fault as fault:
        trip.hands.say("listing_progress", "DETAIL_BROWSER_NAVIGATION_FAILED", "failed", fault.text, url=link.url)
        return Detail(Draft(link.url))


async def _gone(trip: Trip, basket: Basket, link: Link) -> None:
    """404 and 410 say that the offer is over; where the list still told of it, the catalogue hears so."""
    draft = summary_of(link)
    if draft is None:
        trip.journey.rejected["expired_offer"] += 1
        trip.journey.expired += 1
        return trip.journey.settle(link.key)
    await offered(trip, basket, link, read(trip, link, draft, expired=True))
