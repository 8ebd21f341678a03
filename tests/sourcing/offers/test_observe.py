"""A batch becomes offers: each once, with its history and its membership."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import anyio
import pytest
from sqlalchemy import func, select, text

from tests.conftest import Orgs
from tests.sourcing.offers.making import SOURCE, begin_run, counted, offer
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works
from waypost.sourcing.offers import queries
from waypost.sourcing.offers.actions import Observed, join_cached, observe
from waypost.sourcing.offers.models import JobOffer, OfferObservation, OfferPayload, RunOffer
from waypost.sourcing.wire.offer import Offer

pytestmark = pytest.mark.anyio


async def seen(work: Work, offers: Sequence[Offer], run_id: UUID | None = None) -> Observed:
    """Observed by a run of its own unless one is given."""
    return await observe(work, SOURCE, offers, run_id=run_id or await begin_run(work), via="detail", now=work.now)


async def count(work: Work, *models: type) -> list[int]:
    """Rows of Acme's."""
    return [await work.db.scalar(select(func.count()).select_from(model)) or 0 for model in models]


async def test_each_offer_is_kept_once_with_its_history_and_membership(work: Work) -> None:
    first = await seen(work, [offer(1), offer(2)])
    again = await seen(work, [offer(1), offer(3)])
    assert (first.inserted, first.updated, again.inserted, again.updated) == (2, 0, 1, 1)
    assert first.offer_ids[0] == again.offer_ids[0]
    assert await count(work, JobOffer, OfferObservation, OfferPayload, RunOffer) == [3, 3, 6, 4]
    assert again.told == (again.offer_ids[1],)


async def test_a_batch_holds_each_offer_once_and_the_first_wins(work: Work) -> None:
    found = await seen(
        work, [offer(1, title="First"), offer(1, title="Second"), offer(1, url="https://board.example/x")]
    )
    kept = (await work.db.scalars(select(JobOffer))).one()
    assert (found.inserted, found.repeated, kept.title) == (1, 2, "First")


async def test_what_lacks_title_or_description_is_dropped_and_counted(work: Work) -> None:
    found = await seen(work, [offer(1, title="  "), offer(2, description="\x00 "), offer(3)])
    assert found.rejected == {"missing_title": 1, "missing_description": 1}
    assert len(found.offer_ids) == 1


async def test_an_empty_batch_asks_nothing(work: Work) -> None:
    assert await observe(work, SOURCE, [], run_id=await begin_run(work), via="detail") == Observed()
    assert work.told == []


async def test_text_that_no_column_holds_is_cleaned(work: Work) -> None:
    dirty = offer(1, title="Nul\x00l", details={"a\x00b": ["c\x00", {"d": "\x00e"}]}, raw_payload={"x": "y\x00z"})
    dirty = dirty.model_copy(update={"description": "half \ud800 pair", "company": "Ac\ud83dme"})
    await seen(work, [dirty])
    kept = (await work.db.scalars(select(JobOffer))).one()
    assert (kept.title, kept.description, kept.company) == ("Null", "half  pair", "Acme")
    assert kept.details == {"ab": ["c", {"d": "e"}]}


async def test_identity_is_the_boards_number_else_the_address(work: Work) -> None:
    await seen(
        work, [offer(1, source_id=" AB-1 "), offer(2, source_id=None, url="https://Board.example/Jobs/2?utm=1#x")]
    )
    keys = set(await work.db.scalars(select(JobOffer.offer_identity_key)))
    assert keys == {"source:ab-1", "url:https://board.example/jobs/2"}


async def test_an_address_that_cannot_be_taken_apart_spoils_no_batch(work: Work) -> None:
    await seen(work, [offer(1, source_id=None, url="https://[board/Jobs/1?a=1#b"), offer(2)])
    keys = set(await work.db.scalars(select(JobOffer.offer_identity_key)))
    assert keys == {"url:https://[board/jobs/1", "source:2"}


async def test_a_new_offer_says_that_it_was_matched_and_a_known_one_does_not(work: Work) -> None:
    run_id = await begin_run(work)
    await seen(work, [offer(1)], run_id)
    await observe(work, SOURCE, [offer(1), offer(2)], run_id=run_id, via="detail", matched=True)
    rows = await work.db.execute(select(JobOffer.source_id, JobOffer.last_matched_at))
    assert {source_id: at for source_id, at in rows} == {"1": None, "2": work.now}


async def test_any_batch_costs_the_same_number_of_statements(work: Work) -> None:
    run_id = await begin_run(work)
    with counted(work) as one:
        await seen(work, [offer(1)], run_id)
    with counted(work) as many:
        await seen(work, [offer(number, description="word " * 1_000) for number in range(200)], run_id)
    assert len(one) == len(many) == 1


