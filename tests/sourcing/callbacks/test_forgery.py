"""Forged callbacks: of all that are made, none is let in; of the true ones, all are."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from tests.fixtures import Product
from tests.sampling import PROVE, SEED
from tests.sourcing.callbacks.changes import CHANGES, forged
from tests.sourcing.callbacks.forger import FORMER, NOW, RUN, SECRET, TOKEN, Forger
from tests.sourcing.callbacks.sender import BASE
from waypost.platform.errors import Refusal
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.knock import Knock
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.wire.words import Kind

pytestmark = pytest.mark.anyio
PARTS, MANY = (10, 10_000) if PROVE else (1, 1_500)
OVER_HTTP = 3_000 if PROVE else 300
TERMS = CallbackTerms(secrets=(SECRET, FORMER), token=TOKEN.encode(), limited=False)
REFUSALS = (400, 401, 413, 415)


def gate() -> Gate:
    """The verifier, at the time of the forgeries."""
    return Gate(TERMS, clock=lambda: datetime.fromtimestamp(NOW, UTC))


async def let_in(verifier: Gate, knock: Knock) -> bool:
    """Whether a callback is believed."""
    try:
        await verifier.admitted(knock)
    except Refusal as refusal:
        assert refusal.status in REFUSALS, refusal
        return False
    return True


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_forgery_is_let_in(part: int) -> None:
    verifier, forger, made = gate(), Forger(Random(SEED + part)), Counter[str]()
    for name, knock in forged(forger, MANY):
        assert not await let_in(verifier, knock), f"{name}, part {part} of seed {SEED}: {knock}"
        made[name.split()[0]] += 1
    assert sum(made.values()) == MANY and set(made) == set(CHANGES)


async def test_what_is_true_is_let_in() -> None:
    verifier, forger = gate(), Forger(Random(SEED))
    for kind in Kind:
        for secret in (SECRET, FORMER) * 25:
            assert await let_in(verifier, forger.true(kind, secret=secret))


@pytest.fixture
def guarded(product: Product) -> Iterator[Product]:
    """The product, with the verifier of these tests at its doors."""
    before = product.house.parts.of(Gate)
    product.house.parts.add(gate())
    yield product
    product.house.parts.add(before)


async def test_no_forgery_comes_through_the_doors(guarded: Product) -> None:
    """True ones reach the question whose run it is, and nobody's it is."""
    forger, told = Forger(Random(SEED + 1)), Counter[int]()
    async with guarded.visit() as client:

        async def knocked(knock: Knock) -> int:
            return (await client.post(address(knock), content=knock.raw, headers=dict(knock.headers))).status_code

        for kind in Kind:
            assert await knocked(forger.true(kind)) == 404
        sendable = [knock for _, knock in forged(forger, OVER_HTTP) if is_sendable(knock)]
        for start in range(0, len(sendable), 20):
            told.update(await asyncio.gather(*map(knocked, sendable[start : start + 20])))
    assert set(told) <= set(REFUSALS) and told[401] > OVER_HTTP / 3


def address(knock: Knock) -> str:
    """Where it is sent."""
    if knock.kind is Kind.COMPLETE:
        return f"{BASE}/complete"
    return f"{BASE}/runs/{knock.run_id or RUN}/{'heartbeat' if knock.kind is Kind.HEARTBEAT else 'offers/batch'}"


def is_sendable(knock: Knock) -> bool:
    """Whether HTTP can carry it as it is: headers of ASCII, and none that only the flag says stood twice."""
    return not knock.twice and knock.run_id != "" and all(value.isascii() for value in knock.headers.values())
