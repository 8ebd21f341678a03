"""A board on loopback and a desk to ask it from."""

from collections.abc import AsyncIterator, Iterator

import pytest

from demo.board.positions import positions
from demo.board.site import Site
from tests.sourcing.fetching.companion import Desk
from tests.wire.board import Board


@pytest.fixture(scope="module")
def served() -> Iterator[Board]:
    """One port for a file."""
    with Board() as board:
        yield board


@pytest.fixture
def board(served: Board) -> Board:
    """Twelve positions, five on a page, no trouble, nothing asked yet."""
    served.site = Site(positions(12), 5, base=served.base)
    served.troubles.clear()
    served.log.clear()
    return served


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Closed at the end."""
    made = Desk()
    yield made
    await made.way.close()
