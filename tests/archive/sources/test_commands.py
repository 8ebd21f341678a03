"""`waypost archive source`: what its commands do in the house."""

import pytest

from tests.fixtures import Product
from tests.wire.zammad import StandIn, World
from tests.wire.zammad.world import TOKEN
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.queries import NoSuchSource, by_key
from waypost.archive.sources.secrets import webhook_secrets
from waypost.archive.sources.zammad.words import TokenRefused
from waypost.cli.archive_sourcing import (
    SourceAsked,
    all_sources,
    change_secret,
    connect_source,
    finish_secret,
    test_source,
)
from waypost.cli.connecting import NotUnderstood
from waypost.cli.organisations import NoSuchOrganisation
from waypost.platform.access import MACHINE
from waypost.platform.http import Trust

look = test_source
del test_source
pytestmark = pytest.mark.anyio


def asked(far: StandIn, token: str = TOKEN) -> SourceAsked:
    """As the operator types it."""
    return SourceAsked("Help desk", far.base, token, "pdf:sign", None)


async def secrets(product: Product, key: str) -> list[str]:
    """The webhook's secrets of a source of Acme's."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        found = webhook_secrets(await by_key(work.db, key), product.house.parts.of(Zammads).vault)
    return [each.decode() for each in found]


async def test_the_operators_way(lax: Product, far: StandIn, world: World) -> None:
    """Connected under the operator's rules, listed, tested, its secret changed in two steps."""
    org, house = str(lax.cast.alice.org_id), lax.house
    made = await connect_source(org, asked(far))(house)
    assert made["key"].startswith("help-desk-") and await secrets(lax, made["key"]) == [made["webhook_secret"]]
    (listed,) = await all_sources(org)(house)
    assert (listed["condition"], listed["webhook_url"]) == ("connected", made["webhook_url"])
    world.ticket()
    assert (await look(org, made["key"])(house))["ready"] is True
    fresh = await change_secret(org, made["key"])(house)
    assert await secrets(lax, made["key"]) == [fresh, made["webhook_secret"]]
    await finish_secret(org, made["key"])(house)
    assert await secrets(lax, made["key"]) == [fresh]
    async with house.works.open(lax.cast.alice.org_id, MACHINE) as work:
        assert (await by_key(work.db, made["key"])).trust == Trust.OPERATOR
    assert await all_sources(str(lax.cast.mallory.org_id))(house) == []


async def test_refusals(lax: Product, far: StandIn) -> None:
    """Each a sentence; nothing is kept."""
    org, house = str(lax.cast.alice.org_id), lax.house
    with pytest.raises(NotUnderstood):
        connect_source(org, SourceAsked("x", "desk", TOKEN, "pdf:sign", None))
    with pytest.raises(TokenRefused):
        await connect_source(org, asked(far, "wrong"))(house)
    with pytest.raises(NoSuchOrganisation):
        await connect_source("Nobody", asked(far))(house)
    with pytest.raises(NoSuchSource):
        await look(org, "default")(house)
    assert await all_sources(org)(house) == []
