"""A run of Alice's, for the tests of all doors."""

from uuid import UUID

from tests.fixtures import Product
from tests.sourcing.sources.runs import ended_run
from waypost.platform.access import MACHINE


async def run_of(product: Product) -> UUID:
    """One that failed."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        run = ended_run("zeppelin-board", work.now, status="FAILED", person=product.cast.alice.person_id)
        work.db.add(run)
        return run.id
