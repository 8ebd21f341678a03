"""An offer of Acme's catalogue: for the tests of all doors."""

from uuid import UUID

from tests.fixtures import Product
from tests.sourcing.offers.making import SOURCE, begin_run, offer
from waypost.sourcing.offers.actions import observe


async def offer_of(product: Product) -> UUID:
    """One that a run of Acme's found."""
    async with product.house.works.open(product.cast.alice.org_id, product.cast.alice.actor) as work:
        run = await begin_run(work)
        return (await observe(work, SOURCE, [offer(1, title="Zeppelin builder")], run_id=run, via="detail")).offer_ids[
            0
        ]
