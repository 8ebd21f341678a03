"""Saved views: the documented contract, whose they are, and how the inbox shows them."""

from typing import Any

import httpx2
import pytest

from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio
KEYS = ["id", "name", "filters", "is_default", "created_at", "updated_at"]
HERE = "/tickets/saved-views"


async def saved(client: httpx2.AsyncClient, name: str, **more: Any) -> Any:
    answer = await client.post(HERE, json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_documented_shapes(office: Office) -> None:
    one = await saved(
        office.bob, "  Open  ones ", filters={"status": " open ", "q": "", "limit": "200", "assignee_queue_id": None}
    )
    assert list(one) == KEYS
    assert (one["name"], one["filters"], one["is_default"]) == ("Open ones", {"status": "open", "limit": 100}, False)
    two = await saved(office.bob, "Mine", filters={"assignee_user_id": office.bobs_id, "limit": 0})
    assert two["filters"] == {"assignee_user_id": office.bobs_id, "limit": 1}
    listed = await office.get(HERE)
    assert [list(each) for each in listed] == [KEYS, KEYS] and listed == [one, two]
    assert (await office.bob.delete(f"{HERE}/{one['id']}")).status_code == 204
    assert await office.get(HERE) == [two]


async def test_the_documented_refusals(office: Office) -> None:
    one = await saved(office.bob, "Open")
    assert one["filters"] == {}
    for body, status in (
        ({"name": "Open"}, 409),
        ({"name": " open"}, 201),
        ({"name": "  "}, 422),
        ({"name": "x" * 121}, 422),
        ({"name": None}, 422),
        ({}, 422),
        ({"name": "a", "filters": {"priority": "high"}}, 422),
        ({"name": "b", "filters": {"status": 3}}, 422),
        ({"name": "c", "filters": {"limit": "many"}}, 422),
        ({"name": "d", "filters": {"limit": True}}, 422),
        ({"name": "e", "filters": ["q"]}, 422),
    ):
        answer = await office.bob.post(HERE, json=body)
        assert answer.status_code == status, (body, answer.text)
        if status == 422:
            assert isinstance(answer.json()["detail"], str)
    assert (await office.bob.delete(f"{HERE}/{new_id()}")).status_code == 404
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.post(HERE, json={"name": "Mine"})).status_code == 403
        assert (await vera.delete(f"{HERE}/{one['id']}")).status_code == 403
        assert len((await vera.get(HERE)).json()) == 2
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(HERE)).json() == []
        assert (await mallory.delete(f"{HERE}/{one['id']}")).status_code == 404
        assert (await mallory.post(HERE, json={"name": "Open"})).status_code == 201


async def test_a_personal_view_is_nobody_elses(office: Office) -> None:
    one = await saved(office.bob, "Mine", is_shared=False)
    async with office.visit(office.product.cast.alice) as alice:
        assert (await alice.get(HERE)).json() == []
        assert (await alice.delete(f"{HERE}/{one['id']}")).status_code == 404
        assert (await alice.patch(f"{HERE}/{one['id']}", json={"name": "Hers"})).status_code == 404
        await saved(alice, "Mine", is_shared=False)
        shared = await office.bob.patch(f"{HERE}/{one['id']}", json={"is_shared": True})
        assert shared.json()["is_shared"] and len((await alice.get(HERE)).json()) == 2


async def test_what_the_inbox_shows_can_be_kept_and_comes_back(office: Office) -> None:
    one, two = await office.deliver(mail("1"), mail("2", "ben@other.example", subject="Roof"))
    await office.patch(two, priority="urgent")
    form = {"name": "Burning", "view": "open", "priority": "urgent", "shared": "1", "cursor": "x"}
    answer = await office.bob.post(HERE, data=form, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets?view=open&priority=urgent")
    page = await office.page(answer.headers["location"])
    assert two in page and one not in page and "Burning" in page
    assert await office.get(HERE) == []
    (view,) = (await office.get("/tickets/views"))["items"]
    assert (view["query"], view["is_shared"]) == ({"view": "open", "priority": "urgent"}, True)


async def test_what_programs_can_say_they_are_told(office: Office) -> None:
    for name, form, filters in (
        ("a", {"view": "waiting"}, {"status": "pending"}),
        ("b", {"view": "all", "q": "roof"}, {"q": "roof"}),
        ("c", {"q": "roof"}, {"q": "roof"}),
        ("d", {"view": "all", "assignee": office.bobs_id}, {"assignee_user_id": office.bobs_id}),
        ("e", {"view": "mine"}, None),
        ("f", {"view": "all", "assignee": "me"}, None),
        ("g", {"view": "all", "requester": "anna@client.example"}, None),
        ("h", {}, None),
    ):
        await office.bob.post(HERE, data={"name": name, **form}, headers=FORM)
        told = {view["name"]: view["filters"] for view in await office.get(HERE)}
        assert told.get(name) == filters, name


async def test_the_inbox_opens_with_the_default(office: Office) -> None:
    shared = await saved(office.bob, "Roof", filters={"q": "roof"})
    assert (await office.bob.get("/tickets", headers={"accept": "text/html"})).status_code == 200
    await office.send(f"{HERE}/{shared['id']}/changes", is_default="1")
    answer = await office.bob.get("/tickets", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets?view=all&q=roof")
    mine = await saved(office.bob, "Mine", filters={"assignee_user_id": office.bobs_id}, is_shared=False)
    await office.send(f"{HERE}/{mine['id']}/changes", is_default="1")
    answer = await office.bob.get("/tickets", headers={"accept": "text/html"})
    assert answer.headers["location"] == f"/tickets?view=all&assignee={office.bobs_id}"
    assert (await office.bob.get("/tickets?view=open", headers={"accept": "text/html"})).status_code == 200
    page = await office.page(HERE)
    assert "Roof" in page and "Mine" in page
    assert (await office.send(f"{HERE}/{mine['id']}/removal")).headers["location"] == HERE
    assert "Mine" not in await office.page(HERE)


async def test_tabs_are_counted_in_one_question(office: Office) -> None:
    await office.deliver(mail("1"), mail("2", "ben@other.example"))
    with office.counted() as without:
        await office.page("/tickets?view=open")
    for n in range(10):
        await saved(office.bob, f"View {n}", filters={"status": "new"})
    with office.counted() as counter:
        page = await office.page("/tickets?view=open")
    assert len(counter.statements) == len(without.statements) + 1
    assert "View 7" in page and "View 8" not in page
