"""Requests for people and for programs: the list, the way of one, what failed and what to do."""

import pytest

from tests.fixtures import Product
from tests.house.wishes import wish_of
from waypost.archive.requests import queries
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.requests.views import steps
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


async def test_the_list_empty_full_and_by_state(product: Product) -> None:
    async with product.visit(product.cast.vera) as vera:
        empty = await vera.get("/archive-requests", headers=HTML)
        assert "Nobody has asked yet" in empty.text
        await wish_of(product)
        async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
            for number in range(60):
                await ask(work, Wish("zammad", "default", str(number)))
        first = (await vera.get("/archive-requests")).json()
        assert (len(first["items"]), first["counts"]["received"], first["counts"]["failed_permanent"]) == (50, 60, 1)
        second = (await vera.get("/archive-requests", params={"cursor": first["next_cursor"]})).json()
        assert (len(second["items"]), second["next_cursor"]) == (11, None)
        failed = (await vera.get("/archive-requests", params={"state": "failed_permanent"})).json()
        assert [each["number"] for each in failed["items"]] == ["Z-1"]
        assert [each["ref"] for each in (await vera.get("/archive-requests?q=7")).json()["items"]] == ["7"]
        page = await vera.get("/archive-requests?state=failed_permanent", headers=HTML)
        assert "Z-1" in page.text and "locked" in page.text
        assert (await vera.get("/archive-requests?state=nonsense")).status_code == 422
        assert (await vera.get("/archive-requests?cursor=nonsense")).status_code == 422


async def test_one_that_failed_says_why_and_can_be_asked_for_again(product: Product) -> None:
    request_id = await wish_of(product)
    at = f"/archive-requests/{request_id}"
    async with product.visit(product.cast.vera) as vera:
        page = await vera.get(at, headers=HTML)
        assert "The zeppelin was locked." in page.text and "Ask again" not in page.text
        assert "None" not in page.text
        assert (await vera.post(f"{at}/repetition", json={})).status_code == 403
    async with product.visit(product.cast.bob) as bob:
        assert "Ask again" in (await bob.get(at, headers=HTML)).text
        unreasoned = await bob.post(f"{at}/repetition", data={"force": "1", "reason": " "}, headers=HTML)
        assert unreasoned.status_code == 422 and "Say why" in unreasoned.text
        forced = await bob.post(f"{at}/repetition", data={"force": "1", "reason": "The auditor"}, headers=HTML)
        assert forced.status_code == 303 and forced.headers["location"].startswith("/archive-requests/")
        made = (await bob.get(forced.headers["location"])).json()
        assert (made["state"], made["forced"], made["reason"]) == ("received", True, "The auditor")
        assert [each["state"] for each in made["history"]] == ["received", "failed_permanent"]
        again = await bob.post(f"/archive-requests/{made['id']}/repetition", json={})
        assert (again.status_code, again.json()["code"]) == (409, "still_running")


async def test_nobody_elses(product: Product) -> None:
    request_id = await wish_of(product)
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.get(f"/archive-requests/{request_id}")).status_code == 404
        assert (await mallory.get("/archive-requests")).json()["items"] == []


async def test_pages_of_every_state_can_be_drawn(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        request = await ask(work, Wish("zammad", "default", "1"))
    async with product.visit(product.cast.bob) as bob:
        for state in State:
            async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
                mine = await queries.by_id(work.db, request.id, lock=True)
                mine.state, mine.skipped_because = state, "not_triggered" if state == State.SKIPPED else None
            answer = await bob.get(f"/archive-requests/{request.id}", headers=HTML)
            assert answer.status_code == 200, state
            alone = await bob.get(f"/archive-requests/{request.id}", headers=HTML | {"hx-request": "true"})
            assert (alone.status_code, "<title>" in alone.text) == (200, False), state
            assert ("its tag is missing" in alone.text) == (state == State.SKIPPED)


def test_the_way_of_a_request() -> None:
    def told(**values: object) -> str:
        usual = {"sealed": [], "rendered": [], "settle_due": False}
        return " ".join(step.condition for step in steps(ArchiveRequest(**{**usual, **values})))

    read = {"snapshot_key": "k"}
    assert told(state=State.RECEIVED) == "done waits open open open open"
    assert told(state=State.RUNNING, **read) == "done done now open open open"
    failed = {"state": State.FAILED_PERMANENT, "error_step": "sign", "rendered": [{}]}
    assert told(**read, **failed) == "done done done failed open open"
    kept = read | {"rendered": [{}], "sealed": [{}], "kept_at": "then"}
    assert told(state=State.SETTLING, settle_due=True, **kept) == "done done done done done now"
    assert told(state=State.ARCHIVED, settled_at="then", **kept) == "done done done done done done"
    assert told(state=State.SKIPPED) == "done skipped skipped skipped skipped skipped"
