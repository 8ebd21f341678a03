"""Real PostgreSQL under the app's role for every test: one server, one migrated template, one clone per worker."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.database import Databases, Logins
from waypost.platform.access import MACHINE, Actor, ActorKind
from waypost.platform.db import Shards, connect
from waypost.platform.ids import new_id
from waypost.platform.work import Work, Works

settings.register_profile("waypost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("waypost")
"""A crowded machine is no fault of what is tested."""

pytest_plugins = [
    "tests.memory",
    "tests.compiled",
    "tests.fixtures",
    "tests.grouping",
    "tests.turns",
    "tests.no_skip",
    "tests.collector",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop is enough."""
    return "asyncio"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The server that all workers of a run share; it stops with the last of them."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if root.name.startswith("popen-") else root
    with Databases(shared) as running:
        yield running


@pytest.fixture(scope="session")
def shared_logins(databases: Databases) -> Logins:
    """Addresses of this worker's own database: as the app, as the queue's worker, as the owner."""
    return databases.clone()


@pytest.fixture(scope="session")
def logins(shared_logins: Logins) -> Logins:
    """The same; files with a worker of their own put a database of their own here."""
    return shared_logins


@pytest.fixture(scope="session")
async def shared_pool(shared_logins: Logins) -> AsyncIterator[AsyncEngine]:
    """Connections of all files: a new one costs more than most tests, and so does a statement's first time."""
    made = connect(shared_logins.app, pool=5)
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
async def pooled(logins: Logins, shared_logins: Logins, shared_pool: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Connections to the file's database."""
    made = shared_pool if logins is shared_logins else connect(logins.app, pool=5)
    yield made
    if made is not shared_pool:
        await made.dispose()


@pytest.fixture
async def shards(pooled: AsyncEngine) -> AsyncIterator[Shards]:
    """Sessions under the app's role; what a test has not given back is closed."""
    yield Shards(pooled)
    if pooled.pool.checkedout():  # type: ignore[attr-defined]  # a queue's pool counts
        await pooled.dispose()


@dataclass(frozen=True, slots=True)
class Orgs:
    """Two organisations, always: what one may never see of the other."""

    acme: UUID
    globex: UUID


@pytest.fixture
def orgs() -> Orgs:
    """Fresh ones for each test, so that tests never meet each other's rows."""
    return Orgs(new_id(), new_id())


@pytest.fixture
def alice() -> Actor:
    """A person of Acme without any key; tests add what they need."""
    return Actor(ActorKind.PERSON, new_id())


@pytest.fixture
async def owner(logins: Logins) -> AsyncIterator["psycopg.AsyncConnection[tuple[object, ...]]"]:
    """A connection that sees everything: only for arranging and for looking behind row security."""
    dsn = logins.owner.replace("postgresql+psycopg://", "postgresql://")
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def works(shards: Shards) -> Works:
    """Opens works that write their timeline rows and jobs as in production."""
    from waypost.platform.jobs.actions import settle

    return Works(shards, settle)


@pytest.fixture
async def work(works: Works, orgs: Orgs) -> AsyncIterator[Work]:
    """One open work of the machine in Acme."""
    async with works.open(orgs.acme, MACHINE) as opened:
        yield opened


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder."""
    return tmp_path
