"""A product with a scraper behind it that nobody asks, and an outside clock."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.database import Logins
from tests.fixtures import Product, house_on
from tests.sourcing.schedules.planner import CLOCK, Planner, enable
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.jobs.pokes import send_through


@pytest.fixture(scope="module")
async def whole(logins: Logins, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, FastAPI]]:
    """The product of these tests."""
    named = {"WORKER_TASK_URL": "http://127.0.0.1:9/tasks", "SCHEDULER_AUTH_TOKEN": CLOCK}
    built = house_on(logins, tmp_path_factory.mktemp("schedules"), **named)
    app = web_app(built, loopback=True)
    yield built, app
    await app.state.identity.close()
    await built.close()
    send_through(None)


@pytest.fixture
async def planner(product: Product) -> Planner:
    """Alice, whose source may be asked."""
    await enable(product, product.cast.alice.org_id)
    return Planner(product, product.cast.alice)
