"""Which list is asked: a person's address as it is; else one made of filters, loosened only where that is allowed."""

from collections.abc import Mapping
from typing import Any

from waypost.sourcing.adapters.found import Listing
from waypost.sourcing.adapters.pracuj import board
from waypost.sourcing.fetching import discovery
from waypost.sourcing.fetching.faults import Blocked, Fault, NotFollowable
from waypost.sourcing.fetching.planning import Probe, Stage, best, fits, never_given_up, stages
from waypost.sourcing.fetching.relaxing import LISTS, MOST_STEPS, relaxed
from waypost.sourcing.fetching.trip import Trip
from waypost.sourcing.wire.identity import canonical_url
from waypost.sourcing.wire.task import Window


async def searched(trip: Trip) -> str:
    """Collect links; the address that was asked in the end. Refuses with `NotFollowable` where there is none."""
    task = trip.task
    url = task.listing_url or _address(trip, task.filters or {})
    if url is None:
        raise NotFollowable(f"'{task.source}' has neither an address nor filters to make one of")
    if not _may_loosen(trip):
        await discovery.collect(trip, url)
        return url
    if task.adaptive_query_window is not None:
        return await _planned(trip, task.adaptive_query_window)
    await discovery.collect(trip, url)
    return await _loosened(trip, task.filters or {}, url)


def _may_loosen(trip: Trip) -> bool:
    """Its owner allows it, and the address is made of the filters: a person's own is never replaced."""
    task = trip.task
    made = _address(trip, task.filters) if task.filters else None
    own = task.listing_url is not None and (made is None or canonical_url(task.listing_url) != canonical_url(made))
    return task.relax and made is not None and not own


def _address(trip: Trip, filters: Mapping[str, Any]) -> str | None:
    made = trip.adapter.address(trip.terms.recipe, filters)
    return made.url if made else None


async def _planned(trip: Trip, window: Window) -> str:
    """Ask each query once, stop at the first that finds enough; the best of them is crawled, from the same answer."""
    task, probes, answers = trip.task, list[Probe](), {}
    for stage in stages(task.filters or {}, task.matching_filters):
        if probes and _enough(probes[-1], stage, window):
            break
        trip.hands.say("listing_probe", "LISTING_PROBE_STARTED", query=stage.name)
        url = _address(trip, stage.filters) or ""
        try:
            found = answers[stage.name] = await discovery.read(trip, url)
        except Fault as fault:
            if not probes:
                raise
            _refused(trip, stage, url, fault)
            break
        probes.append(_probed(stage, found))
    chosen = best(probes, window.min, window.max)
    url = _address(trip, chosen.stage.filters) or ""
    _note(trip, probes, chosen)
    await discovery.collect(trip, url, answers[chosen.stage.name])
    return url if chosen.stage.loosened else await _loosened(trip, chosen.stage.filters, url)


def _probed(stage: Stage, found: Listing) -> Probe:
    share = found.recommended / max(1, found.recommended + len(found.links))
    summaries = sum(link.summary is not None for link in found.links)
    return Probe(stage, len(found.links), recommended_rate=share, summaries=summaries)


def _refused(trip: Trip, stage: Stage, url: str, fault: Fault) -> None:
    """What is refused costs that query, and no further one is tried: the answers before it still count."""
    if isinstance(fault, Blocked):
        trip.journey.blocked_urls.append(url)
    trip.hands.say("listing_probe", "LISTING_PROBE_FAILED", "warning", fault.text, query=stage.name, kind=fault.kind)


def _enough(last: Probe, following: Stage, window: Window) -> bool:
    """Broadening stops at the first query inside the window."""
    return following.loosened and (fits(last, window.min, window.max) or last.links > window.max)


def _note(trip: Trip, probes: list[Probe], chosen: Probe) -> None:
    trip.journey.loosened = chosen.stage.loosened
    trip.journey.plan = {"chosen": chosen.stage.name, "stages": {one.stage.name: one.links for one in probes}}
    trip.hands.say("listing_probe", "LISTING_PLAN_SELECTED", "success", None, **trip.journey.plan)
    if chosen.stage.loosened:
        trip.journey.trail += [one.stage.name for one in probes if one.stage.loosened][:MOST_STEPS]


async def _loosened(trip: Trip, filters: Mapping[str, Any], url: str) -> str:
    """Nothing found: loosen one step and look again, at most three times."""
    hard = never_given_up(trip.task.matching_filters)
    order = board.relaxation(trip.recipe.site) if trip.recipe.site in board.SITES else LISTS
    while not trip.journey.links and len(trip.journey.trail) < MOST_STEPS and trip.has_time:
        step = relaxed(filters, order=order, hard=hard)
        if step is None:
            break
        filters, name = step
        following = _address(trip, filters) or url
        trip.journey.trail.append(name)
        trip.journey.loosened = True
        trip.hands.say("filter_relaxation", "FILTER_RELAXED", step=name)
        if following != url:
            url = following
            await discovery.collect(trip, url)
    return url
