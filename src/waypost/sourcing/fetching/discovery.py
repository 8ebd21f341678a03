"""Lists: page after page until there are enough links, each link once."""

from waypost.sourcing.adapters.found import Link, Listing
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.recipe.reading import offer_at
from waypost.sourcing.fetching.faults import Blocked, Fault, Missing, OutOfTime, Resting, Unreachable
from waypost.sourcing.fetching.trip import Trip
from waypost.sourcing.wire.words import Phase

MOST_LISTS = 60
"""Pages of lists in one run."""
MOST_KEYS = 200
"""Identity keys that one heartbeat takes."""


async def resume(trip: Trip) -> bool:
    """Take over the links that an earlier scraper, or an earlier run, left; False where there were none."""
    known = trip.task.resume
    for url in known.pending if known else ():
        trip.journey.meet(Link(*offer_at(url, trip.recipe.id)))
    trip.journey.next_listing = known.next_listing if known else None
    return bool(known and (known.pending or known.done))


async def collect(trip: Trip, url: str, first: Listing | None = None) -> None:
    """From this page of the list on. A fault of its first page is the run's; later ones end the list only."""
    waiting, seen = [url], set[str]()
    while waiting and len(seen) < MOST_LISTS and not trip.journey.is_full:
        here = trip.journey.next_listing = waiting.pop(0)
        if seen and not trip.has_time:
            trip.journey.stop = "budget_reached"
            return
        seen.add(here)
        try:
            found = first or await read(trip, here)
        except Fault as fault:
            if len(seen) == 1 and not trip.journey.links:
                raise
            _ended(trip, here, fault)
            return
        first = None
        waiting = [one for one in (*found.next, *waiting) if one not in seen]
        trip.journey.next_listing = waiting[0] if waiting else None
        take_in(trip, found)
        await trip.beat(Phase.LISTING_FETCH)
    trip.journey.next_listing = None


def _ended(trip: Trip, url: str, fault: Fault) -> None:
    """The list goes on where it cannot be read now: later where it asks for rest, never where it says no."""
    trip.hands.say("listing_fetch", "LISTING_FETCH_FAILED", "warning", fault.text, url=url, kind=fault.kind)
    if not isinstance(fault, Resting | Unreachable | OutOfTime):
        trip.journey.next_listing = None
    if isinstance(fault, OutOfTime):
        trip.journey.stop = "budget_reached"
    if isinstance(fault, Resting):
        trip.journey.rest_until, trip.journey.stop = fault.until, "source_degraded"
    if isinstance(fault, Blocked):
        trip.journey.blocked_urls.append(url)


async def read(trip: Trip, url: str) -> Listing:
    """One page of the list; once more after silence; drawn by a browser where the recipe allows and nothing stands
    there without one. Refuses with a `Fault`."""
    trip.hands.say("listing_fetch", "LISTING_FETCH_STARTED", url=url)
    page = await _fetched(trip, url)
    found = await trip.listing(page)
    if found.silent and trip.recipe.browser:
        trip.hands.say("listing_progress", "LISTING_FALLBACK_TRIGGERED", reason="drawn_by_scripts")
        found = await trip.listing(await trip.page(url, drawn=True))
    trip.journey.pages += 1
    trip.hands.say("listing_fetch", "LISTING_FETCH_OK", "success", links=len(found.links), unchanged=page.unchanged)
    return found


async def _fetched(trip: Trip, url: str) -> Page:
    wanted = 1 if trip.adapter.can.feed and not trip.recipe.follow else trip.task.limit + 1
    try:
        page = await trip.page(url, kept=True, wanted=wanted)
    except Unreachable as fault:
        trip.journey.retries["listing"] += 1
        trip.hands.say("listing_progress", "LISTING_HTTP_FETCH_RETRY", "warning", fault.text)
        page = await trip.page(url, kept=True, wanted=wanted)
    if not page.ok:
        raise Missing(f"{url} is no list (HTTP {page.status})")
    return page


def take_in(trip: Trip, found: Listing) -> None:
    """Count a page of the list."""
    trip.journey.recommended += found.recommended
    trip.journey.zero |= found.zero
    for link in found.links:
        trip.journey.meet(link)


async def set_aside_fresh(trip: Trip) -> None:
    """Ask which offers were read lately: they join the run, and nobody asks for their pages."""
    keys = list(trip.journey.pending)
    for start in range(0, len(keys), MOST_KEYS):
        await trip.beat(Phase.LISTING_FETCH, discovered=keys[start : start + MOST_KEYS])
    fresh = [key for key in keys if key in trip.fresh]
    if fresh:
        await trip.hands.deliver((), via="cache", relaxed=trip.journey.loosened, cached=fresh)
    for key in fresh:
        trip.journey.settle(key)
    trip.journey.cached += len(fresh)
