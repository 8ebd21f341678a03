"""Offers on the way: kept once, counted from the tables, linked as best effort."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text

from tests.sourcing.callbacks.sender import Sender, offer, offers, sender_for
from tests.sourcing.notebook.making import profile_of
from tests.sourcing.one_job import OneJob
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import StoredJob
from waypost.sourcing.callbacks.jobs import link_offers_later
from waypost.sourcing.callbacks.models import CallbackEvent, LinkDeferred
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.notebook.settings import NotebookSettings
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs.models import RunEvent

pytestmark = pytest.mark.anyio
Owner = psycopg.AsyncConnection[tuple[object, ...]]


async def test_a_batch_is_kept_and_linked(sender: Sender) -> None:
    answer = await sender.say(sender.batch(jobs=offers(3), leaseToken=1))
    assert answer == {"ok": True, "status": "RUNNING", "ingested": 3, "linked": 3, "deferred": False}
    run = await sender.run()
    assert (run.status, run.progress["candidateOffers"]) == ("RUNNING", 3)
    assert run.last_heartbeat_at is not None
    assert {each.via for each in await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)} == {"detail"}


async def test_one_offer_has_a_door_of_its_own(sender: Sender) -> None:
    assert (await sender.say(sender.one(job=offer(1))))["ingested"] == 1
    assert (await sender.send(sender.one("b", jobs=[offer(1)]))).status_code == 400
    assert (await sender.send(sender.batch("c", job=offer(1)))).status_code == 400


async def test_counts_are_those_of_the_tables(sender: Sender) -> None:
    await sender.say(sender.batch("a", jobs=offers(3)))
    await sender.say(sender.batch("b", jobs=offers(4)))
    assert (await sender.run()).progress["candidateOffers"] == 4
    await sender.say(sender.completion(scrapedCount=4))
    assert (await sender.run()).scraped_count == 4


async def test_offers_are_scored_as_they_come_in_unless_the_operator_says_later(sender: Sender) -> None:
    house, alice = sender.product.house, sender.product.cast.alice
    async with house.works.open(alice.org_id, alice.actor) as work:
        await profile_of(work, alice.person_id)
    before = house.parts.of(NotebookTerms)
    scored = []
    for number, terms in enumerate((before, NotebookSettings.model_validate({"AUTO_SCORE_ON_INGEST": "no"}).terms())):
        house.parts.add(terms)
        await sender.say(sender.batch(f"batch-{number}", jobs=[offer(number)]))
        found = await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)
        scored.append(sum(each.match_score is not None for each in found))
    house.parts.add(before)
    assert (len(found), scored) == (2, [1, 1])


async def test_a_batch_that_comes_twice_is_one(sender: Sender) -> None:
    answers = await asyncio.gather(*[sender.say(sender.batch(jobs=offers(3))) for _ in range(5)])
    assert Counter(answer.get("idempotent", False) for answer in answers) == {False: 1, True: 4}
    assert {answer["ingested"] for answer in answers} == {3}
    assert len(await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id)) == 1
    assert (await sender.send(sender.batch(jobs=offers(1)))).status_code == 409


async def test_one_offer_that_comes_twice_is_one(sender: Sender) -> None:
    first = await sender.say(sender.one(job=offer(1)))
    again = await sender.say(sender.one(job=offer(1)))
    assert again == first | {"idempotent": True, "reasonCode": "DUPLICATE_EVENT_ID"}
    assert (await sender.send(sender.one(job=offer(2)))).status_code == 409
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 1


async def test_a_hundred_offers_with_all_they_came_from_are_taken(sender: Sender) -> None:
    jobs = [each | {"rawPayload": {"page": "x" * 20_000}} for each in offers(100, 5_000)]
    call = sender.batch(jobs=jobs)
    assert len(call.raw()) > 2_000_000
    assert (await sender.say(call))["ingested"] == 100


async def test_a_batch_after_the_end_is_still_kept(sender: Sender) -> None:
    await sender.say(sender.completion(jobs=offers(1)))
    assert await sender.say(sender.batch(jobs=offers(3))) == {"ok": True, "status": "COMPLETED", "ignored": True}
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 3


async def test_a_batch_of_nothing_is_ignored(sender: Sender) -> None:
    answer = await sender.say(sender.batch(jobs=[offer(1, title="  ")]))
    assert answer == {"ok": True, "status": "RUNNING", "ignored": True}


async def test_another_run_of_the_address_is_refused(sender: Sender) -> None:
    other = await sender_for(sender.product)
    call = sender.batch(jobs=offers(1))
    call.body["sourceRunId"] = str(other.run_id)
    assert (await sender.send(call)).status_code == 400


async def test_known_offers_join_without_being_read(sender: Sender) -> None:
    await sender.say(sender.batch(jobs=offers(2)))
    later = await sender_for(sender.product)
    answer = await later.say(later.batch(cached=["source:1000001", "source:1000002", "source:77"], relaxed=False))
    assert (answer["ingested"], answer["linked"]) == (2, 0)
    assert {each.via for each in await later.rows(RunOffer, RunOffer.run_id == later.run_id)} == {"cache"}


async def test_who_was_overtaken_may_still_deliver(sender: Sender) -> None:
    await sender.change(lease_token=2)
    assert (await sender.say(sender.batch(jobs=offers(2), leaseToken=1)))["ingested"] == 2
    run = await sender.run()
    assert (run.status, run.last_heartbeat_at) == ("PENDING", None)


async def test_a_source_cannot_be_written_for_another(sender: Sender) -> None:
    await sender.say(sender.batch(jobs=[offer(1, source="elsewhere")], source="elsewhere"))
    async with sender.product.house.works.open(sender.product.cast.alice.org_id, MACHINE) as work:
        assert list(await work.db.scalars(text("select distinct source from job_offers"))) == ["pracuj-pl-it"]


@pytest.fixture
async def sulking(owner: Owner) -> AsyncIterator[None]:
    """The notebook cannot be written to; everything else can."""
    await owner.execute("revoke insert on user_job_offers from waypost_app")
    yield
    await owner.execute("grant insert on user_job_offers to waypost_app")


async def test_links_that_fail_are_deferred_and_repeated(sender: Sender, sulking: None, owner: Owner) -> None:
    answer = await sender.say(sender.batch(jobs=offers(2)))
    assert answer == {"ok": True, "status": "RUNNING", "ingested": 2, "linked": 0, "deferred": True}
    ended = await sender.say(sender.completion())
    assert (ended["status"], ended["warning"]) == ("COMPLETED", "USER_LINK_DEFERRED")
    run = await sender.run()
    assert (run.status, run.progress["matchingState"]) == ("COMPLETED", "deferred")
    events = await sender.rows(RunEvent, RunEvent.source_run_id == sender.run_id, RunEvent.code == "USER_LINK_DEFERRED")
    assert len(events) == 2
    (job,) = await sender.rows(StoredJob, StoredJob.type == "run_offers_link")
    assert job.payload == {"run_id": str(sender.run_id)}
    await owner.execute("grant insert on user_job_offers to waypost_app")
    house, fact = sender.product.house, LinkDeferred(sender.run_id)
    for _ in range(2):
        await link_offers_later(OneJob(house, sender.product.cast.alice.org_id), fact)
    assert len(await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)) == 2
    assert (await sender.run()).progress["matchingState"] == "completed"
