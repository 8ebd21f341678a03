"""Deliveries: a webhook's own number makes its repetition needless, but only once it was carried out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.archive.requests import queries
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.metrics import SKIPPED
from waypost.archive.requests.models import ArchiveRequest, Delivery, Outcome
from waypost.platform.ids import new_id
from waypost.platform.work import Work


class Fate(StrEnum):
    """What became of one delivery at the door."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    """Its number was carried out before."""
    UNDER_WAY = "under_way"
    """The same delivery again, while its request is still going."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the door may answer."""

    fate: Fate
    request: ArchiveRequest | None


async def deliver(work: Work, wish: Wish, body_sha256: bytes, remember: timedelta) -> Taken:
    """Take one delivery: a new wish, or the repetition of one.

    Only a delivery that ended well, within `remember`, is dropped; a failed one, or one that came before the case asked
    to be kept, asks again.
    """
    if not wish.delivery_id:
        return Taken(Fate.ACCEPTED, await ask(work, wish))
    delivery, fresh = await _noted(work, wish.source, wish.delivery_id, body_sha256)
    if not fresh:
        known = queries.fresh_enough(delivery, work.now, remember)
        delivery.times, delivery.seen_at = delivery.times + 1, work.now
        if known and delivery.outcome == Outcome.DONE:
            work.after_commit(lambda: SKIPPED.inc("idempotency"))
            return Taken(Fate.KNOWN, None)
        if delivery.outcome in (Outcome.RECEIVED, Outcome.RUNNING):
            work.after_commit(lambda: SKIPPED.inc("in_flight"))
            return Taken(Fate.UNDER_WAY, None)
    request = await ask(work, wish)
    delivery.request_id, delivery.outcome, delivery.created_at = request.id, Outcome.RECEIVED, work.now
    return Taken(Fate.ACCEPTED, request)


async def _noted(work: Work, source: str, delivery_id: str, body_sha256: bytes) -> tuple[Delivery, bool]:
    """Its row, locked, and whether it is new: two of the same at once wait for each other here."""
    values = {
        "id": new_id(),
        "source": source,
        "delivery_id": delivery_id,
        "body_sha256": body_sha256,
        "outcome": Outcome.RECEIVED,
        "times": 1,
        "created_at": work.now,
        "seen_at": work.now,
    }
    written = upsert(Delivery).on_conflict_do_nothing().returning(Delivery.id)
    fresh = await work.db.scalar(written, [values]) is not None
    delivery = await queries.delivery(work.db, source, delivery_id)
    assert delivery is not None
    return delivery, fresh
