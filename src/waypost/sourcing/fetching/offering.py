"""From a draft to an offer that is delivered: read, judged, gathered into chunks."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from waypost.sourcing.adapters.draft import SUMMARY_ONLY, Draft
from waypost.sourcing.adapters.found import Link
from waypost.sourcing.adapters.pracuj import board
from waypost.sourcing.digest.normalise import Normal, normalise
from waypost.sourcing.digest.quality import DEGRADED_TAG, SALVAGE_TAG, Reason, Rejection
from waypost.sourcing.fetching.faults import Unreadable
from waypost.sourcing.fetching.hands import Via
from waypost.sourcing.fetching.trip import Trip
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.words import Phase

CHUNK = 10
"""Offers that travel together."""


@dataclass(slots=True)
class Basket:
    """Offers on their way out. A link counts as done when its offer was handed over, not before."""

    trip: Trip
    via: Via = "detail"
    offers: list[Offer] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def add(self, link: Link, offer: Offer) -> None:
        """One more; a full basket is delivered."""
        self.offers.append(offer)
        self.keys.append(link.key)
        if len(self.offers) >= CHUNK:
            await self.empty()

    async def empty(self) -> None:
        """Deliver what is there."""
        if not self.offers:
            return
        await self.trip.hands.deliver(tuple(self.offers), via=self.via, relaxed=self.trip.journey.loosened)
        for key in self.keys:
            self.trip.journey.settle(key)
        self.offers, self.keys = [], []
        await self.trip.beat(Phase.DETAIL_FETCH)


def read(trip: Trip, link: Link, draft: Draft, *, expired: bool = False, tags: tuple[str, ...] = ()) -> Normal:
    """The draft with what the list said beside it, made comparable. Its identity is the link's."""
    draft.url = link.url
    draft.values.pop("source_id", None)
    draft.put("source_id", link.source_id, "link")
    if link.summary is not None:
        draft.take(link.summary)
    if expired:
        draft.values["is_expired"] = True
    try:
        offer = draft.offer(trip.task.source, tags)
    except ValidationError as error:
        raise Unreadable(f"{link.url} says what cannot travel ({error.errors()[0]['loc']})") from None
    return normalise(offer, now=trip.hands.now(), terms=trip.terms, category=_category(trip))


async def offered(trip: Trip, basket: Basket, link: Link, normal: Normal) -> None:
    """Count it and send it on; an offer that is over travels too, so that the catalogue learns of it."""
    journey = trip.journey
    if normal.rejections:
        is_over = Rejection.EXPIRED_OFFER in normal.rejections
        journey.rejected[(Rejection.EXPIRED_OFFER if is_over else normal.rejections[0]).value] += 1
        journey.expired += is_over
        if _only_over(normal):
            return await basket.add(link, normal.offer)
        return journey.settle(link.key)
    journey.accepted += 1
    journey.full += normal.quality_reason is Reason.DETAIL_FULL
    journey.partial += normal.quality_reason in (Reason.DETAIL_PARTIAL, Reason.MISSING_REQUIRED_FIELDS)
    journey.salvaged += normal.quality_reason is Reason.LISTING_SALVAGE
    await basket.add(link, normal.offer)


def _only_over(normal: Normal) -> bool:
    """Nothing but its end speaks against it."""
    return set(normal.rejections) <= {Rejection.EXPIRED_OFFER, Rejection.PLACEHOLDER_DESCRIPTION}


def summary_of(link: Link) -> Draft | None:
    """What the list says, where it says enough: a title, and one of description, number, company, details."""
    draft = link.summary
    if draft is None or "title" not in draft.values:
        return None
    told = {"description", "company"} & draft.values.keys() or any(name.startswith("details.") for name in draft.values)
    if not (told or link.source_id):
        return None
    draft.values.setdefault("description", SUMMARY_ONLY)
    return draft


async def salvage(trip: Trip) -> None:
    """Offers of links whose page gave nothing, from what the list said of them (sourcing.md 4.7)."""
    basket = Basket(trip, "salvage")
    for key, link in list(trip.journey.unsalvaged.items()):
        draft = summary_of(link)
        if draft is None:
            trip.journey.settle(key)
        else:
            await offered(trip, basket, link, read(trip, link, draft, tags=(SALVAGE_TAG, DEGRADED_TAG)))
    await basket.empty()


def _category(trip: Trip) -> str | None:
    """The run's only category, in our words."""
    wanted: list[object] = list((trip.task.filters or {}).get("categories") or ())
    return board.categories().get(str(wanted[0])) if len(wanted) == 1 else None
