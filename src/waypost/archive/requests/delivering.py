"""Deliveries: a webhook's own number makes its repetition needless, but only once it was carried out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.archive.requests import queries
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.metrics import SKIPPED
from waypost.archive.requests.models import ArchiveRequest, Delivery, Outcome
from waypost.platform.ids import new_id
from waypost.platform.observe.logs import line
from waypost.platform.work import Work

log = line("waypost.archive.requests")


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
            work.after_commit(partial(_skipped, "idempotency", "skip_delivery_id_seen", wish))
            return Taken(Fate.KNOWN, None)
        if delivery.outcome in (Outcome.RECEIVED, Outcome.RUNNING):
            work.after_commit(partial(_skipped, "in_flight", "skip_ticket_in_flight", wish))
            return Taken(Fate.UNDER_WAY, None)
    request = await ask(work, wish)
    delivery.request_id, delivery.outcome, delivery.created_at = request.id, Outcome.RECEIVED, work.now
    return Taken(Fate.ACCEPTED, request)


def _skipped(reason: str, event: str, wish: Wish) -> None:
    """Counted and said under the documented names."""
    SKIPPED.inc(reason)
    told = {"ticket_id": wish.ref, "delivery_id": wish.delivery_id, "request_id": wish.wire_request_id}
    log.info(f"process_ticket.{event}", **told)


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
