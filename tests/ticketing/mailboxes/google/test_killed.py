"""A worker that is killed while it reads Gmail loses nothing, doubles nothing, and the next one goes on at its page."""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.database import Logins
from tests.ticketing.mailboxes.conftest import mail, until
from tests.ticketing.mailboxes.google.conftest import GmailDesk
from tests.wire.google.server import StandIn
from tests.wire.google.world import Account, World
from waypost.platform.jobs.lease import reap

pytestmark = [pytest.mark.anyio, pytest.mark.turns("deaths of a fetch", 1)]
MAILS = 200


async def test_killed_in_the_middle(
    desk: GmailDesk, world: World, account: Account, stand_in: StandIn, owner: Any, logins: Logins, tmp_path: Path
) -> None:
    account.deliver(*(mail(str(number)) for number in range(MAILS)))
    mailbox_id = await desk.join(world)
    world.latency = 0.02

    async def brought() -> int:
        found = await owner.execute("select count(*) from message_occurrences where mailbox_id = %s", (mailbox_id,))
        return int((await found.fetchone())[0])

    async def two_pages() -> bool:
        return await brought() >= 20

    command = [sys.executable, "-m", "tests.ticketing.mailboxes.google.doomed", logins.app, logins.worker]
    doomed = await asyncio.create_subprocess_exec(*command, str(tmp_path / "blobs"), stand_in.base)
    await until(two_pages, 60)
    doomed.kill()
    await doomed.wait()
    world.latency = 0.0
    before, fetched = await brought(), world.count("messages/")
    assert 0 < before < MAILS
    desk.clock.forward(minutes=5)
    await reap(desk.engine, desk.clock.at, random.Random())
    await desk.work_off(minutes=5)
    assert sorted(await desk.subjects(owner, mailbox_id), key=int) == [str(number) for number in range(MAILS)]
    assert world.count("messages/") - fetched == MAILS - before
