"""The chain: every entry gets its place, and whatever is altered afterwards shows."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Orgs
from tests.database import Logins
from waypost.platform.access import MACHINE
from waypost.platform.audit.actions import chain, cut_off, record
from waypost.platform.audit.jobs import audit_retention, chain_entries
from waypost.platform.audit.queries import CUT, Verdict, head, lines, stray, verify
from waypost.platform.audit.settings import AuditSettings
from waypost.platform.audit.terms import Holds, LogTerm, Stands
from waypost.platform.ids import new_id
from waypost.platform.jobs import declared
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
START = "00" * 32


async def recorded(works: Works, org: UUID, count: int) -> list[UUID]:
    """Entries of several transactions, not chained yet; newest last."""
    for number in range(count):
        async with works.open(org, MACHINE) as work:
            await record(work, "box.opened", "box", new_id(), {"number": number, "share": 0.1, "name": "Kübel"})
    async with works.open(org, MACHINE, reads=True) as work:
        return [line.entry.id for line in await lines(work.db, limit=200)][::-1]


async def chained(works: Works, org: UUID, ids: list[UUID]) -> int:
    async with works.open(org, MACHINE) as work:
        return await chain(work, ids)


async def verdict(works: Works, org: UUID) -> Verdict:
    async with works.open(org, MACHINE, reads=True) as work:
        return await verify(work.db)


async def test_entries_are_chained_once_and_in_order(works: Works, orgs: Orgs) -> None:
    assert await verdict(works, orgs.acme) == Verdict(0, START, None)
    ids = await recorded(works, orgs.acme, 4)
    assert [await chained(works, orgs.acme, ids[:3]), await chained(works, orgs.acme, ids)] == [3, 1]
    assert await chained(works, orgs.acme, ids) == 0
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        last = await head(work.db)
    assert last is not None and (last.position, last.log_id) == (4, ids[3])
    assert await verdict(works, orgs.acme) == Verdict(4, last.hash.hex(), None)
    assert await verdict(works, orgs.globex) == Verdict(0, START, None)


async def test_an_act_that_failed_leaves_no_entry(works: Works, orgs: Orgs) -> None:
    with pytest.raises(ZeroDivisionError):
        async with works.open(orgs.acme, MACHINE) as work:
            await record(work, "box.opened", "box", None, {})
            _ = 1 / 0
    assert await recorded(works, orgs.acme, 0) == []


TAMPERINGS = (
    "update admin_audit_logs set act = 'box.closed' where id = %(id)s",
    "update admin_audit_logs set detail = detail || '{\"number\": 7}' where id = %(id)s",
    "update admin_audit_logs set at = at + interval '1 microsecond' where id = %(id)s",
    "update admin_audit_logs set actor_kind = 'person' where id = %(id)s",
    "delete from admin_audit_chain where log_id = %(id)s",
    "update admin_audit_chain set hash = sha256(hash) where log_id = %(id)s",
)


@pytest.mark.parametrize("statement", TAMPERINGS)
async def test_tampering_behind_our_back_shows(works: Works, orgs: Orgs, owner: Owner, statement: str) -> None:
    for org in (orgs.acme, orgs.globex):
        await chained(works, org, await recorded(works, org, 3))
    second = (await recorded(works, orgs.acme, 0))[1]
    await owner.execute(statement, {"id": second})
    assert (await verdict(works, orgs.acme)).broken_at == 2
    assert (await verdict(works, orgs.globex)).broken_at is None


async def test_swapped_entries_show(works: Works, orgs: Orgs, owner: Owner) -> None:
    ids = await recorded(works, orgs.acme, 3)
    await chained(works, orgs.acme, ids)
    swap = "update admin_audit_chain set position = case position when 1 then 20 when 2 then 1 else position end"
    await owner.execute(f"{swap} where org_id = %s", (orgs.acme,))
    assert (await verdict(works, orgs.acme)).broken_at == 1


async def test_the_app_may_add_but_never_change(works: Works, orgs: Orgs) -> None:
    await chained(works, orgs.acme, await recorded(works, orgs.acme, 1))
    for table in ("admin_audit_logs", "admin_audit_chain", "admin_audit_cuts"):
        for statement in (f"update {table} set id = id", f"delete from {table}", f"truncate {table}"):
            with pytest.raises(ProgrammingError):
                async with works.open(orgs.acme, MACHINE) as work:
                    await work.db.execute(text(statement))


async def test_two_chainers_at_once_never_fork(works: Works, orgs: Orgs) -> None:
    ids = await recorded(works, orgs.acme, 8)
    done = await asyncio.gather(*(chained(works, orgs.acme, ids[n : n + 4]) for n in (0, 2, 4)))
    assert sum(done) == 8 and (await verdict(works, orgs.acme)).length == 8


async def test_a_worker_chains_within_a_second(works: Works, orgs: Orgs, logins: Logins) -> None:
    assert declared()["audit_chain"].handler is chain_entries
    engine = queue_engine(logins.worker)
    runner = Runner(engine, logins.worker, works, plan=Plan(poll=0.05))
    await runner.start()
    try:
        await recorded(works, orgs.acme, 3)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if (await verdict(works, orgs.acme)).length == 3:
                break
    finally:
        await runner.stop()
        await engine.dispose()
    found = await verdict(works, orgs.acme)
    assert (found.length, found.broken_at) == (3, None)


async def test_strays_are_found(works: Works, orgs: Orgs, owner: Owner) -> None:
    ids = await recorded(works, orgs.acme, 2)
    await chained(works, orgs.acme, ids[:1])
    async with works.open(orgs.acme, MACHINE) as work:
        assert await stray(work.db, work.now.replace(year=2000)) == ids[1:]
        assert await stray(work.db, work.now.replace(year=2100)) == []


async def aged(owner: Owner, works: Works, org: UUID, count: int) -> None:
    """So many acts of half a year ago, chained."""
    ids = await recorded(works, org, count)
    await owner.execute("update admin_audit_logs set at = at - interval '180 days' where id = any(%s)", (ids,))
    await chained(works, org, ids)


async def night(works: Works, org: UUID, *holds: Stands, days: int | None = 90) -> None:
    """The clock's job."""
    claimed = Claimed.__new__(Claimed)
    object.__setattr__(claimed, "org_id", org)
    term = LogTerm(timedelta(days=days) if days else None)
    await audit_retention(OneRun(works, Parts(term, Holds(list(holds))), [claimed]))


