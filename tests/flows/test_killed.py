"""Death at every step: the worker's process, or PostgreSQL under it. Nothing is lost, nothing is doubled."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.database import PASSWORD, Databases, Logins
from tests.flows.corpus import COPIES, LETTERS, MAILS, MESSAGES, SINGLES, THREADS, mbox
from tests.flows.doomed import Doom
from tests.flows.outcome import outcome
from tests.flows.steps import STEPS
from waypost.database import plain
from waypost.platform.ids import new_id
from waypost.platform.postgres.refusal import PostgresRefused
from waypost.platform.postgres.server import Server, serve
from waypost.platform.schema.build import statements
from waypost.tables import everything

PROVE = bool(os.environ.get("PROVE"))
ROUNDS = 19 if PROVE else 1
"""Each kills once at each of the eleven steps: more than two hundred deaths."""
SEED = int(os.environ.get("SEED", random.randrange(1 << 30)))
CHECKOUT = Path(__file__).parents[2]
PAUSES_ARE_OVER = "update jobs set run_at = now() where status = 'queued'"

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("killed")


@pytest.mark.timeout(900)  # eleven deaths, each with a wait for what it held
@pytest.mark.turns("deaths", 1)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_worker_killed_at_every_step(logins: Logins, tmp_path: Path, number: int) -> None:
    doom = doomed(logins, tmp_path, number)
    with psycopg.connect(plain(logins.owner), autocommit=True) as owner, running("worker", doom) as process:
        struck = []
        for line in said(process):
            struck.append(line)
            owner.execute(PAUSES_ARE_OVER)
        check(owner, doom, struck)


@pytest.mark.timeout(900)  # eleven deaths, each with a wait for what it held
@pytest.mark.turns("deaths", 1)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_postgres_killed_at_every_step(own_server: "OwnServer", tmp_path: Path, number: int) -> None:
    doom = doomed(own_server.logins, tmp_path, number, str(own_server.server.folder.cluster))
    with running("postgres", doom) as process:
        struck = []
        for line in said(process):
            struck.append(line)
            own_server.rise()
    with psycopg.connect(plain(own_server.logins.owner), autocommit=True) as owner:
        check(owner, doom, struck)


def doomed(logins: Logins, folder: Path, number: int, cluster: str = "") -> Doom:
    """A mailbox for each step, in an order that the seed decides, and deaths at moments that it decides, too."""
    chance = random.Random(SEED + number)
    nths = [chance.randint(1, 2) for _ in STEPS]
    doom = Doom(logins.app, logins.worker, str(folder), cluster, [str(new_id()) for _ in STEPS], nths)
    for org in doom.orgs:
        doom.source(org).write_bytes(mbox(chance.randrange(1 << 30)))
    return doom


@contextmanager
def running(victim: str, doom: Doom) -> Iterator["subprocess.Popen[str]"]:
    """The process that is to die, in whatever way."""
    command = [sys.executable, "-m", "tests.flows.doomed", victim, json.dumps(asdict(doom))]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Its lines, until it has nothing left to do."""
    assert process.stdout is not None
    for line in process.stdout:
        if line == "done\n":
            return
        yield line.strip()
    pytest.fail(f"the process ended with {process.wait()}")


def check(owner: Connection, doom: Doom, struck: list[str]) -> None:
    """Death came everywhere, and one cannot tell it from the results."""
    assert struck == [step.name for step in STEPS], f"SEED={SEED}"
    for step, org in zip(STEPS, doom.orgs, strict=True):
        assert outcome(owner, UUID(org)) == undisturbed(), f"SEED={SEED}: {step.name}"


def undisturbed() -> dict[str, Any]:
    """What becomes of one mailbox."""
    threads = [[f"<t{thread}-{number}@client.example>" for number in range(LETTERS)] for thread in range(THREADS)]
    threads += [[f"<s{number}@client.example>"] for number in range(SINGLES)]
    return {
        "copies": MAILS,
        "copies at their end": MAILS,
        "duplicates": COPIES,
        "messages": MESSAGES,
        "contents": MESSAGES,
        "quarantined": 1,
        "messages in tickets": MESSAGES,
        "searchable texts": MESSAGES,
        "conversations": len(threads),
        "blobs": MAILS - COPIES,
        "threads": sorted(" ".join(thread) for thread in threads),
        "twice": [],
        "miscounted": [],
        "unfinished": [],
    }


class OwnServer:
    """A server that may be killed: nobody else's, and as durable as in production."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.server: Server = serve(folder)
        with psycopg.connect(plain(self.server.admin_dsn()), autocommit=True) as owner:
            for statement in statements(everything()):
                owner.execute(statement.encode())
            for role in ("waypost_app", "waypost_worker"):
                owner.execute(f"alter role {role} login password '{PASSWORD}'".encode())

    @property
    def logins(self) -> Logins:
        """As the app and as the queue's worker."""
        app, worker = (self.server.dsn(f"waypost_{role}", PASSWORD) for role in ("app", "worker"))
        return Logins(app, worker, self.server.admin_dsn())

    def rise(self) -> None:
        """Start it again as the next process that needs it does; it may die once more meanwhile."""
        while True:
            with suppress(psycopg.OperationalError, PostgresRefused):
                dead, self.server = self.server, serve(self._folder)
                dead.release()
                with psycopg.connect(plain(self.server.admin_dsn()), autocommit=True) as owner:
                    owner.execute(PAUSES_ARE_OVER)
                    return


@pytest.fixture(scope="module")
def own_server() -> Iterator[OwnServer]:
    """For the tests of this file only."""
    folder = Path(tempfile.mkdtemp(prefix="wp-"))
    own = OwnServer(folder)
    yield own
    own.server.release()
    assert own.server.stopped()
    shutil.rmtree(folder)
