"""The product as `main` composes it, on a test's database: what the tests of the whole house share."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from tests.cast import Cast, Player, gather
from tests.compiled import TEMPLATES
from tests.conftest import Orgs
from tests.database import Logins
from waypost.database import Database
from waypost.main.house import House, furnish
from waypost.main.web import web_app
from waypost.platform.jobs.pokes import send_through
from waypost.settings import GROUPS, Settings

ORIGIN = "http://localhost:8000"
UNLIMITED = {"RATE_LIMIT_REQUESTS_PER_MINUTE": 0, "RATE_LIMIT_SESSION_PER_MINUTE": 0, "RATE_LIMIT_KEY_PER_MINUTE": 0}
LOOPBACK = {"ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8"}


def settings_for(data: Path, **named: object) -> Settings:
    """Settings by their documented names, without limits; secrets are made in `data`."""
    given = {"APP_ENV": "test", **UNLIMITED, **named}
    groups: list[Any] = [group.model_validate(given) for group in GROUPS]
    return Settings(data, *groups)


def house_on(logins: Logins, data: Path, **named: object) -> House:
    """The product's parts on a database of the tests."""
    database = Database(logins.app, logins.worker, None)
    return furnish(settings_for(data, **named), database, pool=5)


@dataclass(frozen=True, slots=True)
class Product:
    """The whole product in this process, and the people who may knock at it."""

    house: House
    app: FastAPI
    cast: Cast

    def visit(self, who: Player | None = None, headers: Mapping[str, str] | None = None) -> httpx2.AsyncClient:
        """A program or browser that sends what `who` would send; nobody's: a stranger."""
        transport = httpx2.ASGITransport(app=self.app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
        known = (who.headers if who else {}) | dict(headers or {})
        return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=known)


@pytest.fixture(scope="module")
async def whole(logins: Logins, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, FastAPI]]:
    """One product for all tests of a file, because it takes a while to put together.

    Tests never meet in it: each has organisations and people of its own.
    """
    built = house_on(logins, tmp_path_factory.mktemp("whole"))
    app = web_app(built, loopback=True)
    app.state.renderer._env.bytecode_cache = TEMPLATES
    yield built, app
    await app.state.identity.close()
    await built.close()
    send_through(None)


@pytest.fixture
async def product(whole: tuple[House, FastAPI], orgs: Orgs) -> Product:
    """Acme and Globex with their people, all doors, no worker."""
    house, app = whole
    return Product(house, app, await gather(house.works, orgs, app.state.identity))
