"""Many webhooks at once, with duplicates, for few tickets, and three processes that archive: nothing is kept twice."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.archive.requests.doomed import Doom
from tests.archive.requests.keys import pfx
from tests.archive.requests.zammading import Zammading, webhook
from tests.database import Databases, Logins
from tests.wire.zammad import StandIn
from tests.wire.zammad.world import TOKEN

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

PROVE = bool(os.environ.get("PROVE"))
WEBHOOKS, TICKETS = (100, 20) if PROVE else (20, 4)
PROCESSES = 3
SEED = int(os.environ.get("SEED", random.randrange(1 << 30)))
CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("archive_webhooks")


@pytest.fixture
def far() -> Iterator[StandIn]:
    """A Zammad."""
    standing = StandIn().start()
    yield standing
    standing.stop()


@pytest.mark.turns("deaths", 1)
async def test_webhooks_with_duplicates_and_three_processes(logins: Logins, far: StandIn, tmp_path: Path) -> None:
    zammading, chance = Zammading(logins, tmp_path, far), random.Random(SEED)
    tickets = [zammading.ticket("pdf:sign") for _ in range(TICKETS)]
    plan = [(ticket, f"{ticket.id}-{number % 2}") for number in range(WEBHOOKS // TICKETS) for ticket in tickets]
    chance.shuffle(plan)
    async with zammading.process() as house, zammading.web(house) as app:
        with workers(zammading):
            first, rest = plan[: len(plan) // 2], plan[len(plan) // 2 :]
            answers = await asyncio.gather(*(webhook(app, ticket, delivery) for ticket, delivery in first))
            await asyncio.sleep(chance.random())
            answers += await asyncio.gather(*(webhook(app, ticket, delivery) for ticket, delivery in rest))
            assert {answer.status_code for answer in answers} == {202}
            async with asyncio.timeout(240):
                while True:
                    if await zammading.left(house) == 0:
                        break
                    await asyncio.sleep(0.1)
    assert [ticket.tags for ticket in tickets] == [["pdf:signed"]] * TICKETS, f"SEED={SEED}"
    assert [len(far.world.notes(ticket)) for ticket in tickets] == [1] * TICKETS, f"SEED={SEED}"
    assert len(zammading.pdfs()) == TICKETS, f"SEED={SEED}"


@contextmanager
def workers(zammading: Zammading) -> Iterator[None]:
    """Three processes that archive, each with a queue's worker of its own."""
    logins, key = zammading.logins, str(pfx(zammading.folder))
    doom = Doom(
        logins.app, logins.worker, str(zammading.folder), str(zammading.org), zammading.far.base, TOKEN, key, []
    )
    command = [sys.executable, "-m", "tests.archive.requests.working", json.dumps(asdict(doom))]
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE))
            for _ in range(PROCESSES)
        ]
        try:
            yield
        finally:
            for each in running:
                assert each.stdin is not None
                each.stdin.close()
