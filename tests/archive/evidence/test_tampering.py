"""Somebody with all rights on the database is at the log: each change, removal, swap and back-dating is reported.

Where a trial strikes is drawn from a seed; `PROVE=1` runs hundreds of them.
"""

import os
import random

import pytest

from tests.archive.evidence.logbook import Clock, Logbook, Owner
from tests.archive.evidence.tokens import OneToken
from tests.archive.evidence.trials import TRIALS, Undo
from waypost.archive.evidence.comparing import Doubt
from waypost.archive.evidence.timing import Pace, prove

pytestmark = pytest.mark.anyio

ROUNDS = 17 if os.environ.get("PROVE") else 1
SEED = int(os.environ.get("SEED", "20261122"))
SIZE = 40


async def kept(acme: Logbook, clock: Clock) -> list[int]:
    """A log of forty entries with checkpoints and a token; sizes of the checkpoints."""
    sizes = []
    for count in (11, 1, 9, 16):
        await acme.grow(count)
        sizes.append((await acme.checkpoint()).size)
        clock.pass_(minutes=6)
    assert await prove(acme.work, OneToken(clock), Pace())
    await acme.grow(2)
    return [*sizes, (await acme.checkpoint()).size]


async def test_every_trial_is_reported(acme: Logbook, globex: Logbook, clock: Clock, owner: Owner) -> None:
    chance = random.Random(SEED)
    sizes = await kept(acme, clock)
    clock.pass_(minutes=1)
    assert sizes[-1] == SIZE and await acme.walk() == []
    undo = Undo(owner, acme.org)
    await undo.save()
    cursor = await owner.execute(f"select id from evidence_nodes where {undo.where} order by level, place")
    nodes = [row[0] for row in await cursor.fetchall()]
    for trial in TRIALS * ROUNDS:
        leaf, other = sorted(chance.sample(range(SIZE), 2))
        where = {"leaf": leaf, "other": other, "node": chance.choice(nodes), "signed": chance.choice(sizes)}
        assert await undo.do(trial, size=SIZE, **where) > 0, (SEED, trial.name, where)
        looked = await acme.checkpoint()
        if looked.doubt is Doubt.CHECKPOINT_GONE:
            assert trial.name == "checkpoint removed" and where["signed"] == SIZE
        else:
            assert await acme.walk() != [], (SEED, trial.name, where)
            looked = await acme.checkpoint()
        assert looked.state == "doubtful", (SEED, trial.name, where)
        await undo.restore()
    assert await acme.walk() == []
    await globex.grow(3)
    assert await globex.walk() == []


async def test_nobody_forges_what_the_outside_saw(acme: Logbook, clock: Clock, owner: Owner) -> None:
    """A whole log, computed anew without a flaw and without the key: only the outside tells."""
    await kept(acme, clock)
    for table in ("evidence_leaves", "evidence_nodes", "evidence_logs", "evidence_time_proofs"):
        await owner.execute(f"delete from {table} where org_id = '{acme.org}'")
    await acme.grow(SIZE, forged=1)
    assert {found.what for found in await acme.walk()} >= {"root_differs"}
    assert (await acme.checkpoint()).state == "doubtful"


async def test_somebody_may_answer_for_what_was_found(acme: Logbook, owner: Owner) -> None:
    await acme.grow(5)
    await acme.checkpoint()
    await owner.execute(f"update evidence_leaves set content = '{{}}' where org_id = '{acme.org}' and position = 2")
    assert [found.said() for found in await acme.walk()] == [{"what": "leaf_changed", "where": "2"}]
    await acme.grow(1)
    assert (await acme.checkpoint()).state == "doubtful"
    await acme.keeper.begin_anew(acme.org, acme.work)
    await acme.grow(1)
    assert (await acme.checkpoint()).state == "signed"
    assert "leaf_changed" in {found.what for found in await acme.walk()}
