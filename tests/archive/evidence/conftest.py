"""Logs of two organisations."""

from pathlib import Path

import pytest

from tests.archive.evidence.logbook import Clock, Logbook
from tests.conftest import Orgs
from waypost.platform.db import Shards
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Works


@pytest.fixture
def clock() -> Clock:
    """Moved by tests."""
    return Clock()


@pytest.fixture
def works(shards: Shards, clock: Clock) -> Works:
    """Works on that clock."""
    return Works(shards, settle, clock)


@pytest.fixture
def acme(works: Works, orgs: Orgs, tmp_path: Path) -> Logbook:
    """Acme's log."""
    return Logbook(works, orgs.acme, tmp_path / "checkpoints")


@pytest.fixture
def globex(works: Works, orgs: Orgs, tmp_path: Path) -> Logbook:
    """Globex's log, kept in the same folder."""
    return Logbook(works, orgs.globex, tmp_path / "checkpoints")
