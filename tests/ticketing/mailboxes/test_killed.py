"""A worker that is killed while it reads loses nothing and doubles nothing."""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.database import Logins
from tests.ticketing.mailboxes.conftest import Desk, mail, until
from tests.wire.dovecot import MailUser
from waypost.platform.jobs.lease import reap
from waypost.ticketing.mailboxes.jobs import QUEUE

pytestmark = [pytest.mark.anyio, pytest.mark.turns("deaths of a fetch", 1)]
MAILS = 120


async def test_killed_in_the_middle(desk: Desk, user: MailUser, owner: Any, logins: Logins, tmp_path: Path) -> None:
    user.deliver(*(mail(str(number)) for number in range(MAILS)))
    mailbox_id = await desk.connect(user)

    async def brought() -> int:
        found = await owner.execute("select count(*) from message_occurrences where mailbox_id = %s", (mailbox_id,))
        return int((await found.fetchone())[0])

    async def some() -> bool:
        return await brought() > 0

    command = [sys.executable, "-m", "tests.ticketing.mailboxes.doomed", logins.app, logins.worker]
    doomed = await asyncio.create_subprocess_exec(*command, str(tmp_path / "blobs"), str(desk.terms.ca_file))
    await until(some, 30)
    doomed.kill()
    await doomed.wait()
    assert 0 < await brought() < MAILS
    running = await desk.rows(f"select status from jobs where queue = '{QUEUE}'")
    assert [row[0] for row in running] == ["running"]
    desk.clock.forward(minutes=5)
    await reap(desk.engine, desk.clock.at, random.Random())
    await desk.work_off(minutes=5)
    assert sorted(await desk.subjects(owner, mailbox_id), key=int) == [str(number) for number in range(MAILS)]
