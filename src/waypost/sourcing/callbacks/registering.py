"""The register of events: the first body of an id wins, an honest repetition hears the first answer again (2.3).

The caller holds the run's row, so that deliveries of one run come one after another; registration and effect are one
transaction, so that a crash between them undoes both.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waypost.platform.rows import Crowd, insert_together
from waypost.platform.work import Work
from waypost.sourcing.callbacks import queries
from waypost.sourcing.callbacks.callback import Callback, moment
from waypost.sourcing.callbacks.models import CallbackEvent, EventState
from waypost.sourcing.callbacks.refusals import ConflictingPayload
from waypost.sourcing.runs.models import Run, RunAttempt
from waypost.sourcing.wire.report import Completion, OfferChunk

Answer = dict[str, Any]
DUPLICATE, STALE, DISORDER = "DUPLICATE_EVENT_ID", "STALE_ATTEMPT", "ATTEMPT_ORDER_VIOLATION"
ERROR_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Register:
    """One event on its way into the register."""

    work: Work
    run: Run
    callback: Callback
    body: Completion | OfferChunk
    emitted_at: datetime | None
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    """Rows of `RunAttempt` that stand or fall with the event."""

    @classmethod
    def of(cls, work: Work, run: Run, callback: Callback, body: Completion | OfferChunk) -> "Register":
        """Refuses with `Unfit` an `emittedAt` that is no time."""
        return cls(work, run, callback, body, moment(body.emitted_at, "emittedAt"))

    @property
    def event_id(self) -> str:
        """Never empty: a signature without one does not hold."""
        return self.body.event_id or ""

    async def looked_up(self) -> tuple[Answer | None, str | None]:
        """What was answered to this very event before; for a new one None, and why its delivery number cannot be
        (sourcing.md 2.3), None where it can. Refuses with `ConflictingPayload`."""
        known, highest = await queries.registered(self.work.db, self.run.id, self.event_id)
        if known is None:
            return None, misplaced(self.body.number, highest)
        if known.payload_hash != self.callback.identity:
            raise ConflictingPayload
        known.repeats += 1
        answer = {**known.answer, "idempotent": True, "reasonCode": known.answer.get("reasonCode", DUPLICATE)}
        return answer, None

    async def write(self, answer: Answer, *, rejected: str | None = None, outcome: str | None = None) -> Answer:
        """Register the event with the answer that every repetition will get; gives the answer."""
        now = self.work.now
        row = {
            "source_run_id": self.run.id,
            "event_id": self.event_id,
            "kind": self.callback.kind.value,
            "status": self.body.status if isinstance(self.body, Completion) else "INGEST",
            "state": EventState.REJECTED if rejected else EventState.APPLIED,
            "outcome_code": rejected or outcome,
            "request_id": self.callback.request_id or None,
            "attempt_no": self.body.number,
            "lease_token": self.body.lease_token,
            "payload_hash": self.callback.identity,
            "payload": summary(self.body),
            "answer": answer,
            "emitted_at": self.emitted_at,
            "received_at": now,
            "applied_at": None if rejected else now,
            "created_at": now,
        }
        deliveries = Crowd(RunAttempt, self.deliveries, unless_there=True)
        await insert_together(self.work.db, deliveries, Crowd(CallbackEvent, [row]))
        return answer


def misplaced(number: int, highest: int) -> str | None:
    """The rule of attempts: the first is always right, later ones follow each other."""
    if number > 1 and number < highest:
        return STALE
    return DISORDER if number > 1 and highest > 0 and number > highest + 1 else None


def summary(body: Completion | OfferChunk) -> dict[str, Any]:
    """What is kept of a body: never its offers."""
    told: dict[str, Any] = {"runId": body.run_id, "jobCount": len(body.jobs)}
    if isinstance(body, OfferChunk):
        told |= {"jobCount": len(body.offers), "cachedCount": len(body.cached), "via": body.via, "source": body.source}
    else:
        told |= {"status": body.status, "error": (body.error or "")[:ERROR_LENGTH] or None, "jobCount": body.count}
        told |= {"failureType": body.failure_type, "failureCode": body.failure_code, "totalFound": body.total_found}
        told["diagnostics"] = body.diagnostics.kept() if body.diagnostics else None
    return {name: value for name, value in told.items() if value is not None}
