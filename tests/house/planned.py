"""A schedule of Alice's, and what it says."""

from uuid import UUID

from tests.fixtures import Product
from waypost.sourcing.schedules.actions import add
from waypost.sourcing.schedules.typed import NamedPlan


async def schedule_of(product: Product) -> UUID:
    """Its id."""
    alice = product.cast.alice
    async with product.house.works.open(alice.org_id, alice.actor) as work:
        return (await add(work, NamedPlan(name="Zeppelin welders"))).id
