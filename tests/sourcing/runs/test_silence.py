"""Runs that fall silent: handed out anew, then given up, but never over the head of somebody who spoke."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from tests.cast import Cast
from tests.sourcing.notebook.making import found_by, offers
from tests.sourcing.runs.far_scraper import FarScraper
from tests.sourcing.runs.running import Running
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import StoredJob
from waypost.platform.work import Work
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.runs import leases, queries
from waypost.sourcing.runs.actions import cancel, retry
from waypost.sourcing.runs.ending import End, Late, accept_late, finish
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.states import move
from waypost.sourcing.runs.sweeping import Swept, reconcile
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio

DONE = End(status=RunState.COMPLETED, scraped_count=3)


async def begun(running: Running, far: FarScraper) -> Run:
    """A run that a scraper has begun to read."""
    running.at(far.url)
    made = await running.wish()
    await running.hand_over(made.run.id)
    await hear(running, made.run.id, 1)
    async with running.work() as work:
        await move(work.db, made.run.id, RunState.RUNNING, since={RunState.PENDING}, started_at=work.now)
    return await running.run(made.run.id)


async def hear(running: Running, run_id: UUID, token: int | None) -> bool:
    """A heartbeat."""
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        return await leases.renew(work.db, run_id, token, now=work.now, lasts=running.terms.lease)


async def end(running: Running, run_id: UUID, ending: End = DONE) -> bool:
    """A callback."""
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        return await finish(work, await queries.by_id(work.db, run_id), ending)


async def waiting(work: Work, number: int) -> None:
    """So many others stand before what this work holds."""
    for _ in range(500):
        if (await work.db.scalar(text("select count(distinct pid) from pg_locks where not granted")) or 0) >= number:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_who_waits_too_long_is_given_up(running: Running) -> None:
    made = await running.wish()
    running.clock.forward(minutes=14, seconds=50)
    await running.listen()
    assert await running.sweep() == Swept(1)
    running.clock.forward(seconds=11)
    await running.listen()
    assert await running.sweep() == Swept(1, 1)
    run = await running.run(made.run.id)
    assert (run.status, run.error) == (RunState.FAILED, "[timeout] run stale watchdog: worker-not-started")
    assert (run.failure_type, run.classified_outcome, run.source_quality) == ("timeout", "worker_timeout", "failed")
    assert run.closed_by_watchdog and run.finalized_at == running.clock() and "recoveredFromStaleAt" in run.progress
    last = (await running.events(run.id))[-1]
    assert (last.event_type, last.code) == ("stale_run_recovered", "STALE_HEARTBEAT_OR_CALLBACK")


async def test_who_stops_speaking_is_given_up_within_six_minutes(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    async with running.work() as work:
        await found_by(work, run.id, await offers(work, 3))
    running.clock.forward(minutes=5, seconds=30)
    await running.listen()
    assert (await running.sweep()).reconciled == 1
    run = await running.run(run.id)
    assert run.error == "[timeout] run stale watchdog: heartbeat-stopped-or-callback-missing"
    async with running.work() as work:
        assert (
            len((await work.db.scalars(select(UserJobOffer.id).where(UserJobOffer.source_run_id == run.id))).all()) == 3
        )
    assert (await running.types(run.id))[-2:] == ["stale_run_recovered", "user_link_completed"]


async def test_silence_counts_only_while_somebody_listens(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    running.clock.forward(hours=2)
    assert await running.sweep() == Swept(), "nobody is there"
    await running.listen(seconds=20)
    assert await running.sweep() == Swept(1), "nobody was there, and the scraper has not had three heartbeats"
    assert (await running.run(run.id)).status == RunState.RUNNING
    running.clock.forward(minutes=5, seconds=20)
    await running.listen(minutes=5, seconds=40)
    assert (await running.sweep()).reconciled == 1


async def test_a_lease_that_ends_in_silence_is_given_to_another(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    resume = {"nextListing": "https://it.pracuj.pl/praca?pn=3", "pending": ["https://it.pracuj.pl/praca/a,oferta,1"]}
    await running.set(run.id, resume=resume)
    running.clock.forward(seconds=running.terms.lease.total_seconds() + 1)
    await running.listen()
    assert (await running.sweep()).handed_out == 1
    assert (await running.sweep()).handed_out == 0
    async with running.work() as work:
        jobs = (await work.db.scalars(select(StoredJob.type).where(StoredJob.thing_id == run.id))).all()
    assert sorted(jobs) == ["run_dispatch", "run_redelivery"]
    await running.hand_over(run.id)
    assert far.task["leaseToken"] == 2 and far.task["resume"]["nextListing"] == resume["nextListing"]
    assert not await hear(running, run.id, 1), "the first one was overtaken"
    assert await hear(running, run.id, 2) and leases.lost(await running.run(run.id), 1)
    assert (await running.run(run.id)).status == RunState.RUNNING


async def test_a_heartbeat_in_time_keeps_the_lease(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    for _ in range(4):
        running.clock.forward(seconds=50)
        assert await hear(running, run.id, 1)
        await running.listen()
        assert await running.sweep() == Swept()


async def test_a_run_is_handed_out_a_bounded_number_of_times(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    for turn in range(running.terms.deliveries + 2):
        running.clock.forward(minutes=4, seconds=2)
        await running.listen()
        swept = await running.sweep()
        if (await running.run(run.id)).status == RunState.FAILED:
            break
        assert swept.handed_out == (1 if turn < running.terms.deliveries else 0)
        if swept.handed_out:
            await running.hand_over(run.id)
    run = await running.run(run.id)
    assert run.status == RunState.FAILED and run.lease_token == 1 + running.terms.deliveries


async def test_two_watchdogs_and_a_callback_end_a_run_once(running: Running, far: FarScraper) -> None:
    for _ in range(5):
        run = await begun(running, far)
        running.clock.forward(minutes=5, seconds=30)
        await running.listen()
        async with running.works.open(running.alice.org_id, MACHINE) as work:
            held = await queries.by_id(work.db, run.id, for_update=True)
            racing = asyncio.gather(running.sweep(), running.sweep())
            await waiting(work, 2)
            assert await finish(work, held, DONE)
        swept = await racing
        assert [each.reconciled for each in swept] == [0, 0] and sum(each.failed for each in swept) == 2
        assert (await running.run(run.id)).status == RunState.COMPLETED


async def test_a_callback_that_comes_second_changes_nothing(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    running.clock.forward(minutes=5, seconds=30)
    await running.listen()
    swept, won = await asyncio.gather(running.sweep(), end(running, run.id))
    after = await running.run(run.id)
    assert won == (swept.reconciled == 0)
    assert after.status == (RunState.COMPLETED if won else RunState.FAILED)


async def test_a_signal_saves_a_run_from_a_watchdog_that_looked_before(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    running.clock.forward(minutes=5, seconds=30)
    await running.listen()
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        assert await leases.renew(work.db, run.id, 1, now=work.now, lasts=running.terms.lease)
        racing = asyncio.create_task(running.sweep())
        await waiting(work, 1)
    assert (await racing).reconciled == 0 and (await running.run(run.id)).status == RunState.RUNNING


async def late(running: Running, run_id: UUID) -> Late:
    """A COMPLETED after the watchdog."""
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        return await accept_late(work, await queries.by_id(work.db, run_id), DONE)


async def test_a_late_result_opens_what_the_watchdog_closed(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    running.clock.forward(minutes=6)
    await running.listen()
    await running.sweep()
    assert await late(running, run.id) is Late.REOPENED
    run = await running.run(run.id)
    assert (run.status, run.error, run.closed_by_watchdog, run.scraped_count) == (RunState.COMPLETED, None, False, 3)
    assert run.late_result_accepted_at == running.clock()
    assert await late(running, run.id) is Late.KEPT
    codes = [e.code for e in await running.events(run.id) if e.event_type == "late_callback_after_stale_recovery"]
    assert codes == ["LATE_RESULT_REOPENED", "LATE_RESULT_MERGED"]


async def test_a_late_result_leaves_a_run_that_was_retried(running: Running, far: FarScraper, cast: Cast) -> None:
    run = await begun(running, far)
    running.clock.forward(minutes=6)
    await running.listen()
    await running.sweep()
    async with running.work() as work:
        await retry(work, run.id, running.terms)
    assert await late(running, run.id) is Late.KEPT
    run = await running.run(run.id)
    assert run.status == RunState.FAILED and run.late_result_accepted_at == running.clock()


async def test_a_run_that_failed_by_itself_stays_failed(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    await end(running, run.id, End(status=RunState.FAILED, error="[network] gone"))
    assert await late(running, run.id) is Late.KEPT
    assert (await running.run(run.id)).status == RunState.FAILED


async def test_an_operators_look_at_one_run(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    await running.listen()

    async def asked() -> dict[str, object]:
        async with running.work() as work:
            return await reconcile(work, run.id, running.terms)

    assert await asked() == {"ok": True, "status": "RUNNING", "reconciled": False, "reason": "not-stale"}
    running.clock.forward(minutes=6)
    await running.listen()
    assert await asked() == {"ok": True, "status": "FAILED", "reconciled": True}
    assert await asked() == {"ok": True, "status": "FAILED", "reconciled": False, "reason": "already-finalized"}


async def test_the_watchdog_of_one_organisation_leaves_the_other_alone(
    running: Running, far: FarScraper, cast: Cast
) -> None:
    await running.open_source(cast.mallory)
    theirs = await running.wish(cast.mallory)
    running.clock.forward(minutes=16)
    await running.listen()
    assert await running.sweep() == Swept()
    assert (await running.run(theirs.run.id, cast.mallory)).status == RunState.PENDING


async def test_who_was_taken_back_and_falls_silent_ends_cancelled(running: Running, far: FarScraper) -> None:
    run = await begun(running, far)
    async with running.work() as work:
        await cancel(work, run.id)
    running.clock.forward(minutes=6)
    await running.listen()
    assert await running.sweep() == Swept(1, 1), "given up, and handed to nobody else"
    run = await running.run(run.id)
    assert run.status == RunState.CANCELLED and not run.closed_by_watchdog


async def test_patience_is_never_less_than_three_heartbeats(running: Running) -> None:
    slow = replace(running.terms, heartbeat=timedelta(minutes=2))
    assert (slow.patience, slow.lease, slow.grace) == (
        timedelta(minutes=6),
        timedelta(minutes=12),
        timedelta(minutes=6),
    )
