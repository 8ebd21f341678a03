"""What the scraper's tests stand on."""

import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from tests.sourcing.scraper.far_side import FarSide, far_side
from tests.sourcing.scraper.process import Scraper
from waypost.platform.observe import logs


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Log lines as in production, to nobody; afterwards all is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", StringIO())
    logs.configure("info", "json")
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def far() -> Iterator[FarSide]:
    """The API's side."""
    with far_side() as side:
        yield side


@pytest.fixture
def scraper(far: FarSide, tmp_path: Path) -> Iterator[Scraper]:
    """A scripted scraper that reports there."""
    with Scraper(tmp_path, far.url) as running:
        yield running
