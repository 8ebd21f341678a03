"""The web process: all doors of all parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from prometheus_client.registry import Collector
from sqlalchemy import text

from waypost.archive import doors as archive
from waypost.archive.completeness.figures import ArchiveFigures
from waypost.bridges import doors as bridges
from waypost.console import home
from waypost.console.figures.house import HouseFigures
from waypost.console.figures.mail import MailFigures
from waypost.console.operations import api as operations_api
from waypost.console.operations import pages as operations_pages
from waypost.console.operations.corrections import api as corrections_api
from waypost.console.operations.corrections import pages as corrections_pages
from waypost.console.operations.selections import api as selections_api
from waypost.console.operations.selections import pages as selections_pages
from waypost.console.overview import api as overview_api
from waypost.console.overview import pages as overview_pages
from waypost.database import plain
from waypost.main.house import House, stand_sources
from waypost.main.post import post_for
from waypost.platform.audit import api as audit_api
from waypost.platform.audit import pages as audit_pages
from waypost.platform.db import Shards
from waypost.platform.errors import Unavailable
from waypost.platform.identity import doors as identity
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.tokens import Tokens
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.pokes import send_through
from waypost.platform.observe.disk import DiskFigures
from waypost.platform.observe.health import Check
from waypost.platform.observe.logs import line
from waypost.platform.observe.tally import Tally
from waypost.platform.safety.secrets import kept_secret
from waypost.platform.schema.inspect_sql import REVISION
from waypost.platform.schema.migrate import head
from waypost.platform.signals import LIVE, Signals
from waypost.platform.storage import api as storage_api
from waypost.platform.storage.blobs import Blobs
from waypost.platform.web.app import Shell, build
from waypost.platform.web.nav import Room
from waypost.platform.web.shell import settings_pages
from waypost.settings import Settings, deprecated_names, without_effect
from waypost.sourcing import doors as sourcing
from waypost.sourcing.callbacks.settings import SECRET
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.module import listening
from waypost.sourcing.watching.figures.installation import SourcingFigures
from waypost.ticketing import doors as ticketing

PLATFORM_DOORS = (
    *identity.DOORS,
    operations_pages.pages,
    operations_api.api,
    selections_pages.pages,
    selections_api.api,
    corrections_pages.pages,
    corrections_api.api,
    overview_pages.pages,
    overview_api.api,
    audit_pages.pages,
    audit_api.api,
    storage_api.api,
    home.pages,
    settings_pages,
)
SIGNED = ("/blobs", "/remote-pictures")
"""Opened by our signature alone; a mail with many pictures asks for all of them at once, without a session."""
ROOMS = (
    Room(key="home", href="/home", label="Home", icon="house", key_hint="g t"),
    *ticketing.ROOMS,
    *archive.ROOMS,
    *sourcing.ROOMS,
    Room(key="ops", href="/ops", label="Operations", icon="activity", key_hint="g o", needs="ops.jobs.read"),
    Room(key="settings", href="/settings", label="Settings", icon="settings", key_hint="g ,"),
    Room(
        key="account",
        href="/account",
        label="Account",
        icon="user",
        part_of="settings",
        group="Personal",
        says="Your name, language and password, and where you are signed in.",
    ),
    Room(
        key="api-keys",
        href="/api-keys",
        label="API keys",
        icon="key-round",
        part_of="settings",
        group="Personal",
        says="What your own programs sign in with.",
    ),
    Room(
        key="members",
        href="/members",
        label="Members",
        icon="users",
        part_of="settings",
        group="Organisation",
        covers=("/invitations",),
        says="Who belongs to the organisation, and as what.",
    ),
    Room(
        key="organization",
        href="/organization",
        label="Organisation",
        icon="globe",
        part_of="settings",
        group="Organisation",
        says="Its language and its time zone, also in sealed documents.",
    ),
    Room(
        key="audit",
        href="/audit",
        label="Audit",
        icon="scroll-text",
        needs="audit.log.read",
        part_of="settings",
        group="Organisation",
        says="Who changed what, in a chain that shows when a link is missing.",
    ),
)

log = line("waypost.main.web")


def web_app(house: House, *, loopback: bool) -> FastAPI:
    """The web process: all doors of all parts."""
    settings = house.settings
    env = settings.env(loopback=loopback)
    desk = _desk(house, prod=env == "prod")
    signals = Signals(house.database.app, hears=(LIVE,))
    send_through(signals)
    app = build(
        Shell(
            works=house.works,
            resolve_caller=desk.resolve,
            features=(*PLATFORM_DOORS, *ticketing.DOORS, *archive.DOORS, *sourcing.DOORS, *bridges.DOORS),
            settings=settings.web,
            observe=settings.observe,
            tracing=house.tracing,
            csrf=desk.csrf(settings.web.origins),
            parts=house.parts,
            rooms=ROOMS,
            checks=_checks(house),
            signals=signals,
            unlimited=(*SIGNED, *archive.UNLIMITED, *sourcing.UNLIMITED),
            outside_prod=env != "prod",
            loopback=loopback,
            during=partial(_during, house, desk),
            collectors=_collectors(house),
        )
    )
    app.state.identity = desk
    archive.open_intake(house.parts, outside_prod=env != "prod")
    settings.callbacks.check(prod=env == "prod")
    settings.runs.check(prod=env == "prod", insecure=settings.way_out.hardening_transport_allow_insecure_http)
    sourcing.open_callbacks(house.parts, _callback_terms(settings))
    _open_watching(app, house, prod=env == "prod")
    return app


@asynccontextmanager
async def _during(house: House, desk: Desk) -> AsyncIterator[None]:
    _say_what_is_idle(house.settings)
    await stand_sources(house)
    try:
        async with listening(house.works), sourcing.watching(house.parts, house.works):
            yield
    finally:
        archive.close_intake(house.parts)
        await sourcing.close_callbacks(house.parts)
        await stop_children()
        await desk.close()
        await house.close()


def _say_what_is_idle(settings: Settings) -> None:
    """Once at the start: names that have a better one by now, and those that have nothing to decide here."""
    for sentence in (*deprecated_names(), *without_effect(settings)):
        log.warning("setting.idle", detail=sentence)


def _open_watching(app: FastAPI, house: House, *, prod: bool) -> None:
    """Health doors, and the tally of what this process answers."""
    settings = house.settings
    if prod:
        settings.alerts.refuse_for_production()
    sourcing.open_health(house.parts, house.shards.engine, settings.data, settings.health, prod=prod)
    app.state.tally = house.parts.of(Tally)


def _desk(house: House, *, prod: bool) -> Desk:
    """Where people sign in and sessions are known."""
    tokens, home = Tokens.of(house.secrets), house.settings.web.api_base_url
    post = post_for(house.settings.outbound, house.works.clock)
    return Desk(house.settings.identity, tokens, house.works, house.secrets.vault, prod=prod, home=home, post=post)


def _callback_terms(settings: Settings) -> CallbackTerms:
    """Callbacks are limited like webhooks; on an embedded database their secret is made where none is set."""
    made = kept_secret(settings.data / "secrets" / SECRET) if settings.embedded else None
    limits = settings.intake
    return replace(settings.callbacks.terms(made), limited=limits.limited, rate=limits.rate, burst=limits.burst)


def _checks(house: House) -> tuple[Check, ...]:
    """What /readyz asks."""
    return (
        Check("database", lambda: _answers(house.shards)),
        Check("migration", lambda: _stands_at(house.shards)),
        Check("blobs", house.parts.of(Blobs).look),
        *archive.checks(house.parts),
    )


def _collectors(house: House) -> tuple[Collector, ...]:
    """What /metrics asks when it is asked."""
    asked = (MailFigures, HouseFigures, ArchiveFigures, SourcingFigures)
    figures = (each(plain(house.database.app), house.works.clock) for each in asked)
    return (*figures, DiskFigures(_folders(house.settings)))


async def _stands_at(shards: Shards) -> str:
    """The database is still the one that this program was written for: somebody may migrate it while we serve. One that
    notes no version was refused, or allowed, at the start."""
    async with shards.engine.connect() as connection:
        if await connection.scalar(text("select to_regclass('alembic_version')")) is None:
            return "unknown"
        found = str(await connection.scalar(text(REVISION)))
    if found != head():
        raise Unavailable(f"The database stands at {found}, this program needs {head()}")
    return found


def _folders(settings: Settings) -> dict[str, Path]:
    """Whose disks may become full."""
    blobs = settings.storage.local_blob_dir or settings.data / "blobs"
    return {"data": settings.data} | ({"blobs": blobs} if settings.storage.blob_store == "local" else {})


async def _answers(shards: Shards) -> str:
    async with shards.engine.connect() as connection:
        await connection.execute(text("select 1"))
    return "answers"
