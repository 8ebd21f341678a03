"""The web process: all doors of all parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text

from waypost.console import home
from waypost.console.operations import api as operations_api
from waypost.console.operations import pages as operations_pages
from waypost.console.operations.selections import api as selections_api
from waypost.console.operations.selections import pages as selections_pages
from waypost.main.house import House
from waypost.platform.audit import api as audit_api
from waypost.platform.audit import pages as audit_pages
from waypost.platform.db import Shards
from waypost.platform.identity import api as identity_api
from waypost.platform.identity import pages as identity_pages
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.tokens import Tokens
from waypost.platform.jobs.pokes import send_through
from waypost.platform.observe.health import Check
from waypost.platform.signals import LIVE, Signals
from waypost.platform.storage import api as storage_api
from waypost.platform.web.app import Shell, build
from waypost.platform.web.nav import Room
from waypost.ticketing import doors as ticketing

PLATFORM_DOORS = (
    identity_pages.pages,
    identity_api.api,
    operations_pages.pages,
    operations_api.api,
    selections_pages.pages,
    selections_api.api,
    audit_pages.pages,
    audit_api.api,
    storage_api.api,
    home.pages,
)
SIGNED = ("/blobs", "/remote-pictures")
"""Opened by our signature alone; a mail with many pictures asks for all of them at once, without a session."""
ROOMS = (
    *ticketing.ROOMS,
    Room(key="ops", href="/ops/jobs", label="Operations", icon="activity", key_hint="g o", needs="ops.jobs.read"),
    Room(key="audit", href="/audit", label="Audit", icon="scroll-text", needs="audit.log.read"),
    Room(key="settings", href="/account", label="Settings", icon="settings"),
)


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
            unlimited=SIGNED,
            outside_prod=env != "prod",
            loopback=loopback,
            during=during,
        )
    )
    app.state.identity = desk
    return app


async def _answers(shards: Shards) -> str:
    async with shards.engine.connect() as connection:
        await connection.execute(text("select 1"))
    return "answers"
