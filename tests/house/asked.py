"""A source of Acme's own, which nobody else has."""

from tests.fixtures import Product
from waypost.sourcing.sources.actions import add

COLUMNS = {"name": "Zeppelin jobs", "adapter": "jsonld", "recipe": {}, "hosts": ["jobs.zeppelin.example"]}


async def source_of(product: Product) -> str:
    """Its key."""
    alice = product.cast.alice
    async with product.house.works.open(alice.org_id, alice.actor) as work:
        return (await add(work, COLUMNS)).key
