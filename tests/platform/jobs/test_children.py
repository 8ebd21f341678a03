"""Work for the processor leaves the loop, ends in time, and breaks alone."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.platform.jobs import heavy
from waypost.platform.jobs.children import ChildFailed, in_child, stop_children

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def _no_child_left() -> AsyncIterator[None]:
    yield
    await stop_children()


async def test_the_loop_stays_free() -> None:
    await in_child(heavy.square, 2)
    lags = []
    busy = asyncio.gather(in_child(heavy.burn, 0.2), in_child(heavy.burn, 0.2))
    while not busy.done():
        begun = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - begun)
    assert os.getpid() not in await busy
    assert len(lags) > 10
    assert sorted(lags)[len(lags) // 2] < 0.05


async def test_time_memory_and_death_are_errors_of_that_call_only() -> None:
    others = asyncio.gather(*(in_child(heavy.square, n) for n in range(10)))
    with pytest.raises(ChildFailed, match="too long"):
        await in_child(heavy.burn, 60, timeout=timedelta(seconds=0.2))
    with pytest.raises(ChildFailed, match="memory"):
        await in_child(heavy.swallow, 1 << 30, memory=1 << 28)
    with pytest.raises(ChildFailed, match="ended"):
        await in_child(heavy.die)
    with pytest.raises(ValueError, match="as raised"):
        await in_child(heavy.complain, "as raised")
    assert await others == [n * n for n in range(10)]
    assert await in_child(heavy.square, 12) == 144


async def test_a_child_sees_no_secrets_and_may_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_SECRET_KEY", "must not be seen")
    assert {"LC_ALL", "PATH", "PYTHONPATH"} >= set(await in_child(heavy.chatter)) - {"LC_CTYPE"}
