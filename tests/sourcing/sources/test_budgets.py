"""A host has one timeline for everybody: grants never overlap, closed hosts grant nothing, sources have caps."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Orgs
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Work, Works
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources.models import Source
from waypost.sourcing.wire.task import Budget

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def host() -> str:
    """One that no other test asks: hosts are the whole installation's."""
    return f"{new_id().hex}.example"


def source(**said: Any) -> Source:
    made = Source(
        key=f"board-{new_id().hex}",
        name="Board",
        adapter="jsonld",
        recipe={},
        hosts=(host(),),
        listing_url=None,
        is_shipped=False,
        enabled=True,
    )
    return replace(made, **said)


def slots(budget: Budget) -> list[datetime]:
    """When each of its requests may go out at the earliest."""
    return [budget.first_at + n * timedelta(milliseconds=budget.interval_ms) for n in range(budget.slots)]


async def test_grants_follow_each_other(work: Work) -> None:
    name = host()
    first = await budgets.grant(work.db, name, 3, interval_ms=2_000, now=NOW)
    second = await budgets.grant(work.db, name, 2, interval_ms=1_000, now=NOW)
    assert slots(first) == [NOW, NOW + timedelta(seconds=2), NOW + timedelta(seconds=4)]
    assert slots(second) == [NOW + timedelta(seconds=6), NOW + timedelta(seconds=7)]


async def test_a_grant_is_short_and_nobody_reserves_beyond_a_minute(work: Work) -> None:
    name = host()
    given = [await budgets.grant(work.db, name, 900, interval_ms=2_000, now=NOW) for _ in range(4)]
    assert [each.slots for each in given] == [15, 15, 0, 0]
    assert given[-1].closed_until is None
    later = await budgets.grant(work.db, name, 900, interval_ms=2_000, now=NOW + timedelta(seconds=20))
    assert later.slots == 10
    assert later.first_at == NOW + timedelta(seconds=60)


async def test_unused_time_is_gone_not_saved_up(work: Work) -> None:
    name = host()
    await budgets.grant(work.db, name, 1, interval_ms=2_000, now=NOW)
    late = await budgets.grant(work.db, name, 2, interval_ms=2_000, now=NOW + timedelta(hours=1))
    assert slots(late) == [NOW + timedelta(hours=1), NOW + timedelta(hours=1, seconds=2)]


async def test_a_very_slow_host_is_granted_one_at_a_time(work: Work) -> None:
    name = host()
    first = await budgets.grant(work.db, name, 5, interval_ms=120_000, now=NOW)
    second = await budgets.grant(work.db, name, 5, interval_ms=120_000, now=NOW)
    assert (first.slots, second.slots) == (1, 0)


async def test_no_interval_means_as_many_as_are_wanted(work: Work) -> None:
    name = host()
    assert (await budgets.grant(work.db, name, 40, interval_ms=0, now=NOW)).slots == 40
    assert (await budgets.grant(work.db, name, 40, interval_ms=0, now=NOW)).first_at == NOW


async def test_a_closed_host_grants_nothing_until_it_opens(work: Work) -> None:
    name, until = host(), NOW + timedelta(minutes=5)
    await budgets.close_host(work.db, name, until, "retry-after", now=NOW)
    await budgets.close_host(work.db, name, NOW + timedelta(minutes=1), "shorter", now=NOW)
    shut = await budgets.grant(work.db, name, 3, interval_ms=1_000, now=NOW)
    assert (shut.slots, shut.closed_until) == (0, until)
    (state,) = await budgets.states(work.db, [name, host()])
    assert (state.closed_until, state.closed_because) == (until, "retry-after")
    assert (await budgets.grant(work.db, name, 3, interval_ms=1_000, now=until)).slots == 3


async def test_a_rest_ends_within_a_day_or_by_a_persons_word(work: Work) -> None:
    name = host()
    await budgets.close_host(work.db, name, NOW + timedelta(days=400), "forever", now=NOW)
    (state,) = await budgets.states(work.db, [name])
    assert state.closed_until == NOW + timedelta(hours=24)
    await budgets.open_host(work.db, name, now=NOW)
    assert (await budgets.grant(work.db, name, 1, interval_ms=1_000, now=NOW)).slots == 1


async def test_a_crawl_delay_is_longer_than_a_sources_interval(works: Works, orgs: Orgs) -> None:
    board = source(interval_ms=2_000)
    name = board.hosts[0]
    async with works.open(orgs.acme, MACHINE) as work:
        assert await budgets.pace_of(work.db, name.upper(), 9_000, now=NOW) == 9_000
    async with works.open(orgs.globex, MACHINE) as work:
        (given,) = await budgets.grant_for(work.db, board, {name: 3}, now=NOW)
        assert (given.interval_ms, given.slots) == (9_000, 3)
        (following,) = await budgets.grant_for(work.db, replace(board, interval_ms=20_000), {name: 1}, now=NOW)
        assert (following.interval_ms, following.first_at) == (20_000, NOW + timedelta(seconds=27))


async def test_organisations_that_ask_at_once_never_share_an_instant(works: Works, orgs: Orgs) -> None:
    name = host()

    async def ask(number: int) -> Budget:
        async with works.open((orgs.acme, orgs.globex)[number % 2], MACHINE) as work:
            return await budgets.grant(work.db, name.upper(), 3, interval_ms=500, now=NOW)

    given = await asyncio.gather(*(ask(number) for number in range(12)))
    instants = sorted(instant for each in given for instant in slots(each))
    assert instants == [NOW + n * timedelta(milliseconds=500) for n in range(36)]


async def test_a_sources_cap_of_the_day_ends_its_grants(work: Work) -> None:
    board = source(page_cap=5, interval_ms=200)
    await budgets.note_pages(work.db, board.key, 2, now=NOW)
    await budgets.note_pages(work.db, board.key, 1, now=NOW)
    (given,) = await budgets.grant_for(work.db, board, {board.hosts[0]: 10}, now=NOW)
    assert given.slots == 2
    await budgets.note_pages(work.db, board.key, 2, now=NOW)
    (none,) = await budgets.grant_for(work.db, board, {board.hosts[0]: 10}, now=NOW)
    assert (none.slots, none.closed_until) == (0, datetime(2026, 11, 23, tzinfo=UTC))
    assert await budgets.pages_left(work.db, board, NOW + timedelta(days=1)) == 5


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({"killed_at": NOW}, NOW + timedelta(hours=1)),
        ({"enabled": False}, NOW + timedelta(hours=1)),
        ({"window_from": 22 * 60, "window_until": 5 * 60}, NOW + timedelta(hours=12)),
    ],
)
async def test_what_may_not_be_asked_now_is_granted_nothing(
    work: Work, said: dict[str, object], until: datetime
) -> None:
    board = source(**said)
    (given,) = await budgets.grant_for(work.db, board, {board.hosts[0]: 10}, now=NOW)
    assert (given.slots, given.closed_until) == (0, until)


async def test_one_organisations_pages_do_not_count_for_another(works: Works, orgs: Orgs) -> None:
    board = source(page_cap=5)
    async with works.open(orgs.acme, MACHINE) as work:
        await budgets.note_pages(work.db, board.key, 5, now=NOW)
        assert await budgets.pages_left(work.db, board, NOW) == 0
    async with works.open(orgs.globex, MACHINE) as work:
        assert await budgets.pages_left(work.db, board, NOW) == 5
