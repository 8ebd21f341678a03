"""The chain: every entry gets its place, and whatever is altered afterwards shows."""

import asyncio
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.conftest import Orgs
from tests.database import Logins
from waypost.platform.access import MACHINE
from waypost.platform.audit.actions import chain, record
from waypost.platform.audit.jobs import chain_entries
from waypost.platform.audit.queries import Verdict, head, lines, stray, verify
from waypost.platform.ids import new_id
from waypost.platform.jobs import declared
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
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
    for table in ("admin_audit_logs", "admin_audit_chain"):
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
