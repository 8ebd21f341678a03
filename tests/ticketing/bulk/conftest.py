"""The office of the tickets' tests, and a worker that works off what was asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.database import Logins
from tests.fixtures import Product
from tests.ticketing.tickets.conftest import globex, office
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner

__all__ = ["globex", "office"]
WorkOff = Callable[[], Awaitable[object]]


@pytest.fixture
async def work_off(product: Product, logins: Logins) -> AsyncIterator[WorkOff]:
    """Do what is due, as the product's own worker does."""
    engine = queue_engine(logins.worker)
    house = product.house
    yield Runner(engine, logins.worker, house.works, parts=house.parts, plan=Plan(queues=("operations",))).work_off
    await engine.dispose()
