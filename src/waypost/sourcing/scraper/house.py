"""The parts of one scraper, put together from its settings, and how they stand."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from waypost.platform.clock import Clock, utc_now
from waypost.platform.observe import logs
from waypost.platform.product import product_version
from waypost.sourcing.fetching.keeping import sweep
from waypost.sourcing.scraper.asking import ReplayWish
from waypost.sourcing.scraper.courier import Courier
from waypost.sourcing.scraper.hiring import Crew, pages_of
from waypost.sourcing.scraper.importing import Imported, take_over
from waypost.sourcing.scraper.probing import probed
from waypost.sourcing.scraper.replay import Receipt, Replay, instant
from waypost.sourcing.scraper.runner import Runner
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import NoRoom, Store, letters, shelf, spool, tasks
from waypost.sourcing.scraper.store.letters import Choice

CHORES_SECONDS = 3_600.0
FLUSH_SECONDS = 5.0
"""What reports get to leave in when the scraper stops; the others wait in the file."""
FLUSH_STEP = 0.05

_log = logs.line("waypost.sourcing.scraper.house")


@dataclass(slots=True)
class House:
    """One scraper. `open` starts it, `close` ends it; between them `runner.take` takes tasks."""

    settings: ScraperSettings
    store: Store
    courier: Courier
    runner: Runner
    crew: Crew
    clock: Clock = utc_now
    _lives: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def open(self) -> None:
        """Take over what earlier ones left, then carry and carry out."""
        await self.imported()
        await self.runner.start()
        lives = [self.courier.run(), self._chores()]
        lives += [self._probe()] if self.settings.worker_browser_probe_on_start else []
        self._lives = [asyncio.create_task(life) for life in lives]

    async def close(self, grace: float) -> None:
        """Drain: tasks first, then reports."""
        await self.runner.drain(grace)
        with suppress(TimeoutError):
            async with asyncio.timeout(min(FLUSH_SECONDS, grace)):
                await self._flushed()
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        await self.store.ask(spool.let_go)
        await self.dismiss()

    async def dismiss(self) -> None:
        """Give the connections back."""
        await self.courier.voice.close()
        await self.crew.close()

    async def _flushed(self) -> None:
        """Until nothing travels or is due any more; what was refused waits for the next process."""
        busy = True
        while busy:
            busy = await self.store.ask(lambda db: spool.is_busy(db, self.now()))
            await asyncio.sleep(FLUSH_STEP if busy else 0)

    async def replayed(self, wish: ReplayWish) -> Receipt:
        """Old files first, then everything that the wish is about."""
        await self.imported()
        until = self.now() - timedelta(minutes=wish.older_than_minutes).total_seconds()
        choice = Choice(
            run_id=wish.source_run_id,
            kind=wish.kind_of_failure,
            until=until,
            limit=wish.limit,
            with_waiting=wish.include_waiting,
        )
        return await Replay(self.store, self.courier).run(choice, dry_run=wish.dry_run)

    async def imported(self) -> Imported:
        """Files of an earlier scraper become entries."""
        return await take_over(self.store, self.settings.worker_dead_letter_dir, self.runner.home, self.now())

    async def queue(self) -> dict[str, int]:
        """The documented figures of the queue."""
        found = await self.store.ask(tasks.counts)
        return {
            "queued": found.get("queued", 0),
            "active": found.get("running", 0),
            "maxConcurrent": self.settings.worker_max_concurrent_tasks,
            "maxQueueSize": self.settings.worker_max_queue_size,
            "taskTimeoutMs": self.settings.worker_task_timeout_ms,
        }

    async def health(self) -> dict[str, Any]:
        """`/health` (sourcing.md 1.8)."""
        count, oldest = await self.store.ask(spool.dead_letters)
        last = await self.store.ask(tasks.last_at)
        return {
            "ok": True,
            **self.release(),
            "queue": await self.queue(),
            "policy": self.policy(),
            "deadLetters": {"count": count, "oldestAgeSec": None if oldest is None else round(self.now() - oldest)},
            "draining": self.runner.is_draining,
            "lastTaskAt": None if last is None else instant(last),
        }

    def release(self) -> dict[str, str | None]:
        """Which release runs here, as far as its environment says; the same names as in the API's `/health`."""
        told = self.settings
        known = {"sha": told.release_sha, "ref": told.release_ref, "created_at": told.release_created_at}
        return {"version": product_version(), **known}

    def policy(self) -> dict[str, Any]:
        """What this scraper was told about its work."""
        told = self.settings
        return {
            "queueProvider": told.queue_provider,
            "maxConcurrentTasks": told.worker_max_concurrent_tasks,
            "maxQueueSize": told.worker_max_queue_size,
            "taskTimeoutMs": told.worker_task_timeout_ms,
            "detailConcurrency": told.pracuj_detail_concurrency,
            "detailDelayMs": told.pracuj_detail_delay_ms,
            "browserFallbackConcurrency": "serial",
            "browserFallbackCooldownMs": told.browser_cooldown_ms,
            "browserFallbackMaxCount": told.browser_max_count,
            "browserFallbackBudgetMs": told.browser_budget_ms,
            "outputStorageBackend": told.worker_output_storage_backend,
            "outputMode": told.output_mode,
            "outputRawSampleLimit": told.worker_output_raw_sample_limit,
        }

    async def gauges(self) -> dict[str, float]:
        """What `/metrics` shows of this moment."""
        queue = await self.queue()
        dead, oldest = await self.store.ask(spool.dead_letters)
        return {
            "queued": queue["queued"],
            "active": queue["active"],
            "waiting": await self.store.ask(spool.waiting),
            "dead": dead,
            "dead_age": 0.0 if oldest is None else self.now() - oldest,
            "expired": await self.store.ask(letters.expired),
            "draining": float(self.runner.is_draining),
        }

    @property
    def provider(self) -> str:
        """`local` or `cloud-tasks`."""
        return self.settings.queue_provider

    @property
    def retry_after(self) -> int:
        """Seconds after which a place may be free: a share of what a task takes at most."""
        each = self.settings.worker_task_timeout_ms / 1_000 / self.settings.worker_max_concurrent_tasks
        return max(5, min(300, round(each / 6)))

    def now(self) -> float:
        """Unix seconds."""
        return self.clock().timestamp()

    async def tidy(self) -> None:
        """Let go of what had its time."""
        keep, now = self.settings.worker_output_retention_hours * 3_600.0, self.now()
        dropped = await self.store.ask(lambda db: letters.drop_old(db, now, keep))
        await self.store.ask(lambda db: tasks.forget_old(db, now - keep))
        await self.store.ask(lambda db: shelf.clear(db, now))
        await asyncio.to_thread(sweep, pages_of(self.settings), self.clock(), timedelta(seconds=keep))
        if dropped:
            _log.warning("scraper.dead_letters_dropped", count=dropped)

    async def _probe(self) -> None:
        found = await probed()
        say = _log.info if found["ok"] else _log.warning
        say("scraper.browser_probed", **found)

    async def _chores(self) -> None:
        while True:
            with suppress(NoRoom):
                await self.tidy()
            await asyncio.sleep(CHORES_SECONDS)
