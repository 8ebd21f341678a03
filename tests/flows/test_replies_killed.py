"""Death at every step of a sending: no reply reaches its reader twice, none is lost without a word."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.flows.replying import Doom
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.replies.conftest import put_identity
from tests.ticketing.replies.steps import STEPS
from tests.wire.smtp import mail_server
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards, connect
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Works
from waypost.ticketing.outbound.models import Outgoing, Sending

pytestmark = pytest.mark.anyio

ROUNDS = 10 if os.environ.get("PROVE") else 1
"""Each kills once at each of the nine steps."""
CHECKOUT = Path(__file__).parents[2]
PATIENCE = 300.0
"""Seconds for all nine lives: a crowded machine needs more than a quiet one."""


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("replies_killed")


@pytest.fixture
async def works(logins: Logins) -> AsyncIterator[Works]:
    """On it."""
    shards = Shards(connect(logins.app, pool=3))
    yield Works(shards, settle)
    await shards.close()


@pytest.mark.timeout(400)
@pytest.mark.turns("deaths", 1)
@pytest.mark.parametrize("number", range(ROUNDS))
async def test_killed_at_every_step(logins: Logins, works: Works, orgs: Orgs, tmp_path: Path, number: int) -> None:
    desk = MailDesk.at(works, orgs.acme, tmp_path / "blobs")
    (ticket_id,) = await desk.deliver(mail(f"q{number}", "anna@client.example"))
    async with works.open(orgs.acme, MACHINE) as work:
        identity_id = await put_identity(work)
    async with mail_server() as relay:
        people = (str(orgs.acme), str(ticket_id), str(identity_id))
        written = await struck(Doom(logins.app, logins.worker, str(tmp_path), *people, relay.port))
    assert list(written) == list(STEPS)
    arrived = Counter(said.split(b"To be struck: ")[1].strip().decode() for said in (one.raw for one in relay.taken))
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        states = {one: state for one, state in await work.db.execute(select(Outgoing.message_id, Outgoing.state))}
    for step, message_id in written.items():
        assert arrived[step] <= 1, f"doubled: {step}"
        assert arrived[step] == 1 or states[message_id] == Sending.UNKNOWN, f"lost without a word: {step}"
        assert states[message_id] in (Sending.SENT, Sending.UNKNOWN), step
    assert Sending.SENT in states.values()


async def struck(doom: Doom) -> dict[str, UUID]:
    """The process lives and dies; which reply was written for which step."""
    command = [sys.executable, "-m", "tests.flows.replying", json.dumps(asdict(doom))]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        return await asyncio.wait_for(_lines(process), PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _lines(process: asyncio.subprocess.Process) -> dict[str, UUID]:
    written: dict[str, UUID] = {}
    assert process.stdout is not None
    async for line in process.stdout:
        if line == b"done\n":
            return written
        step, _, message_id = line.decode().strip().partition("\t")
        assert message_id, step
        written[step] = UUID(message_id)
    pytest.fail(f"the process ended with {await process.wait()}")
