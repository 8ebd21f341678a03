"""The parts of watching, put together from what the settings say; and what a web process does while it lasts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.http import Breaker, Trust, WayOut
from waypost.platform.http.client import Patience
from waypost.platform.identity.post import Post
from waypost.platform.observe.tally import Tally
from waypost.platform.parts import Parts
from waypost.platform.work import Works
from waypost.sourcing.runs.terms import Handover
from waypost.sourcing.watching.alerts.delivering import Herald
from waypost.sourcing.watching.alerts.mailing import Bell
from waypost.sourcing.watching.alerts.settings import AlertSettings
from waypost.sourcing.watching.health.checks import checks, demand_tables
from waypost.sourcing.watching.health.desk import HealthDesk, Release
from waypost.sourcing.watching.health.settings import HealthSettings
from waypost.sourcing.watching.letters.line import PATIENCE, REPLAY_PATIENCE, ScraperLine, no_header
from waypost.sourcing.watching.objectives.flushing import flushing
from waypost.sourcing.wire.minting import Minter

OURS = ("/api/ops", "/api/job-", "/ops/metrics", "/sourcing")
"""Doors whose refusals are kept as lines."""
NOTICE_PATIENCE = Patience(connect=2, read=5, total=5, max_bytes=100_000)


def furnish_watching(parts: Parts, settings: AlertSettings, to: Handover) -> None:
    """What doors and jobs of watching find. `to` says where the scraper is."""
    parts.add(settings.rules())
    parts.add(settings.terms())
    parts.add(Herald(WayOut(Trust.OPERATOR, patience=NOTICE_PATIENCE, breaker=_tireless())))
    parts.add(Bell.silent())
    parts.add(_line(to))
    parts.add(Tally(OURS))


def furnish_letters(parts: Parts, settings: AlertSettings, post: Post, home: str) -> None:
    """By which way people hear of alerts; `home` is where they reach the house."""
    parts.add(Bell(post, home) if settings.mail else Bell.silent())


def furnish_health(parts: Parts, engine: AsyncEngine, data: Path, settings: HealthSettings, *, prod: bool) -> None:
    """What the health doors ask."""
    release = Release(settings.release_ref, settings.release_sha, settings.release_created_at)
    parts.add(HealthDesk(checks(engine, data, settings.disk_threshold), release, prod=prod))


@asynccontextmanager
async def watching(parts: Parts, works: Works) -> AsyncIterator[None]:
    """For as long as the web process answers. Refuses to begin in production without its tables."""
    await demand_tables(works.shards.engine, prod=parts.of(HealthDesk).prod)
    async with flushing(works, parts.of(Tally)):
        yield


async def close(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Herald).close()
    await parts.of(ScraperLine).close()


def _line(to: Handover) -> ScraperLine:
    out = WayOut(Trust.OPERATOR, patience=PATIENCE, breaker=_tireless())
    slow = WayOut(Trust.OPERATOR, patience=REPLAY_PATIENCE, breaker=_tireless())
    line = ScraperLine(to.task_url, out, slow, no_header)
    if to.token:
        line.header = lambda: _bearer(to.token)
    elif to.audience and to.service_account:
        minter = Minter(out, to.account)
        line.header = lambda: minter.header(to.audience)
    return line


def _tireless() -> Breaker:
    """People ask whether it is back: nobody is told to rest."""
    return Breaker(patience=timedelta.max)


async def _bearer(token: str) -> str:
    return f"Bearer {token}"
