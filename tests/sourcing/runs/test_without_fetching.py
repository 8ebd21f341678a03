"""What is there already is not fetched: from the catalogue, or from a finished run of the same wish."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.sourcing.notebook.making import found_by, offers, profile_of
from tests.sourcing.runs.running import SOURCE, Running
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import StoredJob
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import retry
from waypost.sourcing.runs.continuing import go_on, leftovers, rest
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources.actions import add
from waypost.sourcing.sources.budgets import close_host, grant
from waypost.sourcing.sources.typed import TypedSource
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio


async def finished(running: Running, count: int) -> Run:
    """A run of Alice's wish that found offers."""
    made = await running.wish(force_refresh=True)
    async with running.work() as work:
        await found_by(work, made.run.id, await offers(work, count))
    return await running.set(made.run.id, status=RunState.COMPLETED)


async def test_a_finished_run_of_the_same_wish_serves_a_colleague(running: Running, cast: Cast) -> None:
    past = await finished(running, 12)
    made = await running.wish(cast.bob, limit=12)
    told, run = made.answer(), await running.run(made.run.id)
    assert (told["status"], told["reusedFromRunId"], told["rematchedFromCatalog"]) == ("reused", str(past.id), False)
    assert (told["inserted"], told["totalOffers"]) == (12, 12)
    assert told["reuseDiagnostics"]["databaseReuse"]["reason"] == "accepted"
    assert (run.status, run.origin, run.scraped_count) == (RunState.COMPLETED, "reuse", 12)
    assert await running.types(run.id) == ["run_reused_from_cache"]
    async with running.work(cast.bob) as work:
        origins = (await work.db.scalars(select(UserJobOffer.origin).where(UserJobOffer.source_run_id == run.id))).all()
        via = (await work.db.scalars(select(RunOffer.via).where(RunOffer.run_id == run.id))).all()
        jobs = (await work.db.scalars(select(StoredJob.type).where(StoredJob.thing_id == run.id))).all()
    assert set(origins) == {"DB_REUSE"} and set(via) == {"reuse"} and "run_dispatch" not in jobs


async def test_too_little_that_is_new_is_no_reuse_and_leaves_no_run(running: Running, cast: Cast) -> None:
    await finished(running, 9)
    made = await running.wish(cast.bob)
    assert made.status == "accepted"
    tried = made.answer()["reuseDiagnostics"]["databaseReuse"]
    assert (tried["reason"], tried["matchedFreshCandidates"], tried["minimumFreshCandidateTarget"]) == (
        "insufficient-fresh-candidates",
        9,
        10,
    )
    async with running.work() as work:
        assert len((await work.db.scalars(select(Run.id))).all()) == 2
    assert (await running.wish(cast.bob, limit=5)).status == "reused", "nobody needs ten where five are wished for"


async def test_only_what_is_recent_equal_and_not_refreshed_is_reused(running: Running, cast: Cast) -> None:
    await finished(running, 12)
    assert (await running.wish(cast.bob, force_refresh=True)).status == "accepted"
    assert (await running.wish(cast.bob, filters={"workModes": ["mobile"]})).status == "accepted"
    running.clock.forward(hours=24, minutes=1)
    late = await running.wish(cast.bob)
    assert late.answer()["reuseDiagnostics"]["databaseReuse"]["reason"] == "no-cached-run"


async def test_another_organisations_run_is_no_cache(running: Running, cast: Cast) -> None:
    await finished(running, 12)
    await running.open_source(cast.mallory)
    assert (await running.wish(cast.mallory)).status == "accepted"


async def test_a_run_without_offers_says_so(running: Running, cast: Cast) -> None:
    await finished(running, 0)
    made = await running.wish(cast.bob)
    assert made.answer()["reuseDiagnostics"]["databaseReuse"]["reason"] == "no-cached-offers"


async def test_the_catalogue_serves_a_profile(running: Running) -> None:
    async with running.work() as work:
        await offers(work, 12)
        profile = await profile_of(work, running.alice.person_id)
    made = await running.wish(limit=10)
    told = made.answer()
    assert (told["status"], told["rematchedFromCatalog"], told["reusedFromRunId"]) == ("reused", True, None)
    assert told["inserted"] == 10 and told["reuseDiagnostics"]["catalogRematch"]["accepted"]
    run = await running.run(made.run.id)
    assert (run.origin, run.career_profile_id) == ("rematch", profile.id)
    again = await running.wish(limit=10)
    assert again.answer()["reuseDiagnostics"]["catalogRematch"]["reason"] == "insufficient-fresh-candidates"


