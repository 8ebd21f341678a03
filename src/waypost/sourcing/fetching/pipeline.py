"""One task from its first page to its findings (sourcing.md 4.2–4.8)."""

from waypost.sourcing.adapters.registry import BadRecipe
from waypost.sourcing.fetching import details, discovery, offering, querying
from waypost.sourcing.fetching.faults import Fault, NotFollowable
from waypost.sourcing.fetching.findings import Findings, concluded, ended_by
from waypost.sourcing.fetching.hands import Hands
from waypost.sourcing.fetching.journey import Journey
from waypost.sourcing.fetching.trip import Means, Trip, begun
from waypost.sourcing.wire.task import Task
from waypost.sourcing.wire.words import Phase

ALL_MEANS = Means()


async def carry_out(task: Task, hands: Hands, means: Means = ALL_MEANS) -> Findings:
    """Lists, what is fresh, details, what can be salvaged; offers leave by `hands` as they are read.

    Faults of the site end in findings. Raises `Cancelled` and `LeaseLost` as the API says so.
    """
    now = hands.now()
    hands.say("scrape_start", "SCRAPE_STARTED", source=task.source, limit=task.limit)
    try:
        trip = begun(task, hands, now, means)
    except NotFollowable as fault:
        return ended_by(fault, Journey(now, task.limit), task.listing_url, now)
    findings = await _carried(trip)
    failed = findings.status == "FAILED"
    code = f"WORKER_{findings.failure_type.value.upper()}" if findings.failure_type else "SCRAPE_COMPLETED"
    hands.say(
        "scrape_failure" if failed else "scrape_complete",
        code,
        "failed" if failed else "success",
        findings.error,
        outcome=findings.outcome.value,
        offers=findings.scraped_count,
    )
    return findings


async def _carried(trip: Trip) -> Findings:
    listing_url = trip.task.listing_url
    try:
        listing_url = await _looked(trip)
        await _read(trip)
    except Fault as fault:
        trip.hands.say("listing_fetch", "LISTING_FETCH_FAILED", "failed", fault.text, kind=fault.kind)
        return ended_by(fault, trip.journey, listing_url, trip.hands.now())
    return concluded(trip.journey, listing_url, trip.hands.now())


async def _looked(trip: Trip) -> str | None:
    """Links: those that were left, or the lists'. The address that was asked."""
    if await discovery.resume(trip):
        if trip.journey.next_listing and not trip.journey.is_full:
            await discovery.collect(trip, trip.journey.next_listing)
        return trip.task.listing_url
    try:
        return await querying.searched(trip)
    except BadRecipe as error:
        raise NotFollowable(str(error)) from None


async def _read(trip: Trip) -> None:
    await discovery.set_aside_fresh(trip)
    await details.read_all(trip)
    await offering.salvage(trip)
    accepted, rejected = trip.journey.accepted, trip.journey.rejected.total()
    trip.hands.say("normalization", "NORMALIZATION_COMPLETED", "success", accepted=accepted, rejected=rejected)
    await trip.beat(Phase.NORMALIZE)
