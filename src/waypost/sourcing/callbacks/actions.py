"""Verbs of callbacks: what a scraper reports is put into effect, each in one transaction with its register."""

from datetime import timedelta
from typing import Any

from waypost.platform.audit.actions import record
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.callbacks.beating import beat
from waypost.sourcing.callbacks.callback import Callback
from waypost.sourcing.callbacks.chunking import ingest
from waypost.sourcing.callbacks.completing import complete
from waypost.sourcing.callbacks.models import CallbackRejection
from waypost.sourcing.callbacks.refusals import ConflictingPayload
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.queries import by_id
from waypost.sourcing.runs.terms import RunTerms

Answer = dict[str, Any]
FRESH = timedelta(hours=24)


async def held(work: Work, callback: Callback) -> Run:
    """The run, kept from others until the work ends: deliveries of one run come one after another. 404 without it."""
    return await by_id(work.db, callback.run_id, for_update=True)


async def receive_completion(work: Work, callback: Callback, run: Run) -> Answer:
    """The end of a run (`POST …/complete`). Refuses 400 what does not fit together, 409 another body of an event."""
    return await complete(work, run, callback)


async def receive_heartbeat(
    work: Work, callback: Callback, run: Run, terms: RunTerms, *, fresh_for: timedelta = FRESH
) -> Answer:
    """A sign of life (`POST …/heartbeat`). A run that has ended ignores it, and says so."""
    return await beat(work, run, callback, lasts=terms.lease, fresh_for=fresh_for)


async def receive_chunk(work: Work, callback: Callback, run: Run, terms: RunTerms, *, many: bool) -> Answer:
    """Offers on the way (`POST …/offers` with one, `…/offers/batch` with `many`)."""
    return await ingest(work, run, callback, many=many, lasts=terms.lease)


async def note_rejection(work: Work, callback: Callback, code: str) -> None:
    """A proven callback that was refused, in a work of its own: what it tried was undone. An incident is audited."""
    event_id = callback.document.get("eventId")
    row = {
        "source_run_id": callback.run_id,
        "kind": callback.kind.value,
        "event_id": event_id[:128] if isinstance(event_id, str) else None,
        "request_id": callback.request_id[:128] or None,
        "code": code,
        "address": callback.address,
        "created_at": work.now,
    }
    await insert_rows(work.db, CallbackRejection, [row])
    if code == ConflictingPayload.code:
        detail = {"kind": callback.kind.value, "identity": callback.identity}
        await record(work, "sourcing.callback_conflict", "run", callback.run_id, detail)
