"""Kept counts of dead letters: right however letters come, go and age; retention counts what it removes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from tests.conftest import Orgs
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.errors import Conflict
from waypost.platform.jobs import queries
from waypost.platform.jobs.actions import revive
from waypost.platform.jobs.declare import verdict_on
from waypost.platform.jobs.gauges import sample
from waypost.platform.jobs.groups import recount
from waypost.platform.jobs.prune import prune_dead
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio


class Refused(Conflict):
    """It cannot be done."""


async def refuse(run: jobs.Run, fact: Told) -> None:
    """One of two causes."""
    raise Refused if fact.n % 2 else KeyError(fact.n)


@pytest.fixture
async def dead(queue: Queue, make_runner: MakeRunner) -> None:
    """Five of Acme by two causes, one of Globex."""
    jobs.on(Told, type="refused", attempts=1)(refuse)
    await queue.tell(*(Told(n) for n in range(5)))
    await queue.tell(Told(1), org=queue.orgs.globex)
    await make_runner().work_off()


async def counts(works: Works, org: UUID) -> list[int]:
    """Letters of each group, the fewest first."""
    async with works.open(org, MACHINE, reads=True) as work:
        return sorted(group.count for group in await queries.dead_alike(work.db))


async def test_a_group_is_counted_as_letters_come_and_go(
    works: Works, orgs: Orgs, queue: Queue, make_runner: MakeRunner, dead: None
) -> None:
    assert (await counts(works, orgs.acme), await counts(works, orgs.globex)) == ([2, 3], [1])
    async with works.open(orgs.acme, MACHINE) as work:
        (newest,) = await queries.dead_newest(work.db, 1)
        assert await queries.count_alike(work.db, newest.fingerprint) in (2, 3)
        await revive(work, newest)
    assert sum(await counts(works, orgs.acme)) == 4
    await make_runner().work_off()
    assert await counts(works, orgs.acme) == [2, 3]


async def test_a_count_that_went_astray_is_mended(works: Works, orgs: Orgs, queue: Queue, dead: None) -> None:
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql("update dead_letter_groups set jobs = 77")
        await connection.exec_driver_sql(
            f"delete from jobs where org_id = '{orgs.acme}' and payload->>'n' in ('1', '3')"
        )
    async with works.open(orgs.acme, MACHINE) as work:
        await recount(work)
    assert (await counts(works, orgs.acme), await counts(works, orgs.globex)) == ([3], [77])


async def test_dead_letters_leave_by_age_only_where_that_was_said(
    works: Works, orgs: Orgs, queue: Queue, clock: Hand, dead: None
) -> None:
    clock.forward(days=40)
    assert await prune_dead(queue.engine, clock(), None) == 0
    assert await prune_dead(queue.engine, clock(), timedelta(days=41)) == 0
    before = removed()
    assert await prune_dead(queue.engine, clock(), timedelta(days=30), at_once=2) == 6
    assert removed() - before == 6
    assert await counts(works, orgs.acme) == []
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        assert await queries.dead_counts(work.db) == queries.DeadCounts(0, 5)


def removed() -> float:
    """What the counter says."""
    return REGISTRY.get_sample_value("waypost_jobs_dead_removed_total", {"queue": "default"}) or 0


async def test_gauges_come_from_kept_counts(queue: Queue, clock: Hand, dead: None) -> None:
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql(
            f"update dead_letter_groups set jobs = 0 where org_id not in ('{queue.orgs.acme}', '{queue.orgs.globex}')"
        )
    clock.forward(seconds=90)
    await sample(queue.engine, clock())
    assert REGISTRY.get_sample_value("waypost_jobs_dead", {"queue": "default"}) == 6
    assert REGISTRY.get_sample_value("waypost_jobs_dead_age_seconds", {"queue": "default"}) == 90


@pytest.mark.parametrize("verdict", ["idempotent", "check", "not"])
def test_a_declaration_says_whether_a_repeat_is_safe(verdict: Any) -> None:
    jobs.on(Told, type="declared", replay=verdict)(refuse)
    assert (verdict_on("declared"), verdict_on("somebody else's")) == (verdict, "unknown")
