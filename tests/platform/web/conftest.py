"""The small house, open for visitors."""

import logging
from collections.abc import AsyncIterator, Iterator
from functools import cache
from io import StringIO

import httpx2
import pytest
import structlog
from fastapi import FastAPI

from tests.platform.web.stage import house, visit
from waypost.platform.observe.logs import configure


@pytest.fixture(scope="package", autouse=True)
def written_nowhere() -> Iterator[StringIO]:
    """Logs as in production, but into memory; what was set up before comes back afterwards."""
    root, heard = logging.getLogger(), StringIO()
    before = (root.handlers, root.level)
    configure("info", "json")
    root.handlers[0].setStream(heard)  # type: ignore[attr-defined]  # ours is a StreamHandler
    yield heard
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines(written_nowhere: StringIO) -> StringIO:
    """What this process logs from now on, as JSON lines."""
    written_nowhere.seek(0)
    written_nowhere.truncate()
    return written_nowhere


@cache
def standard() -> FastAPI:
    """One app for all tests that change nothing about it."""
    return house()


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """A visitor at the standard house."""
    async with visit(standard()) as visitor:
        yield visitor
