"""Every page of the archive that answers live pages with a block of itself can draw that block alone."""

from pathlib import Path

import pytest

from tests.fixtures import Product
from tests.house.belongings import gather_belongings
from tests.house.knocking import all_doors, knock, name_of

pytestmark = pytest.mark.anyio
BLOCK = {"accept": "text/html", "hx-request": "true"}


async def test_blocks_stand_alone(product: Product, tmp_path: Path) -> None:
    things, troubles = await gather_belongings(product, tmp_path), []
    async with product.visit(product.cast.alice, BLOCK) as alice:
        for door in all_doors(product):
            if door.page and door.method == "GET" and "archive" in door.path:
                answer = await knock(alice, door, things)
                if answer.status_code >= 500:
                    troubles.append(f"{name_of(door)}: {answer.text[:200]}")
    assert troubles == []
