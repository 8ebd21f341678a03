"""Since when somebody listens: one row for all web processes, and a gap begins it anew."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.sourcing.runs.running import Running
from waypost.sourcing.runs import presence
from waypost.sourcing.runs.presence import GAP, be_here, heard_since, present

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def _nobody(running: Running) -> None:
    """The row is the whole installation's: what other tests wrote there, some of them years ahead, is over."""
    async with running.works.shards.engine.begin() as connection:
        await connection.execute(text("update sourcing_api_presence set up_since = 'epoch', seen_at = 'epoch'"))


async def here(running: Running) -> None:
    """A sign, now."""
    await be_here(running.works.shards.engine, running.clock())


async def since(running: Running) -> datetime | None:
    """What the watchdog would count from."""
    async with running.work() as work:
        return await heard_since(work.db, running.clock())


async def test_signs_without_a_gap_are_one_presence(running: Running) -> None:
    running.clock.forward(days=900)
    await here(running)
    begin = running.clock()
    for _ in range(5):
        running.clock.forward(seconds=GAP.total_seconds() - 1)
        await here(running)
        assert await since(running) == begin
    running.clock.forward(seconds=GAP.total_seconds() + 1)
    assert await since(running) is None, "nobody is there any more"
    await here(running)
    assert await since(running) == running.clock(), "and then it begins anew"


async def test_two_processes_do_not_disturb_each_other(running: Running) -> None:
    running.clock.forward(days=1_800)
    await here(running)
    begin = running.clock()
    running.clock.forward(seconds=30)
    await here(running)
    await be_here(running.works.shards.engine, running.clock() - timedelta(seconds=20))
    assert await since(running) == begin


async def test_a_web_process_says_so_while_it_is_there(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "EVERY", 0.01)
    running.clock.forward(days=2_700)
    async with present(running.works):
        async with running.work():
            pass
        for _ in range(200):
            if await since(running) is not None:
                break
    assert await since(running) == running.clock()
