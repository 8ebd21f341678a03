"""A scraper's file and courier in this process, with a clock that a test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from tests.sourcing.scraper.far_side import SECRET, FarSide
from tests.sourcing.scraper.scripted import hire
from waypost.sourcing.scraper.furnishing import furnish
from waypost.sourcing.scraper.house import House
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import opened, spool
from waypost.sourcing.scraper.store.spool import Entry, Report
from waypost.sourcing.wire.canonical import canonical, payload_hash

SCHEDULE = [1, 2, 60, 300, 900, 3600, 3600]
"""Seconds between attempts, as documented, without chance."""


@dataclass(slots=True)
class Clock:
    """Shows what it is told."""

    shown: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.shown

    def move(self, **by: float) -> None:
        """On."""
        self.shown += timedelta(**by)


@dataclass(slots=True)
class Desk:
    """Puts reports into the file and lets the courier attempt what is due."""

    house: House
    clock: Clock

    async def put(self, kind: str = "complete", run_id: str | None = None, size: int = 0) -> Report:
        """One more report."""
        report = written(kind, run_id or str(uuid4()), size)
        assert await self.house.store.ask(lambda db: spool.put(db, report, self.clock().timestamp()))
        return report

    async def due(self) -> Entry | None:
        """Claim what is due now."""
        return await self.house.store.ask(lambda db: spool.claim_due(db, self.clock().timestamp()))

    async def carry(self) -> int:
        """Attempt all that is due now; how many attempts that were."""
        count = 0
        while (entry := await self.due()) is not None:
            await self.house.courier.attempt(entry)
            count += 1
        return count

    async def waits(self) -> float | None:
        """Seconds until the next attempt."""
        at = await self.house.store.ask(spool.next_at)
        return None if at is None else at - self.clock().timestamp()

    async def dead(self) -> int:
        """Dead letters."""
        return (await self.house.store.ask(spool.dead_letters))[0]


@asynccontextmanager
async def desk(folder: Path, far: FarSide | str, **named: object) -> AsyncIterator[Desk]:
    """A desk whose API is there, or at an address where nobody is."""
    url = far if isinstance(far, str) else far.url
    given = {
        "WORKER_CALLBACK_URL": url,
        "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
        "WORKER_OUTPUT_DIR": folder,
        "WORKER_DEAD_LETTER_DIR": folder / "dead-letter",
        "WORKER_CALLBACK_RETRY_JITTER_PCT": 0,
        "APP_ENV": "test",
        **named,
    }
    clock = Clock()
    with opened(folder) as store:
        house = furnish(ScraperSettings.model_validate(given), store, hire, clock)
        yield Desk(house, clock)
        await house.dismiss()


def written(kind: str, run_id: str, size: int = 0) -> Report:
    """A report of that kind as the scraper writes it."""
    event_id = str(uuid4())
    is_end = kind == "complete"
    body: dict[str, object] = {"sourceRunId": run_id, "eventId": event_id, "runId": "run-1", "source": "board"}
    offer = {"url": "https://board.example/1", "title": "Baker", "description": "x" * max(1, size)}
    body |= {"status": "COMPLETED"} if is_end else {"jobs": [offer]}
    digest = payload_hash(body)
    path = "/api/job-sources/complete" if is_end else f"/api/job-sources/runs/{run_id}/offers/batch"
    return Report(
        run_id=run_id,
        event_id=event_id,
        kind=kind,
        path=path,
        request_id=str(uuid4()),
        status_word="COMPLETED" if is_end else "INGEST",
        task_run_id="run-1",
        body=canonical(body | {"payloadHash": digest}),
        payload_hash=digest,
    )
