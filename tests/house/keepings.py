"""What Acme keeps, holds and releases: for the tests of all doors."""

from uuid import UUID

from tests.archive.records.keeping import Case, keep
from tests.fixtures import Product
from waypost.archive.keeping import releasing
from waypost.archive.keeping.actions import Wanted, add_class
from waypost.archive.keeping.erasing import begin, finish
from waypost.archive.keeping.holding import place_hold
from waypost.archive.keeping.queries import items_waiting
from waypost.platform.access import Actor, ActorKind, Role, keys_of

ZEPPELIN = Case(number="30001", title="Zeppelin hangar door", ref="30001", email="anna.zeppelin@client.example")
GONE = Case(number="30002", title="Zeppelin hangar roof", ref="30002")


async def keepings(product: Product) -> dict[str, UUID]:
    """A held record, a class, a proposal of Alice's, and the certificate of a record that two people released."""
    alice, works = product.cast.alice.actor, product.house.works
    bob = Actor(ActorKind.PERSON, product.cast.bob.person_id, keys_of(Role.ADMIN))
    async with works.open(product.cast.alice.org_id, alice) as work:
        record_id = (await keep(work, ZEPPELIN)).record_id
        gone = (await keep(work, GONE)).record_id
        hold = await place_hold(work, record_id, "Zeppelin lawsuit")
        kind = await add_class(work, Wanted("Zeppelin law", years=10))
        waiting = await releasing.propose(work, [record_id], "Zeppelin hangar closed")
        ended = await releasing.propose(work, [gone], "Zeppelin hangar closed")
    async with works.open(product.cast.alice.org_id, bob) as work:
        await releasing.agree(work, ended.id)
        (item,) = await items_waiting(work.db, ended.id)
        doomed = await begin(work, item.id)
        assert doomed is not None
        await finish(work, item.id, doomed, {})
        assert item.certificate_id
        found = {"record_id": record_id, "hold_id": hold.id, "retention_class_id": kind.id}
        return found | {"release_id": waiting.id, "certificate_id": item.certificate_id}
