"""Acme's wish to keep a case, with words that nobody else may read."""

from uuid import UUID

from sqlalchemy import update

from tests.fixtures import Product
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.platform.access import MACHINE


async def wish_of(product: Product) -> UUID:
    """A request that failed: all of its page is there."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        request = await ask(work, Wish("ticket", "", "hangar-zeppelin-1", delivery_id="zeppelin-delivery"))
        said = {"error": "The zeppelin was locked.", "error_code": "locked", "number": "Z-1"}
        ends = {"state": State.FAILED_PERMANENT, "ended_at": work.now}
        await work.db.execute(update(ArchiveRequest).where(ArchiveRequest.id == request.id).values(**said, **ends))
        return request.id
