"""Acme's export for an auditor: for the tests of all doors."""

from uuid import UUID

from tests.fixtures import Product
from waypost.archive.records.diligence import Diligence
from waypost.archive.records.exports.actions import ask
from waypost.archive.records.listing import Filters


async def export_of(product: Product) -> UUID:
    """One that waits to be built, of everything that Acme keeps."""
    async with product.house.works.open(product.cast.alice.org_id, product.cast.alice.actor) as work:
        return (await ask(work, Filters(q="zeppelin"), [], {"q": "zeppelin"}, Diligence())).id
