"""A small app around the doors of identity and audit, on the real database, with a clock in the hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.cast import Cast, gather
from tests.conftest import Orgs
from tests.platform.identity.small_app import client_of, small_app
from waypost.platform.work import Works


@dataclass(slots=True)
class Hand:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """The present moment."""
        return self.now

    def move(self, **span: float) -> None:
        """Go on by `minutes=…`, `days=…`."""
        self.now += timedelta(**span)


@pytest.fixture
def hand() -> Hand:
    """The clock of `cast` and `browser`."""
    return Hand()


@pytest.fixture
async def cast(works: Works, orgs: Orgs, hand: Hand) -> AsyncIterator[Cast]:
    """Everybody, under the clock in the hand."""
    gathered = await gather(replace(works, clock=hand), orgs)
    yield gathered
    await gathered.desk.close()


@pytest.fixture
async def browser(cast: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller on this machine without any cookie."""
    async with client_of(small_app(cast.desk)) as client:
        yield client
