"""What a callback costs the database: a fixed number of statements, whatever it brings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.sourcing.callbacks.sender import Call, Sender, offer, offers, sender_for

pytestmark = pytest.mark.anyio


@contextmanager
def counted(sender: Sender) -> Iterator[list[str]]:
    """The statements of a block, as they were sent."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    engine = sender.product.house.shards.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def cost(sender: Sender, call: Call) -> int:
    """How many one call needs."""
    with counted(sender) as found:
        await sender.say(call)
    return len(found)


@pytest.mark.parametrize("door", ["complete", "batch"])
async def test_a_hundred_offers_cost_as_many_statements_as_one(sender: Sender, door: str) -> None:
    costs = set()
    for turn, number in enumerate((1, 100, 37)):
        fresh = await sender_for(sender.product)
        call = fresh.completion if door == "complete" else fresh.batch
        costs.add(await cost(fresh, call(jobs=[offer(1_000 * turn + each, 5_000) for each in range(number)])))
    assert len(costs) == 1 and costs.pop() <= 18


async def test_a_heartbeat_costs_as_much_whatever_it_tells(sender: Sender) -> None:
    line = {"stage": "s", "code": "C", "at": "2026-11-22T10:00:00Z"}
    costs = set()
    for number in (1, 100):
        fresh = await sender_for(sender.product)
        keys, lines = [f"source:{each}" for each in range(number)], [line | {"seq": each} for each in range(number)]
        costs.add(await cost(fresh, fresh.heartbeat(phase="detail_fetch", discovered=keys, events=lines)))
    assert len(costs) == 1 and costs.pop() <= 16


async def test_a_repetition_costs_little(sender: Sender) -> None:
    call = sender.completion(jobs=offers(20))
    await sender.say(call)
    assert await cost(sender, call) <= 8