async def test_a_profile_names_its_source_and_its_filters(running: Running) -> None:
    async with running.work() as work:
        await profile_of(work, running.alice.person_id)
    made = await running.wish(source=None, listing_url=None)
    assert made.run.source_slug == SOURCE and made.answer()["resolvedFromProfile"] is True
    assert made.run.filters["keywords"] and "kw" in (made.run.listing_url or "")


async def test_a_reuse_does_not_stand_in_for_a_fetch(running: Running, cast: Cast) -> None:
    await finished(running, 12)
    reused = await running.wish(cast.bob)
    await running.set(reused.run.id, resume={"pending": ["https://it.pracuj.pl/a"]})
    assert await continued(running, reused.run.id) is None


async def continued(running: Running, run_id: UUID) -> Run | None:
    """What goes on with a run, if anything does."""
    async with running.work() as work:
        following = await go_on(work, run_id, running.terms)
    return await running.run(following) if following else None


async def left_over(running: Running, found: int, wanted: int, pending: int = 40) -> Run:
    """A run that was cut short."""
    run = await finished(running, found)
    links = [f"https://it.pracuj.pl/praca/a,oferta,{number}" for number in range(pending)]
    resume = {"pending": links, "done": ["source:1"], "nextListing": None}
    return await running.set(run.id, wanted=wanted, resume=resume)


async def test_what_a_run_left_over_is_read_by_another(running: Running) -> None:
    run = await left_over(running, found=20, wanted=60)
    following = await continued(running, run.id)
    assert following is not None and following.continues_run_id == run.id
    assert (following.mode, following.wanted, following.status) == ("continuation", 40, RunState.PENDING)
    assert following.resume is not None and len(following.resume["pending"]) == 40
    assert following.listing_url == run.listing_url and following.resume["done"] == ["source:1"]
    assert (await running.types(run.id))[-1] == "run_continued"
    assert await continued(running, run.id) is None, "once"


async def test_a_continuation_is_part_of_the_same_wish(running: Running) -> None:
    run = await left_over(running, found=20, wanted=60)
    running.terms = replace(running.terms, max_active=1, daily=1, duplicate=timedelta(seconds=30))
    assert await continued(running, run.id) is not None


@pytest.mark.parametrize(("found", "wanted", "pending"), [(60, 60, 40), (0, 60, 40), (20, 60, 0)])
async def test_nothing_goes_on_where_nothing_is_left_or_nothing_was_gained(
    running: Running, found: int, wanted: int, pending: int
) -> None:
    run = await left_over(running, found, wanted, pending)
    assert await continued(running, run.id) is None


async def rests(running: Running, run_id: UUID) -> timedelta:
    """How long a continuation waits from now on."""
    async with running.work() as work:
        return await rest(work, run_id)


async def test_leftovers_wait_for_what_their_host_has_promised_and_not_for_ever(running: Running) -> None:
    host = f"{new_id().hex}.example"
    run = await left_over(running, found=20, wanted=60)
    async with running.work() as work:
        typed = TypedSource.model_validate({"name": "Busy board", "adapter": "jsonld", "hosts": [host]})
        key = (await add(work, typed.columns())).key
    run = await running.set(run.id, source_slug=key, finalized_at=running.clock())
    async with running.work() as work:
        await grant(work.db, host, 10, interval_ms=2_000, now=work.now)
    assert await rests(running, run.id) > timedelta(seconds=10)
    running.clock.forward(seconds=61)
    async with running.work() as work:
        await grant(work.db, host, 10, interval_ms=2_000, now=work.now)
    assert await rests(running, run.id) <= timedelta(0), "others ask that host all the time"
    async with running.work() as work:
        await close_host(work.db, host, work.now + timedelta(minutes=5), "http-429", now=work.now)
    assert await rests(running, run.id) == timedelta(minutes=5), "but who asked for rest is left alone"


