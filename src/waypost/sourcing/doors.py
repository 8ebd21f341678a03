"""The face of sourcing for the web process: its doors and its rooms."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room
from waypost.platform.work import Works
from waypost.sourcing.access import OPERATE, READ
from waypost.sourcing.callbacks import api as callbacks_api
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.notebook import api as notebook_api
from waypost.sourcing.notebook import pages as notebook_pages
from waypost.sourcing.notebook.choosing import pages as choosing_pages
from waypost.sourcing.notebook.profiles import api as profiles_api
from waypost.sourcing.notebook.profiles import pages as profiles_pages
from waypost.sourcing.notebook.searches import pages as searches_pages
from waypost.sourcing.offers import api as offers_api
from waypost.sourcing.reports import api as reports_api
from waypost.sourcing.reports import operating as reports_operating
from waypost.sourcing.reports import pages as reports_pages
from waypost.sourcing.reports.starting import pages as starting_pages
from waypost.sourcing.runs import api as runs_api
from waypost.sourcing.runs.rematching import api as rematching_api
from waypost.sourcing.runs.rematching import pages as rematching_pages
from waypost.sourcing.schedules import api as schedules_api
from waypost.sourcing.schedules import pages as schedules_pages
from waypost.sourcing.sources import api as sources_api
from waypost.sourcing.sources import pages as sources_pages
from waypost.sourcing.sources.trials import pages as trials_pages
from waypost.sourcing.watching import opening
from waypost.sourcing.watching.alerts import api as alerts_api
from waypost.sourcing.watching.alerts import pages as alerts_pages
from waypost.sourcing.watching.figures import api as figures_api
from waypost.sourcing.watching.health import api as health_api
from waypost.sourcing.watching.health.settings import HealthSettings
from waypost.sourcing.watching.letters import api as letters_api
from waypost.sourcing.watching.letters import pages as letters_pages
from waypost.sourcing.watching.objectives import pages as objectives_pages
from waypost.sourcing.watching.trail import api as trail_api

UNLIMITED: tuple[str, ...] = (
    "/api/job-sources/complete",
    "/api/job-sources/runs/*/heartbeat",
    "/api/job-sources/runs/*/offers",
    "/api/job-sources/schedule/trigger",
    "/api/ops",
    "/ops/metrics",
)
"""Callbacks have a limit of their own, for each source."""
DOORS: tuple[Doors, ...] = (
    callbacks_api.api,
    schedules_pages.pages,
    schedules_api.api,
    runs_api.api,
    starting_pages.pages,
    reports_pages.pages,
    reports_api.api,
    reports_operating.operators,
    trials_pages.pages,
    sources_pages.pages,
    sources_api.api,
    rematching_pages.pages,
    rematching_api.api,
    profiles_pages.pages,
    profiles_api.api,
    searches_pages.pages,
    choosing_pages.pages,
    notebook_pages.pages,
    notebook_api.api,
    offers_api.api,
    health_api.api,
    figures_api.api,
    alerts_pages.pages,
    alerts_api.api,
    objectives_pages.pages,
    objectives_pages.api,
    letters_pages.pages,
    letters_api.api,
    trail_api.api,
)
ROOMS: tuple[Room, ...] = (
    Room(
        key="sourcing",
        href="/sourcing/runs",
        label="Sourcing",
        icon="radar",
        key_hint="g s",
        needs=READ,
        covers=("/sourcing",),
    ),
    Room(
        key="sourcing-sources",
        href="/sourcing/sources",
        label="Sources",
        icon="radio-tower",
        needs=READ,
        part_of="sourcing",
        says="Boards and sites that may be asked, their pace and their permission.",
    ),
    Room(
        key="sourcing-schedules",
        href="/sourcing/schedules",
        label="Schedules",
        icon="calendar-clock",
        needs=READ,
        part_of="sourcing",
        says="Searches that run by themselves.",
    ),
    Room(
        key="offers",
        href="/sourcing/offers",
        label="Offers",
        icon="briefcase",
        key_hint="g f",
        needs=READ,
        part_of="sourcing",
        covers=("/sourcing/searches",),
        says="What runs found, how well it fits, and what you did with it.",
    ),
    Room(
        key="sourcing-profiles",
        href="/sourcing/profiles",
        label="Profiles",
        icon="target",
        key_hint="g p",
        needs=READ,
        part_of="settings",
        group="Sourcing",
        says="What you look for: offers are scored by it.",
    ),
    Room(
        key="sourcing-watch-worker",
        href="/sourcing/worker",
        label="Scraper",
        icon="cpu",
        needs=OPERATE,
        part_of="sourcing",
        covers=("/sourcing/dead-letters",),
        says="Whether it answers, what it does, and what it could not deliver.",
    ),
    Room(
        key="sourcing-watch-alerts",
        href="/sourcing/alerts",
        label="Alerts",
        icon="siren",
        needs=OPERATE,
        part_of="sourcing",
        says="What is wrong with runs and sources, since when, and what to do.",
    ),
    Room(
        key="sourcing-watch-slo",
        href="/sourcing/slo",
        label="Objectives",
        icon="target",
        needs=OPERATE,
        part_of="sourcing",
        says="What is promised over 30 days, and what is left of the allowance.",
    ),
)


def open_callbacks(parts: Parts, terms: CallbackTerms) -> None:
    """The doors of scrapers open."""
    asks = Patience(connect=5, read=10, total=15, max_bytes=1_000_000)
    parts.add(terms)
    parts.add(Gate(terms, WayOut(Trust.OPERATOR, patience=asks) if terms.audience else None))


async def close_callbacks(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Gate).close()


def open_health(parts: Parts, engine: AsyncEngine, data: Path, settings: HealthSettings, *, prod: bool) -> None:
    """The documented doors of health answer."""
    opening.furnish_health(parts, engine, data, settings, prod=prod)


def watching(parts: Parts, works: Works) -> AbstractAsyncContextManager[None]:
    """What a web process answered is written down for as long as the block lasts."""
    return opening.watching(parts, works)
