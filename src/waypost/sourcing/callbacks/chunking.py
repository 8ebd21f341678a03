"""Offers of a run that still goes on: kept as they come, counted from the tables, never twice (sourcing.md 1.5)."""

from datetime import timedelta

from waypost.platform.work import Work
from waypost.sourcing.callbacks.beginning import begin
from waypost.sourcing.callbacks.callback import Callback, unfit
from waypost.sourcing.callbacks.ingesting import Chunk, Linking, Taken, link_offers, take_in
from waypost.sourcing.callbacks.registering import Answer, Register
from waypost.sourcing.runs.ending import Said, tell
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import merge_progress
from waypost.sourcing.wire.report import OfferChunk
from waypost.sourcing.wire.words import TERMINAL

AFTER_THE_END = "RUN_ALREADY_FINALIZED"
ONE, MANY = "offer_incrementally_ingested", "offer_batch_incrementally_ingested"


async def ingest(work: Work, run: Run, callback: Callback, *, many: bool, lasts: timedelta) -> Answer:
    """Put one chunk into effect; `run` is held. A chunk for a run that has ended is kept, and the answer says so."""
    body = callback.read(OfferChunk)
    _check(body, many=many)
    register = Register.of(work, run, callback, body)
    known, _ = await register.looked_up()
    if known is not None:
        return known
    late = run.status in TERMINAL
    if not late:
        await begin(work, run, lease_token=body.lease_token, request_id=callback.request_id, lasts=lasts)
    taken = await take_in(work, run, Chunk(body.offers, body.cached, body.via, body.relaxed))
    linking = await link_offers(work, run, taken.ids, callback)
    await _count(register, taken, linking, many=many)
    told = _told(run, taken, linking, ignored=late or not taken.ids)
    return await register.write(told, outcome=AFTER_THE_END if late else None)


async def _count(register: Register, taken: Taken, linking: Linking, *, many: bool) -> None:
    """Counts come from what the run has, so that a repetition or another lease cannot inflate them."""
    work, run = register.work, register.run
    told = {"candidateOffers": taken.of_run, "incrementalOfferIngestedAt": work.now.isoformat()}
    await merge_progress(work.db, run.id, linking.progress | told)
    meta = {"offers": taken.number, "inserted": taken.inserted, "ofRun": taken.of_run}
    counted = Said(event_type=MANY if many else ONE, request_id=register.callback.request_id, meta=meta)
    await tell(work, run, (*linking.said, counted))


def _check(body: OfferChunk, *, many: bool) -> None:
    """`job` belongs to one address, `jobs` to the other: what was signed for one is nothing at the other."""
    if many and body.job is not None:
        raise unfit("job", "a batch brings jobs")
    if not many and (body.job is None or body.jobs or body.cached):
        raise unfit("job", "this address takes one job")


def _told(run: Run, taken: Taken, linking: Linking, *, ignored: bool) -> Answer:
    if ignored:
        return {"ok": True, "status": str(run.status), "ignored": True}
    told = {"ingested": taken.number, "linked": linking.linked, "deferred": linking.deferred}
    return {"ok": True, "status": str(run.status), **told}
