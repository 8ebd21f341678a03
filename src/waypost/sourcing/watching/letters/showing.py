"""The scraper as people see it: itself now, what it could not deliver, whom it lets rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Refusal
from waypost.platform.work import Work
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.models import HostState
from waypost.sourcing.watching.letters import queries
from waypost.sourcing.watching.letters.line import NoScraperLine, ScraperLine
from waypost.sourcing.watching.letters.models import ScraperLook
from waypost.sourcing.watching.letters.queries import Listed
from waypost.sourcing.watching.letters.reading import Health, health

SHOWN = 20
BEATS = text(
    "select id, source_slug, status, progress ->> 'phase' as phase, worker_instance, last_heartbeat_at"
    " from job_source_runs where status in ('PENDING', 'RUNNING') and last_heartbeat_at is not null"
    " order by last_heartbeat_at desc limit :most"
)


@dataclass(frozen=True, slots=True)
class Beat:
    """The newest sign of life of one run."""

    run_id: object
    source: str
    status: str
    phase: str | None
    instance: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What the scraper says now, or why it says nothing."""

    health: Health | None = None
    trouble: str | None = None
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What we know by ourselves."""

    look: ScraperLook | None
    beats: Sequence[Beat]
    events: Sequence[CallbackEvent]
    letters: Listed
    pending: int
    hosts: Sequence[HostState]
    """Those of this organisation's sources that rest now."""


async def ask(line: ScraperLine) -> Asked:
    """Never refuses: a page that shows trouble must not become trouble."""
    try:
        return Asked(health(await line.health()))
    except NoScraperLine:
        return Asked(is_named=False)
    except Refusal as refusal:
        return Asked(trouble=refusal.detail if refusal.detail != refusal.title() else None)


async def known(work: Work) -> Known:
    """In a fixed number of statements."""
    newest = select(CallbackEvent).order_by(CallbackEvent.received_at.desc(), CallbackEvent.id.desc())
    return Known(
        look=await queries.last_look(work.db),
        beats=await _beats(work.db),
        events=(await work.db.scalars(newest.limit(SHOWN))).all(),
        letters=await queries.listed(work.db, limit=SHOWN),
        pending=await queries.pending(work.db),
        hosts=await _resting(work),
    )


async def _beats(db: AsyncSession) -> list[Beat]:
    return [Beat(*row) for row in await db.execute(BEATS, {"most": SHOWN})]


async def _resting(work: Work) -> list[HostState]:
    wanted = sorted({host for source in await sources.listed(work.db) for host in source.hosts})
    found = await budgets.states(work.db, wanted)
    return [each for each in found if each.closed_until is not None and each.closed_until > work.now]
