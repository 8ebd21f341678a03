"""Runs, events, observations and answers as other features leave them; a clock that tests move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work, Works
from waypost.sourcing.callbacks.models import CallbackEvent, CallbackRejection
from waypost.sourcing.offers.models import JobOffer, OfferObservation
from waypost.sourcing.runs.models import Run

BOARD = "pracuj-pl-it"


@dataclass(slots=True)
class Clock:
    """Stands still until it is told to move."""

    now: datetime

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def move(self, **by: float) -> None:
        """On by so much."""
        self.now += timedelta(**by)

    def works(self, works: Works) -> Works:
        """The same works, by this clock."""
        return replace(works, clock=self)


async def runs(work: Work, number: int, status: str = "COMPLETED", *, ago: float = 1, **columns: Any) -> list[UUID]:
    """So many runs, made `ago` hours ago; those that ended did so a minute later."""
    at = work.now - timedelta(hours=ago)
    ended = at + timedelta(minutes=1) if status in ("COMPLETED", "FAILED", "CANCELLED") else None
    rows = [{**_run(at, status, ended), **columns} for _ in range(number)]
    await insert_rows(work.db, Run, rows)
    return [row["id"] for row in rows]


def _run(at: datetime, status: str, ended: datetime | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source_slug": BOARD,
        "intent_fingerprint": new_id().hex,
        "trace_id": new_id(),
        "status": status,
        "scraped_count": 10,
        "created_at": at,
        "started_at": None if status == "PENDING" else at,
        "last_signal_at": at,
        "completed_at": ended,
        "finalized_at": ended,
    }


async def events(work: Work, run_id: UUID, number: int, status: str = "COMPLETED", **columns: Any) -> None:
    """So many ends of one run, received an hour ago."""
    at = work.now - timedelta(hours=1)
    row = {"source_run_id": run_id, "kind": "complete", "status": status, "state": "applied", "payload_hash": "0" * 64}
    times = {"received_at": at, "created_at": at}
    rows = [{"event_id": new_id().hex, **row, **times, **columns} for _ in range(number)]
    await insert_rows(work.db, CallbackEvent, rows)


async def rejections(work: Work, run_id: UUID, number: int, code: str) -> None:
    """So many refusals, an hour ago."""
    at = work.now - timedelta(hours=1)
    row = {"source_run_id": run_id, "kind": "complete", "code": code, "created_at": at}
    await insert_rows(work.db, CallbackRejection, [row for _ in range(number)])


async def observed(work: Work, number: int, filled: Sequence[str], *, ago: float = 1) -> None:
    """So many offers of the board with these fields filled."""
    at = work.now - timedelta(hours=ago)
    ids = [new_id() for _ in range(number)]
    words = {"title": "Rigger", "description": "Rope.", "content_hash": "1"}
    offer = {"source": BOARD, "url": "https://board.example/1", **words}
    seen = {"first_seen_at": at, "last_seen_at": at}
    offers = [{"id": one, "offer_identity_key": f"source:{one}", **offer, **seen} for one in ids]
    said = {"source": BOARD, "observed_at": at, "normalisation_version": 1, "via": "detail", "filled": list(filled)}
    await insert_rows(work.db, JobOffer, offers)
    await insert_rows(work.db, OfferObservation, [{"offer_id": one, **said, **words} for one in ids])
