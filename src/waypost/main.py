"""The composition root: from settings to a web app and a worker. The only file that knows all parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import text

from waypost.console import home
from waypost.console.operations import api as jobs_api
from waypost.console.operations import pages as jobs_pages
from waypost.console.operations.selections import api as selections_api
from waypost.console.operations.selections import jobs as selections_jobs
from waypost.console.operations.selections import pages as selections_pages
from waypost.database import Database, named
from waypost.platform.audit import api as audit_api
from waypost.platform.audit import jobs as audit_jobs
from waypost.platform.audit import pages as audit_pages
from waypost.platform.db import Shards, connect
from waypost.platform.identity import api as identity_api
from waypost.platform.identity import jobs as identity_jobs
from waypost.platform.identity import lookups
from waypost.platform.identity import pages as identity_pages
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.tokens import Tokens
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe.health import Check
from waypost.platform.parts import Parts
from waypost.platform.safety import jobs as safety_jobs
from waypost.platform.safety.secrets import Secrets, load_secrets
from waypost.platform.signals import JOBS, LIVE, Signals
from waypost.platform.storage import api as storage_api
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.storage.opening import open_blobs
from waypost.platform.web.app import Shell, build
from waypost.platform.web.nav import Room
from waypost.platform.work import Works
from waypost.settings import Settings
from waypost.ticketing import module as ticketing
from waypost.ticketing.mailboxes.imap_words import ImapTerms

PLATFORM_DOORS = (
    identity_pages.pages,
    identity_api.api,
    jobs_pages.pages,
    jobs_api.api,
    selections_pages.pages,
    selections_api.api,
    audit_pages.pages,
    audit_api.api,
    storage_api.api,
    home.pages,
)
WORKING = "waypost-worker"
"""Name of a worker's sessions: it looks for jobs every second, so the newest of them is its heartbeat."""
PLATFORM_JOBS = (audit_jobs, identity_jobs, safety_jobs, selections_jobs)
"""Imported so that their declarations stand."""
ROOMS = (
    *ticketing.ROOMS,
    Room(key="ops", href="/ops/jobs", label="Operations", icon="activity", key_hint="g o", needs="ops.jobs.read"),
    Room(key="audit", href="/audit", label="Audit", icon="scroll-text", needs="audit.log.read"),
    Room(key="settings", href="/account", label="Settings", icon="settings"),
)


@dataclass(frozen=True, slots=True)
class House:
    """What both processes, and every command, are made of."""

    settings: Settings
    database: Database
    shards: Shards
    works: Works
    secrets: Secrets
    parts: Parts
    terms: ImapTerms

    async def organisations(self) -> AsyncIterator[UUID]:
        """Every organisation, for clocks; asked under the queue's login."""
        engine = queue_engine(self.database.worker, pool=1)
        try:
            async with engine.connect() as connection:
                found = await lookups.organisation_ids(connection)
        finally:
            await engine.dispose()
        for org in found:
            yield org

    async def close(self) -> None:
        """Give back what is open."""
        await ticketing.close(self.parts)
        await self.shards.close()


def furnish(settings: Settings, database: Database, *, pool: int = 10) -> House:
    """The parts of a process, not yet running."""
    secrets = load_secrets(settings.secrets, data=settings.data if settings.embedded else None)
    shards = Shards(connect(database.app, pool=pool))
    links = BlobLinks(secrets.links(), timedelta(seconds=settings.storage.attachment_download_url_ttl_seconds))
    parts = Parts(secrets.vault, links)
    parts.add(open_blobs(settings.storage, settings.data), Blobs)
    terms = settings.mailboxes.terms(settings.way_out.allowed)
    ticketing.furnish(parts, secrets.vault, terms, secrets.links())
    return House(settings, database, shards, Works(shards, settle), secrets, parts, terms)


def web_app(house: House, *, loopback: bool) -> FastAPI:
    """The web process: all doors of all parts."""
    settings = house.settings
    env = settings.env(loopback=loopback)
    desk = Desk(settings.identity, Tokens.of(house.secrets), house.works, prod=env == "prod")
    signals = Signals(house.database.app, hears=(LIVE,))
    send_through(signals)

    @asynccontextmanager
    async def during() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await desk.close()
            await house.close()

    app = build(
        Shell(
            works=house.works,
            resolve_caller=desk.resolve,
            features=(*PLATFORM_DOORS, *ticketing.DOORS),
            settings=settings.web,
            observe=settings.observe,
            csrf=desk.csrf(settings.web.origins),
            parts=house.parts,
            rooms=ROOMS,
            checks=(Check("database", lambda: _answers(house.shards)),),
            signals=signals,
            outside_prod=env != "prod",
            loopback=loopback,
            during=during,
        )
    )
    app.state.identity = desk
    return app


@asynccontextmanager
async def working(house: House, *, watch: bool = True) -> AsyncIterator[Runner]:
    """The worker's part of a process, for as long as the block lasts; drains when it ends."""
    engine = queue_engine(named(house.database.worker, WORKING))
    signals = Signals(house.database.app, hears=(JOBS,))
    send_through(signals)
    base = house.settings.base
    plan = Plan(concurrency=base.worker_concurrency, drain=base.worker_drain_seconds)
    runner = Runner(
        engine, house.database.worker, house.works, parts=house.parts, plan=plan, organisations=house.organisations
    )
    watcher = ticketing.watch(house.works, house.organisations, house.secrets.vault, house.terms)
    deaf = runner.hear(signals)
    await signals.start()
    await runner.start()
    if watch:
        await watcher.start()
    try:
        yield runner
    finally:
        if watch:
            await watcher.stop()
        await runner.stop()
        await stop_children()
        deaf()
        send_through(None)
        await signals.stop()
        await engine.dispose()


async def _answers(shards: Shards) -> str:
    async with shards.engine.connect() as connection:
        await connection.execute(text("select 1"))
    return "answers"
