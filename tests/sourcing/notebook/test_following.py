"""What follows by itself: scores after a profile changed, reminders, many offers at once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.archive.records.running import Running
from tests.fixtures import Product
from tests.sourcing.notebook.making import PYTHON, offers, profile_of
from tests.sourcing.notebook.test_api import found, linked
from tests.ticketing.presence.test_presence import Ears
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import StoredJob
from waypost.platform.jobs.pokes import send_through
from waypost.sourcing.notebook import figures, jobs, queries
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.notebook.choosing import jobs as choosing
from waypost.sourcing.notebook.choosing.models import OffersActAsked, OffersUndoAsked
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.notebook.profiles.models import ProfileChanged

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}
AT = "/sourcing/offers/selections"


def running(product: Product) -> Running:
    return Running(product.house, product.cast.bob.org_id)


async def queued(product: Product, type_: str) -> list[Any]:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(StoredJob.payload).where(StoredJob.type == type_)))


async def test_a_changed_profile_scores_anew_what_was_scored_against_it(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob, scored=False)
    async with product.visit(bob) as program:
        made = (await program.post("/sourcing/profiles", json={"name": "Mine", **PYTHON.stated()})).json()
        (job,) = await queued(product, "offers_rescore")
        assert job == {"profile_id": made["id"]}
        fact = ProfileChanged.restore(job)
        await jobs.score_again(running(product), fact)
        assert [one["matchScore"] for one in await found(product, bob)] == [78], "what was there already is scored"
        (kept,) = await found(product, bob)
        await program.patch(f"/api/job-offers/{kept['id']}/status", json={"status": "SAVED"})
        await program.patch(f"/sourcing/profiles/{made['id']}", json={"name": "Mine", "keywords": ["hangars", "tea"]})
        for _ in range(2):
            await jobs.score_again(running(product), fact)
        (again,) = await found(product, bob)
        assert (again["matchScore"], again["status"]) == (5, "SAVED")
        assert again["matchMeta"]["profile"]["revision"] == 2
        await program.patch(f"/sourcing/profiles/{made['id']}", json={"name": "Mine"})
        await jobs.score_again(running(product), fact)
        (bare,) = await found(product, bob)
        assert (bare["matchScore"], bare["matchMeta"]) == (None, None)
        await program.delete(f"/sourcing/profiles/{made['id']}")
        await jobs.score_again(running(product), fact)


async def test_many_are_scored_anew_in_batches(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = product.cast.bob
    monkeypatch.setattr(jobs, "BATCH", 4)
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        profile = await profile_of(work, bob.person_id)
        await link(work, bob.person_id, await offers(work, 9), run_id=None, origin="SCRAPE", profile=None)
    await jobs.score_again(running(product), ProfileChanged(profile.id))
    assert {one["matchScore"] for one in await found(product, bob)} == {78}


async def test_a_follow_up_is_said_once(product: Product) -> None:
    bob = product.cast.bob
    (due,) = await linked(product, bob)
    (later,) = await linked(product, bob)
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        for one, away in ((due, -1), (later, 1)):
            mine = await queries.of_offer(work.db, one, bob.person_id, for_update=True)
            assert mine is not None
            mine.follow_up_at = work.now + timedelta(hours=away)
    for _ in range(2):
        await jobs.say_what_is_due(running(product))
    reminded = {one["jobOfferId"]: one["remindedAt"] for one in await found(product, bob)}
    assert reminded[str(due)] is not None and reminded[str(later)] is None
    async with product.visit(bob) as program:
        (item,) = [one for one in await found(product, bob) if one["jobOfferId"] == str(due)]
        lines = (await program.get(f"/api/job-offers/{item['id']}/history")).json()["items"]
        assert [one["kind"] for one in lines] == ["reminder"]
        moved = {"followUpAt": (product.house.works.clock() - timedelta(minutes=1)).isoformat()}
        told = (await program.patch(f"/api/job-offers/{item['id']}/meta", json=moved)).json()
        assert told["remindedAt"] is None, "a new day is reminded of again"


async def chosen(product: Product, count: int, **form: Any) -> str:
    bob = product.cast.bob
    items = [one["id"] for one in await found(product, bob, limit=100)][:count]
    sent = {"csrf_token": bob.csrf_token, "ids": items, "mode": "explore", **form}
    async with product.visit(bob, HTML) as browser:
        answer = await browser.post(AT, data=sent)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


async def test_a_frozen_selection_gets_one_status_and_gives_it_back(product: Product) -> None:
    bob, token = product.cast.bob, {"csrf_token": product.cast.bob.csrf_token}
    await linked(product, bob, 5)
    at = await chosen(product, 3)
    await linked(product, bob, 1)
    async with product.visit(bob, HTML) as browser:
        assert "3 offers chosen" in (await browser.get(at)).text
        assert (await browser.post(f"{at}/undo", data=token)).status_code == 409
        assert (await browser.post(f"{at}/acts", data={**token, "status": "SAVED"})).status_code == 303
        assert (await browser.post(f"{at}/acts", data={**token, "status": "NEW"})).status_code == 409
        (job,) = await queued(product, "offers_bulk_status")
        busy, ears = (await browser.get(at)).text, Ears()
        assert 'data-live="offers_progressed"' in busy and f'data-thing="{at.rsplit("/")[-1]}"' in busy
        send_through(ears)  # type: ignore[arg-type]  # all that is used of signals is `poke`
        for _ in range(2):
            await choosing.act_on_all(running(product), OffersActAsked.restore(job))
        send_through(None)
        assert [one for one in ears.heard if "progressed" in one] == [f"offers_progressed:{at.rsplit('/')[-1]}"]
        done = (await browser.get(at)).text
        assert "Finished." in done and "data-live" not in done.split('id="selection-state"')[1]
        assert len(await found(product, bob, status="SAVED")) == 3
        changed = (await found(product, bob, status="SAVED"))[0]
        async with product.visit(bob) as program:
            await program.patch(f"/api/job-offers/{changed['id']}/status", json={"status": "APPLIED"})
        assert (await browser.post(f"{at}/undo", data=token)).status_code == 303
        await choosing.undo_all(running(product), OffersUndoAsked.restore(job))
        shown = (await browser.get(at)).text
        assert "Undone 2" in shown and "Left: changed since 1" in shown
    assert {one["status"] for one in await found(product, bob)} == {"NEW", "APPLIED"}


async def test_picked_by_hand_is_done_at_once_and_all_means_what_the_list_shows(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob, 2)
    await linked(product, bob, 2, source="elsewhere")
    await chosen(product, 1, act="DISMISSED")
    (job,) = await queued(product, "offers_bulk_status")
    await choosing.act_on_all(running(product), OffersActAsked.restore(job))
    assert len(await found(product, bob, status="DISMISSED")) == 1
    at = await chosen(product, 0, all="1", source="pracuj-pl-it")
    async with product.visit(bob, HTML) as browser:
        assert "2 offers chosen" in (await browser.get(at)).text
        refused = await browser.post(AT, data={"csrf_token": bob.csrf_token, "mode": "explore"})
        assert refused.status_code == 422 and "No offer was chosen" in refused.text
    async with product.visit(product.cast.alice, HTML) as alice:
        assert (await alice.get(at)).status_code == 404


async def test_what_is_not_mine_is_left_out_of_a_choice(product: Product) -> None:
    bob, alice = product.cast.bob, product.cast.alice
    await linked(product, alice)
    (hers,) = await found(product, alice)
    async with product.visit(bob, HTML) as browser:
        answer = await browser.post(AT, data={"csrf_token": bob.csrf_token, "ids": [hers["id"]], "act": "DISMISSED"})
        assert answer.status_code == 422
    async with product.house.works.open(bob.org_id, MACHINE, reads=True) as work:
        assert set(await work.db.scalars(select(UserJobOffer.status))) == {"NEW"}


async def test_above_a_hundred_the_count_is_typed(product: Product) -> None:
    bob, token = product.cast.bob, {"csrf_token": product.cast.bob.csrf_token}
    await linked(product, bob, 101, scored=False)
    at = await chosen(product, 0, all="1", act="SAVED")
    async with product.visit(bob, HTML) as browser:
        assert re.search(r"Type 101 to confirm", (await browser.get(at)).text)
        assert (await browser.post(f"{at}/acts", data={**token, "status": "SAVED"})).status_code == 422
        assert (await browser.post(f"{at}/acts", data={**token, "status": "SAVED", "count": "101"})).status_code == 303


async def test_figures_count_the_organisations_own(product: Product) -> None:
    bob, mallory = product.cast.bob, product.cast.mallory
    await linked(product, bob, 2)
    await linked(product, bob, 1, scored=False)
    await linked(product, mallory)
    async with product.house.works.open(bob.org_id, MACHINE, reads=True) as work:
        told = await figures.figures(work.db, work.now, 24)
    assert told == {
        "totalUserOffers": 3,
        "unscoredUserOffers": 1,
        "reminderDeliveryFailures24h": 0,
        "totalProfiles": 1,
        "pendingProfiles": 0,
        "failedProfiles": 0,
    }
