"""A run of Alice's that a scraper reports about."""

import pytest

from tests.fixtures import Product
from tests.sourcing.callbacks.sender import Sender, sender_for


@pytest.fixture
async def sender(product: Product) -> Sender:
    """The one who reports."""
    return await sender_for(product)
