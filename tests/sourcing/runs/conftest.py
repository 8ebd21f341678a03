"""Runs of Acme, on a database of their own: since when somebody listens is one row for the whole installation."""

from collections.abc import AsyncIterator

import pytest

from tests.cast import Cast, gather
from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.platform.jobs.queueing import Hand
from tests.sourcing.runs.far_scraper import FarScraper, far_scraper
from tests.sourcing.runs.running import Running
from waypost.platform.db import Shards
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Works


@pytest.fixture(scope="package")
def logins(databases: Databases) -> Logins:
    """Nobody else's API is heard here."""
    return databases.clone("sourcing_runs")


@pytest.fixture
def clock() -> Hand:
    """Time as the test wants it."""
    return Hand()


@pytest.fixture
def works(shards: Shards, clock: Hand) -> Works:
    """Works on that clock."""
    return Works(shards, settle, clock)


@pytest.fixture
async def cast(works: Works, orgs: Orgs) -> AsyncIterator[Cast]:
    """Everybody."""
    gathered = await gather(works, orgs)
    yield gathered
    await gathered.desk.close()


@pytest.fixture
async def running(works: Works, clock: Hand, cast: Cast) -> Running:
    """Acme with an enabled source."""
    made = Running(works, clock, cast.alice)
    await made.open_source()
    return made


@pytest.fixture
async def far() -> AsyncIterator[FarScraper]:
    """Where tasks go."""
    async with far_scraper() as standing:
        yield standing
