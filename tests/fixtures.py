"""The product as `main` composes it, on a test's database: what the tests of the whole house share."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.compiled import TEMPLATES
from tests.conftest import Orgs
from tests.database import Logins

if TYPE_CHECKING:  # whoever only hands out tests has no need of the product, which takes seconds to load
    import httpx2
    from fastapi import FastAPI

    from tests.cast import Cast, Player
    from waypost.main.house import House
    from waypost.settings import Settings

ORIGIN = "http://localhost:8000"
UNLIMITED = {"RATE_LIMIT_REQUESTS_PER_MINUTE": 0, "RATE_LIMIT_SESSION_PER_MINUTE": 0, "RATE_LIMIT_KEY_PER_MINUTE": 0}
LOOPBACK = {"ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8"}


def settings_for(data: Path, **named: object) -> "Settings":
    """Settings by their documented names, without limits; secrets are made in `data`."""
    from waypost.settings import GROUPS, Settings

    given = {"APP_ENV": "test", **UNLIMITED, **named}
    groups: list[Any] = [group.model_validate(given) for group in GROUPS]
    return Settings(data, *groups)


def house_on(logins: Logins, data: Path, **named: object) -> "House":
    """The product's parts on a database of the tests."""
    from waypost.database import Database
    from waypost.main.house import furnish

    database = Database(logins.app, logins.worker, None)
    return furnish(settings_for(data, **named), database, pool=5)


@dataclass(frozen=True, slots=True)
class Product:
    """The whole product in this process, and the people who may knock at it."""

    house: "House"
    app: "FastAPI"
    cast: "Cast"

    def visit(self, who: "Player | None" = None, headers: Mapping[str, str] | None = None) -> "httpx2.AsyncClient":
        """A program or browser that sends what `who` would send; nobody's: a stranger."""
        import httpx2

        transport = httpx2.ASGITransport(app=self.app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
        known = (who.headers if who else {}) | dict(headers or {})
        return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=known)


@asynccontextmanager
async def put_together(logins: Logins, data: Path) -> AsyncIterator[tuple["House", "FastAPI"]]:
    """The product on a database, as long as it is wanted."""
    from waypost.main.web import web_app
    from waypost.platform.jobs.children import stop_children
    from waypost.platform.jobs.pokes import send_through

    built = house_on(logins, data)
    app = web_app(built, loopback=True)
    send_through(None)
    app.state.renderer._env.bytecode_cache = TEMPLATES
    yield built, app
    await app.state.identity.close()
    await built.close()
    await stop_children()  # else the loop's end waits for those that idle


@pytest.fixture(scope="session")
async def shared_whole(
    shared_logins: Logins, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple["House", "FastAPI"]]:
    """One product for all files: putting it together, its connections and each door's first answer take a while.

    Tests never meet in it: each has organisations and people of its own. What a test exchanges in it, it puts back.
    """
    async with put_together(shared_logins, tmp_path_factory.mktemp("whole")) as made:
        yield made


@pytest.fixture(scope="module")
async def whole(
    logins: Logins,
    shared_logins: Logins,
    shared_whole: tuple["House", "FastAPI"],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple["House", "FastAPI"]]:
    """The product on the file's database."""
    if logins is shared_logins:
        yield shared_whole
    else:
        async with put_together(logins, tmp_path_factory.mktemp("whole")) as made:
            yield made


@pytest.fixture
async def product(whole: tuple["House", "FastAPI"], orgs: Orgs) -> Product:
    """Acme and Globex with their people, all doors, no worker."""
    from tests.cast import gather

    house, app = whole
    return Product(house, app, await gather(house.works, orgs, app.state.identity))
