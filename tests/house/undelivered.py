"""A callback of Acme's that nobody took, for the tests of all doors."""

from uuid import UUID

from tests.fixtures import Product
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.watching.letters.models import CallbackDeadLetter


async def letter_of(product: Product, run_id: object) -> UUID:
    """A copy of a dead letter about that run."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        letter = CallbackDeadLetter(
            id=new_id(),
            source_run_id=run_id,
            entry="1",
            kind="complete",
            event_id="zeppelin-end",
            permanence="transient",
            created_at=work.now,
            seen_at=work.now,
        )
        work.db.add(letter)
        return letter.id
