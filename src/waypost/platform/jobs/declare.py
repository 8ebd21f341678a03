"""Declaring jobs: listeners to facts (`on`) and to the clock (`every`). Importing a feature's jobs.py declares them."""

import builtins
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from waypost.platform.facts import Fact
from waypost.platform.jobs.run import Run

Handler = Callable[[Run, Any], Awaitable[None]]
"""`async def handler(run, fact)`, or `(run, facts: list)` where the job declares `batch`."""

ATTEMPTS = 25
"""With the engine's backoff they span more than twelve hours: a night's outage fills no dead-letter list."""
TIMEOUT = timedelta(minutes=15)

Replay = Literal["idempotent", "check", "not"]
"""May a job be tried again by hand? It looks at what is done already; look outside first; or never."""


@dataclass(frozen=True, slots=True)
class Job:
    """One declared follow-up of a fact."""

    type: str
    """The documented wire type (`occurrence_parse`), unique in the product."""
    fact: builtins.type[Fact]
    handler: Handler
    queue: str = "default"
    attempts: int = ATTEMPTS
    priority: int = 0
    """Higher first within an organisation (interactive work 10, crowds -10)."""
    one_per: str | None = None
    """Name of the fact's field: a second job for the same value is skipped while one is queued or running."""
    key: str | None = None
    """Name of the fact's field whose value orders jobs: one at a time, first come first served.

    A job that waits for its next try lets the ready ones behind it pass.
    """
    batch: int = 1
    """More than 1: the handler takes a list of facts of one organisation; a poisoned one fails alone."""
    timeout: timedelta = TIMEOUT
    """A handler that takes longer is cancelled; that is a failed attempt."""
    replay: Replay = "idempotent"
    """`check` where a repeat may do something outside twice, `not` where it always would."""

    def __post_init__(self) -> None:
        if self.batch > 1 and self.key:
            raise ValueError(f"{self.type}: jobs that wait for each other cannot come in batches")

    def unique_key(self, payload: dict[str, Any]) -> str | None:
        """`TYPE:VALUE` as operators know it from the documented dedupe keys."""
        return f"{self.type}:{payload[self.one_per]}" if self.one_per else None

    def order_key(self, payload: dict[str, Any]) -> str | None:
        """What the job waits for: jobs with an equal key run one after another."""
        return f"{self.type}:{payload[self.key]}" if self.key else None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One declared clock: every organisation gets a job of `type` when `cron` (five fields, UTC) comes round."""

    type: str
    cron: str
    handler: Callable[[Run], Awaitable[None]]
    queue: str = "clock"
    attempts: int = 3
    timeout: timedelta = TIMEOUT
    replay: Replay = "idempotent"
    batch: int = 1


_jobs: dict[str, Job] = {}
_schedules: dict[str, Schedule] = {}


def on(fact: builtins.type[Fact], *, type: str | None = None, **options: Any) -> Callable[[Handler], Handler]:
    """Declare a listener: `@on(TicketClosed, queue=…, attempts=…, one_per=…, key=…, batch=…)`."""

    def declare(handler: Handler) -> Handler:
        job = Job(type or handler.__name__, fact, handler, **options)
        _refuse_twin(job.type, handler)
        _jobs[job.type] = job
        return handler

    return declare


def every(cron: str, *, type: str | None = None, **options: Any) -> Callable[[Any], Any]:
    """Declare a clock job, once per organisation: `@every("*/5 * * * *")` over `async def handler(run)`."""

    def declare(handler: Callable[[Run], Awaitable[None]]) -> Callable[[Run], Awaitable[None]]:
        schedule = Schedule(type or handler.__name__, cron, handler, **options)
        _refuse_twin(schedule.type, handler)
        _schedules[schedule.type] = schedule
        return handler

    return declare


def declared() -> dict[str, Job]:
    """All listeners by wire type."""
    return _jobs


def scheduled() -> dict[str, Schedule]:
    """All clock jobs by wire type."""
    return _schedules


def timeout_of(type_: str) -> timedelta:
    """How long a job of this type may take."""
    declaration = _jobs.get(type_) or _schedules.get(type_)
    return declaration.timeout if declaration else TIMEOUT


def verdict_on(type_: str) -> str:
    """Is it safe to try a job of this type again: "idempotent", "check" first, "not", or "unknown" to this version."""
    declaration = _jobs.get(type_) or _schedules.get(type_)
    return declaration.replay if declaration else "unknown"


def _refuse_twin(type_: str, handler: Callable[..., Any]) -> None:
    known = _jobs.get(type_) or _schedules.get(type_)
    if known and known.handler is not handler:
        raise ValueError(f"two jobs are called {type_}")
