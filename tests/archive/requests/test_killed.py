"""Death at every step of a run, with far side, authority or disk in trouble: one record each, and the right tags."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.archive.requests.doomed import Doom
from tests.archive.requests.keys import pfx
from tests.archive.requests.steps import STEPS
from tests.database import Databases, Logins
from tests.wire.zammad import StandIn
from tests.wire.zammad.faults import Fault
from tests.wire.zammad.world import TOKEN, Ticket
from waypost.archive.places.staging import PREFIX
from waypost.database import plain
from waypost.platform.ids import new_id

PROVE = bool(os.environ.get("PROVE"))
ROUNDS = 12 if PROVE else 1
"""Each kills once at each of the steps."""
SEED = int(os.environ.get("SEED", random.randrange(1 << 30)))
CHECKOUT = Path(__file__).parents[3]
FAR = {
    "far side 500: ticket": r"GET /tickets/\d+$",
    "far side 500: articles": "GET /ticket_articles/",
    "far side 500: tags": "GET /tags",
    "far side 500: tag added": "POST /tags/add",
    "far side 500: tag removed": "(DELETE|GET|POST) /tags/remove",
    "far side 500: note": "POST /ticket_articles",
}
TROUBLES = ("", "disk full", *FAR)
"""Each step meets each of them once in as many rounds."""
PAUSES_ARE_OVER = "update jobs set run_at = now() where status = 'queued' and run_at > now()"
SAMPLE = 6
"""Steps of a round in the quick suite; the seed chooses them."""


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("archive_killed")


@pytest.fixture
def far() -> Iterator[StandIn]:
    """A Zammad that outlives every worker."""
    standing = StandIn().start()
    yield standing
    standing.stop()


@pytest.mark.turns("deaths", 1)
@pytest.mark.timeout(400)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_worker_killed_at_every_step(logins: Logins, far: StandIn, tmp_path: Path, number: int) -> None:
    chance = random.Random(SEED + number)
    steps = list(STEPS) if PROVE else sorted(chance.sample(list(STEPS), SAMPLE), key=list(STEPS).index)
    tickets = [ticket_with_file(far) for _ in steps]
    troubles = [TROUBLES[(SEED + number + list(STEPS).index(step)) % len(TROUBLES)] for step in steps]
    lives = [(step, str(ticket.id), trouble) for step, ticket, trouble in zip(steps, tickets, troubles, strict=True)]
    doom = Doom(logins.app, logins.worker, str(tmp_path), str(new_id()), far.base, TOKEN, str(pfx(tmp_path)), lives)
    with psycopg.connect(plain(logins.owner), autocommit=True) as owner, running(doom) as process:
        make_org(owner, doom.org)
        struck: list[str] = []
        trouble_of(far, troubles[0], chance)
        for line in said(process):
            struck.append(line)
            trouble_of(far, troubles[len(struck)] if len(struck) < len(troubles) else "", chance)
            owner.execute(PAUSES_ARE_OVER)
        assert struck == steps, f"SEED={SEED}"
        check(owner, UUID(doom.org), far, tickets, tmp_path / "archive")


def trouble_of(far: StandIn, trouble: str, chance: random.Random) -> None:
    """What the far side does to the next life, if anything."""
    if calls := FAR.get(trouble):
        far.world.faults.append(Fault(calls, times=chance.randint(1, 5)))


def check(
    owner: "psycopg.Connection[tuple[object, ...]]", org: UUID, far: StandIn, tickets: list[Ticket], root: Path
) -> None:
    """One cannot tell it from the results; other rounds' stand in the same database."""
    for ticket in tickets:
        assert ticket.tags == ["pdf:signed"], f"SEED={SEED}"
        (note,) = far.world.notes(ticket)
        assert note.values["subject"].startswith("PDF archived (")
    sidecars = [json.loads(path.read_text()) for path in root.rglob("*.pdf.json")]
    assert Counter(one["ticket_id"] for one in sidecars) == Counter(ticket.id for ticket in tickets)
    for one in sidecars:
        assert sha256(Path(one["storage_path"]).read_bytes()).hexdigest() == one["sha256"]
        assert (one["signing"]["level"], one["signing"]["reason"]) == ("B-B", "tsa_unreachable")
        assert "attachments" not in one
    assert len(list(root.rglob("*.pdf"))) == len(tickets)
    assert list(root.rglob(f"{PREFIX}*")) == []
    kept = "select count(*), count(*) filter (where state = 'kept') from archive_versions where org_id = %s"
    assert owner.execute(kept, (org,)).fetchone() == (len(tickets), len(tickets)), f"SEED={SEED}"
    leaves = owner.execute("select count(*) from evidence_leaves where org_id = %s", (org,)).fetchone()
    assert leaves == (len(tickets),), f"SEED={SEED}"
    states = owner.execute(
        "select distinct state, settle_due from archive_requests where org_id = %s", (org,)
    ).fetchall()
    assert states == [("archived", False)], f"SEED={SEED}"


def ticket_with_file(far: StandIn) -> Ticket:
    """A ticket that asks to be archived."""
    ticket = far.world.ticket("pdf:sign")
    far.world.article(ticket, "<p>The door is stuck.</p>", far.world.attachment("door.txt", b"which one?"))
    return ticket


def make_org(owner: "psycopg.Connection[tuple[object, ...]]", org: str) -> None:
    """The installation's organisation."""
    owner.execute(
        "insert into organizations (id, name, zone, created_at) values (%s, %s, 'UTC', now())", (UUID(org), org)
    )


@contextmanager
def running(doom: Doom) -> Iterator["subprocess.Popen[str]"]:
    """The process that is to die, in whatever way."""
    command = [sys.executable, "-m", "tests.archive.requests.doomed", json.dumps(asdict(doom))]
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
    pytest.fail(f"the process ended with {process.wait()}; SEED={SEED}")