async def test_twenty_deliveries_of_one_batch_make_each_offer_once(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        run_id = await begin_run(work)
    batch = [offer(number) for number in range(30)]
    results: list[Observed] = []

    async def deliver(number: int) -> None:
        async with works.open(orgs.acme, MACHINE) as work:
            results.append(await seen(work, batch if number % 2 else batch[::-1], run_id))

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(deliver, number)
    async with works.open(orgs.acme, MACHINE) as work:
        assert await count(work, JobOffer, OfferObservation, RunOffer) == [30, 30, 30]
        assert await queries.count_of_run(work.db, run_id) == 30
    assert sum(one.inserted for one in results) == 30
    assert {frozenset(one.offer_ids) for one in results} == {frozenset(results[0].offer_ids)}


async def test_runs_keep_their_own_offers_and_organisations_too(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        first, second = await begin_run(work), await begin_run(work)
        await seen(work, [offer(1), offer(2)], first)
        await seen(work, [offer(2)], second)
        assert [await queries.count_of_run(work.db, one) for one in (first, second)] == [2, 1]
        assert await queries.counts_of_runs(work.db, [first, second]) == {first: 2, second: 1}
    async with works.open(orgs.globex, MACHINE) as work:
        assert (await seen(work, [offer(1)])).inserted == 1
        assert await count(work, JobOffer, OfferObservation, RunOffer) == [1, 1, 1]


async def test_cached_offers_join_the_run(work: Work) -> None:
    await seen(work, [offer(1), offer(2)])
    run_id = await begin_run(work)
    joined = await join_cached(work, run_id, ["source:1", "source:1", "source:9"], SOURCE, now=work.now + timedelta(1))
    assert len(joined) == 1
    assert await join_cached(work, run_id, ["source:1"], SOURCE) == joined
    ((found, member),) = await queries.of_run(work.db, run_id)
    assert (found.id, member.via, found.last_seen_at) == (joined[0], "cache", work.now + timedelta(1))
    assert await join_cached(work, run_id, [], SOURCE) == ()


async def test_only_what_was_read_lately_and_still_stands_is_fresh(work: Work) -> None:
    await seen(work, [offer(1), offer(2, is_expired=True)])
    await observe(work, SOURCE, [offer(3, tags=["listing-salvage"])], run_id=await begin_run(work), via="salvage")
    keys = ["source:1", "source:2", "source:3", "source:4"]
    assert await queries.fresh_keys(work.db, SOURCE, keys, work.now - timedelta(hours=1)) == ["source:1"]
    assert await queries.fresh_keys(work.db, SOURCE, keys, work.now + timedelta(hours=1)) == []
    assert await queries.fresh_keys(work.db, "another", keys, work.now) == []


async def test_a_page_read_in_the_same_run_ranks_above_its_salvage(work: Work) -> None:
    run_id = await begin_run(work)
    await observe(work, SOURCE, [offer(1)], run_id=run_id, via="salvage", relaxed=True)
    await observe(work, SOURCE, [offer(1)], run_id=run_id, via="detail")
    await observe(work, SOURCE, [offer(1)], run_id=run_id, via="salvage", relaxed=True)
    ((_, member),) = await queries.of_run(work.db, run_id)
    assert (member.via, member.relaxed) == ("detail", False)


async def test_long_texts_arrive_as_they_were_whatever_stands_in_them(work: Work) -> None:
    odd = "a\n\x1e,\"{}\\N\t'NULL;$1 %s :key " + "ą" * 3_000
    crowd = [
        offer(1, description=odd, details={"sections": [odd]}, raw_payload={"page": odd}),
        offer(2, description="NULL", details={}, raw_payload={}),
    ]
    found = await seen(work, crowd)
    first, second = [await queries.by_id(work.db, one) for one in found.offer_ids]
    assert (first.description, first.details, second.description) == (odd.strip(), {"sections": [odd.strip()]}, "NULL")
    kept = [
        await queries.payloads(work.db, (await queries.observations(work.db, one))[0].id) for one in found.offer_ids
    ]
    assert kept[0]["source-raw"] == {"page": odd.strip()} and list(kept[1]) == ["normalized-job"]


async def test_a_long_text_that_says_the_same_is_not_written_anew(work: Work) -> None:
    place = text("select pg_column_toast_chunk_id(description) from job_offers")
    told = "".join(map(chr, range(0x4E00, 0x6000)))
    await seen(work, [offer(1, description=told)])
    before = await work.db.scalar(place)
    await seen(work, [offer(1, description=told, title="Another title")])
    assert before and await work.db.scalar(place) == before
    await seen(work, [offer(1, description=told + "!")])
    assert await work.db.scalar(place) != before
