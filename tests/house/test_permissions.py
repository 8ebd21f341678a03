"""Who may what: one table of all permissions, and every door asked as every role."""

from pathlib import Path

import pytest

from tests.cast import enter
from tests.fixtures import Product
from tests.house.belongings import gather_belongings
from tests.house.knocking import all_doors, knock, name_of
from tests.sampling import WEEK, share
from waypost.platform.access import ADMINS, EVERYONE, MACHINE, STAFF, Role, keys_of
from waypost.platform.web.csrf import SAFE_METHODS

pytestmark = pytest.mark.anyio

STREAMS = {"/live"}
OF_OWNERS_AND_ADMINS = {
    "audit.log.read",
    "identity.members.manage",
}
"""Keys that nobody else may ever hold, whatever a part declares."""
ONLY_LOOKING = (".read", ".view")
"""What viewers may: keys that end so."""


async def test_each_key_is_held_by_one_of_three_circles(product: Product) -> None:
    asked = {door.guard.needs for door in all_doors(product) if door.guard.needs}
    circles = {key: frozenset(role for role in Role if key in keys_of(role)) for key in asked}
    assert {key: held for key, held in circles.items() if held not in (ADMINS, STAFF, EVERYONE)} == {}
    assert {key for key in OF_OWNERS_AND_ADMINS if circles[key] != ADMINS} == set()
    assert {key for key, held in circles.items() if held == EVERYONE and not key.endswith(ONLY_LOOKING)} == set()


async def test_every_door_answers_each_role_as_its_key_says(product: Product, tmp_path: Path) -> None:
    things = await gather_belongings(product, tmp_path)
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        people = [await enter(product.cast.desk, work, role.value.title(), role) for role in Role]
    wrong = []
    for turn, person in enumerate(people):
        async with product.visit(person) as client:
            for door in share(all_doors(product), WEEK, turn):
                if door.guard.public or door.path in STREAMS or door.method not in SAFE_METHODS:
                    continue
                held = door.guard.needs is None or door.guard.needs in keys_of(person.role)
                status = (await knock(client, door, things)).status_code
                if (status == 403) is held or status >= 500:
                    wrong.append(f"{person.role}: {name_of(door)}: {status}")
    assert wrong == []
