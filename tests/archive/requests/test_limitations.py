"""The limitations that operators of the old archiver had to live with (A1 to A6, A14): each is a test that passes."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.archive.requests.zammading import Zammading, webhook
from tests.database import Logins
from tests.wire.zammad import StandIn, World
from tests.wire.zammad.faults import Fault
from waypost.archive.intake.repairing import Mended, mend, mend_all, verdict
from waypost.archive.requests.actions import Wish, ask, settle_soon
from waypost.archive.requests.holding import Overtaken, hold
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.sources import queries as sources
from waypost.archive.sources.opening import Zammads
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed

pytestmark = [pytest.mark.anyio, pytest.mark.turns("an archive at work", 5)]


@pytest.fixture(scope="module")
def standing() -> Iterator[StandIn]:
    """One Zammad for the file."""
    running = StandIn().start()
    yield running
    running.stop()


@pytest.fixture
def zammading(standing: StandIn, logins: Logins, tmp_path: Path) -> Zammading:
    """An installation of the test's own, with a world of its own behind it."""
    standing.world = World()
    return Zammading(logins, tmp_path, standing)


async def test_a1_what_was_accepted_survives_a_restart(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    async with zammading.process() as house, zammading.web(house) as app:
        assert (await webhook(app, ticket)).status_code == 202
    await zammading.work()
    assert ticket.tags == ["pdf:signed"]
    assert len(zammading.pdfs()) == 1


async def test_a2_what_failed_is_tried_again_by_itself(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    zammading.far.world.faults.append(Fault(r"GET /tickets/\d+", times=6))
    async with zammading.process() as house, zammading.web(house) as app:
        await webhook(app, ticket)
    await zammading.work()
    assert ticket.tags == ["pdf:signed"]


async def test_a3_a_delivery_that_was_done_is_known_after_a_restart(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    async with zammading.process() as house, zammading.web(house) as app:
        await webhook(app, ticket, "d-1")
    await zammading.work()
    ticket.tags[:] = ["pdf:sign"]
    async with zammading.process() as house, zammading.web(house) as app:
        assert (await webhook(app, ticket, "d-1")).status_code == 202
        assert len(await zammading.requests(house)) == 1


async def test_a4_one_run_of_a_ticket_in_any_number_of_processes(zammading: Zammading) -> None:
    tickets = [zammading.ticket("pdf:sign") for _ in range(2)]
    async with zammading.process() as house, zammading.web(house) as app:
        calls = [webhook(app, ticket, f"d-{ticket.id}-{number}") for ticket in tickets for number in range(5)]
        assert {answer.status_code for answer in await asyncio.gather(*calls)} == {202}
        assert Counter(one.ref for one in await zammading.requests(house)) == {str(each.id): 1 for each in tickets}
    await zammading.work(workers=3)
    assert [ticket.tags for ticket in tickets] == [["pdf:signed"]] * 2
    assert [len(zammading.far.world.notes(ticket)) for ticket in tickets] == [1, 1]
    assert len(zammading.pdfs()) == 2


async def test_a5_a_mark_of_nobody_is_adopted_not_doubled(zammading: Zammading) -> None:
    left, going = zammading.ticket("pdf:processing"), zammading.ticket("pdf:processing")
    async with zammading.process() as house:
        async with house.works.open(zammading.org, MACHINE) as work:
            await ask(work, Wish("zammad", "default", str(going.id), forced=True, reason="under way"))
        assert await mended(house, zammading) == [Mended(str(left.id), "adopted")]
        assert await mended(house, zammading) == []
    await zammading.work()
    assert (left.tags, going.tags) == (["pdf:signed"], ["pdf:signed"])
    assert len(zammading.pdfs()) == 2


async def test_a6_who_was_overtaken_changes_nothing(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    async with zammading.process() as house:
        async with house.works.open(zammading.org, MACHINE) as work:
            request = await ask(work, Wish("zammad", "default", str(ticket.id)))
        run = OneRun(house.works, house.parts, [claimed(zammading)])
        late = await hold(run, request.id)
        await hold(run, request.id)
        with pytest.raises(Overtaken):
            await late.check()
        with pytest.raises(Overtaken):
            async with late.work() as (_work, mine):
                mine.state = State.FAILED_PERMANENT
    await zammading.work()
    assert ticket.tags == ["pdf:signed"]


async def test_a6_an_old_failure_never_takes_off_what_a_newer_run_has_set(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    ticket.values["archive_path"] = ""
    async with zammading.process() as house, zammading.web(house) as app:
        await webhook(app, ticket)
        zammading.far.world.faults.append(Fault(r"GET /tags", times=3))
        await zammading.work()
        assert "pdf:error" in ticket.tags
        ticket.values["archive_path"] = "Customers"
        ticket.tags[:] = ["pdf:sign", "pdf:error"]
        await webhook(app, ticket)
        await zammading.work()
        old, _ = await zammading.requests(house)
        async with house.works.open(zammading.org, MACHINE) as work:
            work.db.add(old)
            settle_soon(work, old)
    await zammading.work()
    assert ticket.tags == ["pdf:signed"]


async def test_a7_a_word_that_broke_off_is_said_to_its_end(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    ticket.values["archive_path"] = ""
    zammading.far.world.faults.append(Fault(r"POST /tags/add", times=9))
    async with zammading.process() as house, house.works.open(zammading.org, MACHINE) as work:
        await ask(work, Wish("zammad", "default", str(ticket.id)))
    await zammading.work()
    assert ticket.tags == ["pdf:error"]
    (note,) = zammading.far.world.notes(ticket)
    assert "archive_path<" in note.values["body"]


async def test_a14_an_operator_repairs_one_ticket(zammading: Zammading) -> None:
    ticket = zammading.ticket("pdf:sign")
    async with zammading.process() as house, zammading.web(house) as app:
        await webhook(app, ticket)
    await zammading.work()
    ticket.tags[:] = ["pdf:processing"]
    async with zammading.process() as house:
        assert (await mended_one(house, zammading, str(ticket.id))).did == "settling"
    await zammading.work()
    assert ticket.tags == ["pdf:signed"]
    assert len(zammading.far.world.notes(ticket)) == 1


def test_what_tags_and_records_say_together() -> None:
    kept = ArchiveRequest(state=State.ARCHIVED, settle_due=False)
    kept.kept_at = kept.ended_at = kept.created_at
    failed = ArchiveRequest(state=State.FAILED_PERMANENT, settle_due=False)
    assert verdict(["pdf:processing"], []) == "adopted"
    assert verdict([], []) == "fine"
    assert verdict(["pdf:error"], [failed]) == "fine"
    assert verdict(["pdf:sign"], [failed]) == "settling"
    assert verdict(["pdf:processing"], [ArchiveRequest(state=State.RUNNING)]) == "woken"


def claimed(zammading: Zammading) -> Claimed:
    """A job of the organisation, as a worker holds it."""
    now = datetime.now(UTC)
    return Claimed(zammading.org, new_id(), "archive_run", "archive", 1, 25, 0, now, None, {}, new_id(), now)


async def mended(house: House, zammading: Zammading) -> list[Mended]:
    """What the clock's repair does."""
    opens = partial(house.works.open, zammading.org, MACHINE)
    async with opens() as work:
        source = await sources.by_key(work.db, "default")
    async with house.parts.of(Zammads).open(source) as zammad:
        return await mend_all(opens, source, zammad)


async def mended_one(house: House, zammading: Zammading, ref: str) -> Mended:
    """What `waypost archive repair TICKET` does."""
    opens = partial(house.works.open, zammading.org, MACHINE)
    async with opens() as work:
        source = await sources.by_key(work.db, "default")
    async with house.parts.of(Zammads).open(source) as zammad:
        return await mend(opens, source, zammad, ref)
