"""The office of the tickets' tests."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.ticketing.tickets.conftest import Office, globex, office

__all__ = ["alice", "globex", "office"]


@pytest.fixture
async def alice(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """She may steer."""
    async with office.visit(office.product.cast.alice) as client:
        yield client