async def acts(works: Works, org: UUID) -> list[str]:
    """What is left, oldest first; all of it chained."""
    async with works.open(org, MACHINE) as work:
        found = [line.entry for line in await lines(work.db, limit=200)][::-1]
        await chain(work, [entry.id for entry in found])
    return [entry.act for entry in found]


async def test_old_entries_leave_and_the_chain_goes_on(works: Works, orgs: Orgs, owner: Owner) -> None:
    for org in (orgs.acme, orgs.globex):
        await aged(owner, works, org, 5)
        await chained(works, org, await recorded(works, org, 1))
    before = await verdict(works, orgs.acme)
    await night(works, orgs.acme)
    assert await acts(works, orgs.acme) == ["box.opened", CUT]
    assert len(await acts(works, orgs.globex)) == 6
    after = await verdict(works, orgs.acme)
    assert (after.length, after.broken_at, after.removed) == (7, None, 5) and after.reached is not None
    assert before.length == 6 and after.head != before.head
    await night(works, orgs.acme)
    assert await verdict(works, orgs.acme) == after


async def test_all_may_leave_and_the_next_link_still_follows(works: Works, orgs: Orgs, owner: Owner) -> None:
    await aged(owner, works, orgs.acme, 3)
    head_before = (await verdict(works, orgs.acme)).head
    await night(works, orgs.acme)
    found = await verdict(works, orgs.acme)
    assert (found.length, found.head, found.broken_at, found.removed) == (3, head_before, None, 3)
    assert await acts(works, orgs.acme) == [CUT]
    assert (await verdict(works, orgs.acme)).length == 4


async def test_nothing_leaves_without_a_term_under_a_hold_or_too_young(works: Works, orgs: Orgs, owner: Owner) -> None:
    async def held(db: AsyncSession) -> bool:
        return True

    await aged(owner, works, orgs.acme, 2)
    await night(works, orgs.acme, days=None)
    await night(works, orgs.acme, held)
    assert await acts(works, orgs.acme) == ["box.opened"] * 2
    await chained(works, orgs.globex, await recorded(works, orgs.globex, 2))
    async with works.open(orgs.globex, MACHINE) as work:
        assert await cut_off(work, work.now + timedelta(days=1), 100) == 0, "the database keeps thirty days itself"


MORE_TAMPERINGS = (
    "delete from admin_audit_chain where org_id = %(org)s and position = 4",
    "update admin_audit_cuts set removed = removed - 1 where org_id = %(org)s",
    "with next as (select hash from admin_audit_chain where org_id = %(org)s and position = 4)"
    " update admin_audit_cuts c set position = 4, hash = next.hash from next where c.org_id = %(org)s",
    "update admin_audit_logs set detail = detail || '{\"removed\": 9}' where org_id = %(org)s"
    " and act = 'audit.log.cut'",
)


@pytest.mark.parametrize("statement", MORE_TAMPERINGS)
async def test_cutting_off_more_behind_our_back_shows(works: Works, orgs: Orgs, owner: Owner, statement: str) -> None:
    await aged(owner, works, orgs.acme, 3)
    await chained(works, orgs.acme, await recorded(works, orgs.acme, 2))
    await night(works, orgs.acme)
    await acts(works, orgs.acme)
    assert (await verdict(works, orgs.acme)).broken_at is None
    await owner.execute(statement, {"org": orgs.acme})
    assert (await verdict(works, orgs.acme)).broken_at is not None


def test_a_term_shorter_than_the_database_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter than 30 days"):
        AuditSettings.model_validate({"AUDIT_KEEP_DAYS": 7})
    assert AuditSettings.model_validate({"AUDIT_KEEP_DAYS": 400}).term() == LogTerm(timedelta(days=400))
    assert AuditSettings.model_validate({}).term() == LogTerm(None)