async def test_continuations_are_bounded(running: Running) -> None:
    running.terms = replace(running.terms, continuations=2)
    run = await left_over(running, found=1, wanted=60)
    depth = 0
    while (following := await continued(running, run.id)) is not None:
        depth += 1
        async with running.work() as work:
            await found_by(work, following.id, await offers(work, 1))
        run = await running.set(following.id, status=RunState.COMPLETED)
    assert depth == 2


EARLY = {"status": RunState.COMPLETED, "diagnostics": {"pagesVisited": 0}}
"""How a continuation ends that found its host's next instants given away."""


async def test_a_busy_host_does_not_use_up_the_continuations(running: Running) -> None:
    running.terms = replace(running.terms, continuations=2)
    run = await left_over(running, found=1, wanted=60)
    for _ in range(7):
        following = await continued(running, run.id)
        assert following is not None, "it read nothing, so it is none of those that may be"
        run = await running.set(following.id, finalized_at=running.clock(), **EARLY)
    async with running.work() as work:
        assert [each.came_too_early for each in await queries.lineage(work.db, run.id)] == [True] * 7 + [False]
    running.clock.forward(hours=27)
    assert await continued(running, run.id) is None, "but not for ever"
    (said,) = [event for event in await running.events(run.id) if event.event_type == "run_leftovers_abandoned"]
    assert (said.code, said.meta) == ("CONTINUATIONS_EXHAUSTED", {"leftover": 40})


async def test_who_came_too_early_waits_longer_each_time(running: Running) -> None:
    host = f"{new_id().hex}.example"
    run = await left_over(running, found=1, wanted=60)
    async with running.work() as work:
        typed = TypedSource.model_validate({"name": "Crowd", "adapter": "jsonld", "hosts": [host]})
        key = (await add(work, typed.columns())).key
    following = await continued(running, run.id)
    assert following is not None
    run = await running.set(following.id, source_slug=key, finalized_at=running.clock(), **EARLY)
    running.clock.forward(seconds=90)
    async with running.work() as work:
        await grant(work.db, host, 10, interval_ms=2_000, now=work.now)
    assert await rests(running, run.id) > timedelta(0), "two minutes after the first time"
    running.clock.forward(seconds=31)
    async with running.work() as work:
        await grant(work.db, host, 10, interval_ms=2_000, now=work.now)
    assert await rests(running, run.id) <= timedelta(0)


async def test_what_the_end_says_of_leftovers_counts_more_than_an_earlier_heartbeat(running: Running) -> None:
    run = await left_over(running, found=1, wanted=60)
    told = {"extra": {"adapter": "jsonld"}}
    run = await running.set(run.id, diagnostics=told)
    assert leftovers(run) is None, "all was read after the last heartbeat that came through"
    late = {"pending": ["https://it.pracuj.pl/praca/b,oferta,9"], "done": []}
    run = await running.set(run.id, resume=None, diagnostics={"extra": {"adapter": "jsonld", "resume": late}})
    following = await continued(running, run.id)
    assert following is not None and following.resume == {"nextListing": None, **late}


async def test_leftovers_of_a_source_that_is_gone_are_said_to_be_lost(running: Running) -> None:
    run = await left_over(running, found=1, wanted=60)
    run = await running.set(run.id, source_slug="gone")
    assert await rests(running, run.id) == timedelta(0)
    assert await continued(running, run.id) is None
    assert [event.code for event in await running.events(run.id)][-1] == "UNKNOWN_SOURCE"


async def test_a_retry_of_a_continuation_reads_the_same_leftovers(running: Running) -> None:
    """Begun anew it would meet the list's first links again, which were read long ago, and be content with them."""
    run = await left_over(running, found=1, wanted=60)
    following = await continued(running, run.id)
    assert following is not None
    for _ in range(2):
        failed = await running.set(following.id, status=RunState.FAILED, finalized_at=running.clock())
        async with running.work() as work:
            following = (await retry(work, failed.id, running.terms)).run
        assert (following.mode, following.resume, following.wanted) == ("retry", failed.resume, 59)
    plain = await running.set(run.id, status=RunState.FAILED)
    async with running.work() as work:
        assert (await retry(work, plain.id, running.terms)).run.resume is None, "others begin anew"
