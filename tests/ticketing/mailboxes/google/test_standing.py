"""How a Gmail mailbox fares in trouble: time decides, it heals by itself, and a look always waits."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.mailboxes.conftest import mail
from tests.ticketing.mailboxes.google.conftest import GmailDesk
from tests.wire.google.server import StandIn
from tests.wire.google.world import Account, Mood, World
from waypost.platform.access import MACHINE
from waypost.platform.jobs.clock import adopt, tick
from waypost.ticketing.mailboxes.actions import pause, resume
from waypost.ticketing.mailboxes.standing import REST

pytestmark = pytest.mark.anyio
LOOKS = "select status, run_at from jobs where type = 'mailbox_history_sync' and status in ('queued', 'running')"


async def waits(desk: GmailDesk) -> timedelta:
    """Until the one look that waits."""
    ((status, run_at),) = await desk.rows(LOOKS)
    assert status == "queued"
    left: timedelta = run_at - desk.clock.at
    return left


async def test_a_short_outage_stops_nothing_and_a_long_one_rests(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    world.moods.append(Mood("history", 503, times=10_000, headers={"retry-after": "20"}))
    for _ in range(8):
        await desk.work_off(minutes=0.5)
    assert (await desk.mailbox(mailbox_id)).ingestion_paused_until is None
    await desk.work_off(minutes=3)
    resting = await desk.mailbox(mailbox_id)
    assert resting.ingestion_paused_until == desk.clock.at + REST and await waits(desk) == REST
    assert "circuit breaker" in str(resting.ingestion_pause_reason)
    asked = world.count("history")
    await desk.work_off(minutes=15.1)
    assert world.count("history") == asked + 1, "one probe"
    assert (await desk.mailbox(mailbox_id)).ingestion_paused_until == desk.clock.at + REST
    world.moods.clear()
    account.deliver(mail("back"))
    await desk.work_off(minutes=15.1)
    healed = await desk.mailbox(mailbox_id)
    assert (healed.ingestion_paused_until, healed.last_sync_error, healed.trouble) == (None, None, None)
    assert await desk.subjects(owner, mailbox_id) == ["back"]


async def test_the_pause_that_google_names_is_kept(desk: GmailDesk, world: World) -> None:
    await desk.join(world)
    await desk.work_off()
    world.moods.append(Mood("history", 429, headers={"retry-after": "180"}))
    await desk.work_off(minutes=2)
    assert await waits(desk) == timedelta(seconds=180)


async def test_silence_is_an_outage_too(desk: GmailDesk, world: World, stand_in: StandIn, owner: Any) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    stand_in.stop()
    await desk.work_off(minutes=2)
    assert (await desk.mailbox(mailbox_id)).trouble == "no-answer"
    stand_in.start()
    world.account("journal@acme.example").deliver(mail("again"))
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["again"]


async def test_exactly_one_look_waits_whatever_happened(desk: GmailDesk, world: World, owner: Any) -> None:
    mailbox_id = await desk.join(world)

    async def organisations() -> AsyncIterator[UUID]:
        yield desk.orgs.acme

    async def next_minute() -> None:
        desk.clock.forward(minutes=1)
        await tick(desk.engine, desk.clock.at, organisations)
        await desk.work_off()

    await owner.execute("delete from schedules")
    await adopt(desk.engine, desk.clock.at)
    for wound in (
        "delete from jobs",
        "update jobs set status = 'dead' where type = 'mailbox_history_sync' and status = 'queued'",
        "update jobs set status = 'cancelled' where type = 'mailbox_history_sync' and status = 'queued'",
        "select 1",
    ):
        await owner.execute(wound)
        await next_minute()
        assert len(await desk.rows(LOOKS)) == 1, wound
    for act in (pause, resume):
        async with desk.works.open(desk.orgs.acme, MACHINE) as work:
            await act(work, mailbox_id, *((5,) if act is pause else ()))
        await next_minute()
        assert len(await desk.rows(LOOKS)) == 1
    desk.clock.forward(minutes=6)
    await next_minute()
    assert len(await desk.rows(LOOKS)) == 1


async def test_a_first_reading_whose_job_got_lost_goes_on(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(mail("old"))
    mailbox_id = await desk.join(world)
    await owner.execute("delete from jobs")
    await owner.execute("delete from schedules")
    await adopt(desk.engine, desk.clock.at)

    async def organisations() -> AsyncIterator[UUID]:
        yield desk.orgs.acme

    desk.clock.forward(minutes=1)
    await tick(desk.engine, desk.clock.at, organisations)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["old"]
