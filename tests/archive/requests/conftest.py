"""The archive at work in Acme."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.archive.requests.archiving import Archiving
from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.fixtures import house_on


@pytest.fixture(scope="package")
def logins(databases: Databases) -> Logins:
    """A queue of our own: the worker of these tests meets nobody else's jobs."""
    return databases.clone("archive_requests")


@pytest.fixture
async def archiving(logins: Logins, orgs: Orgs, tmp_path: Path) -> AsyncIterator[Archiving]:
    """Nothing signed, no authority; files in a folder."""
    root = tmp_path / "archive"
    house = house_on(logins, tmp_path / "data", STORAGE_ROOT=str(root), STORAGE_FSYNC="false")
    yield Archiving(house, orgs.acme, root)
    await house.close()
