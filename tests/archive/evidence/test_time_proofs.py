"""The batch time proof: one token for all that waits, an authority's quota survived, nothing asked twice."""

from datetime import datetime, timedelta

import pytest

from tests.archive.evidence.logbook import Clock, Logbook
from tests.archive.evidence.tokens import OneToken
from waypost.archive.evidence import queries, tree
from waypost.archive.evidence.proofs import proof_of
from waypost.archive.evidence.timing import Pace, prove
from waypost.platform.errors import Conflict, Unavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
def authority(clock: Clock) -> OneToken:
    """Answers."""
    return OneToken(clock)


async def minute(acme: Logbook, clock: Clock, authority: OneToken, pace: Pace | None = None) -> bool:
    """What both clocks of the log do."""
    clock.pass_(minutes=1)
    await acme.checkpoint()
    return await prove(acme.work, authority, pace or Pace())


async def test_one_token_covers_all_that_waits_and_is_not_asked_for_again(
    acme: Logbook, clock: Clock, authority: OneToken
) -> None:
    await acme.grow(13)
    kept = [await minute(acme, clock, authority) for _ in range(9)]
    assert kept.index(True) == 4 and kept.count(True) == 1
    async with acme.work() as work:
        for position in range(13):
            found = (await proof_of(work.db, acme.org, position))["time_proof"]
            path = [bytes.fromhex(each) for each in found["inclusion"]]
            leaf = await queries.leaf_at(work.db, position)
            assert leaf is not None and found["size"] == 13
            assert tree.proves_inclusion(leaf.hash, position, 13, path, bytes.fromhex(found["root"]))
            assert found["root"] == authority.asked[0].hex()


async def test_a_crowd_does_not_wait_for_the_clock(acme: Logbook, clock: Clock, authority: OneToken) -> None:
    await acme.grow(10)
    assert await minute(acme, clock, authority, Pace(entries=10))
    await acme.grow(9)
    assert not await minute(acme, clock, authority, Pace(entries=10))


async def test_a_log_without_checkpoints_asks_nobody(acme: Logbook, clock: Clock, authority: OneToken) -> None:
    await acme.grow(3)
    clock.pass_(hours=1)
    assert not await prove(acme.work, authority, Pace()) and not authority.asked


async def test_a_quota_of_twenty_in_twenty_minutes_is_survived(acme: Logbook, clock: Clock) -> None:
    """An authority that gives twenty tokens in twenty minutes, asked every minute by a log that never rests."""
    authority, given = OneToken(clock), list[datetime]()
    eager = Pace(entries=1, age=timedelta(0))
    for _ in range(45):
        await acme.grow(1)
        recent = [at for at in given if at > clock.now - timedelta(minutes=20)]
        authority.refusal = Unavailable(retry_after=timedelta(minutes=20)) if len(recent) >= 20 else None
        if await minute(acme, clock, authority, eager):
            given.append(clock.now)
    refused = len(authority.asked) - len(given)
    assert len(given) >= 24 and 1 <= refused <= 4
    authority.refusal = None
    await acme.grow(1)
    clock.pass_(hours=1)
    assert await minute(acme, clock, authority, eager)
    async with acme.work() as work:
        assert (await queries.unproven(work.db, 1_000)).count == 0
    assert await acme.walk() == []


async def test_a_dead_authority_costs_little_and_is_remembered(
    acme: Logbook, clock: Clock, authority: OneToken
) -> None:
    authority.refusal = Unavailable()
    await acme.grow(1)
    await acme.checkpoint()
    for _ in range(60):
        clock.pass_(minutes=10)
        await prove(acme.work, authority, Pace())
    assert 8 <= len(authority.asked) <= 18
    async with acme.work() as work:
        watch = await queries.watch(work.db)
    assert watch is not None and watch.refusals == len(authority.asked) and watch.refusal == "unavailable"


async def test_what_will_not_pass_is_asked_seldom(acme: Logbook, clock: Clock, authority: OneToken) -> None:
    authority.refusal = Conflict()
    await acme.grow(1)
    for _ in range(12):
        clock.pass_(minutes=9)
        await minute(acme, clock, authority)
    assert len(authority.asked) == 2


async def test_a_doubtful_log_gets_no_token(acme: Logbook, clock: Clock, authority: OneToken) -> None:
    await acme.grow(2)
    await acme.checkpoint()
    acme.folder.rename(acme.folder.with_name("away"))
    assert not any([await minute(acme, clock, authority) for _ in range(10)])
    assert not authority.asked
