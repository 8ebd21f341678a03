"""Queues: the documented list and creation, what admins do with them, and tickets that are given to one."""

from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.ticketing.queues.actions import slug_of
from waypost.ticketing.queues.queries import names

pytestmark = pytest.mark.anyio


async def opened(alice: httpx2.AsyncClient, name: str = "Billing", **more: str) -> str:
    """A new queue's id."""
    answer = await alice.post("/queues", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Billing & Tax", "billing-tax"), ("  A__B  ", "a-b"), ("Büro 7", "b-ro-7"), ("---", ""), ("x" * 200, "x" * 200)],
)
def test_slugs(text: str, slug: str) -> None:
    assert slug_of(text) == slug


async def test_list_and_creation_as_documented(office: Office, alice: httpx2.AsyncClient) -> None:
    first = (await alice.post("/queues", json={"name": " Billing & Tax ", "unknown": 1})).json()
    assert set(first) == {"id", "name", "slug", "created_at"}
    assert (first["name"], first["slug"]) == ("Billing & Tax", "billing-tax")
    second = (await alice.post("/queues", json={"name": "Repairs", "slug": "Fix It"})).json()
    assert second["slug"] == "fix-it"
    assert await office.get("/queues") == [first, second]
    async with office.visit(office.product.cast.vera) as vera, office.visit(office.product.cast.mallory) as mallory:
        assert (await vera.get("/queues")).json() == [first, second]
        assert (await vera.post("/queues", json={"name": "Mine"})).status_code == 403
        assert (await mallory.get("/queues")).json() == []
        assert (await mallory.post("/queues", json={"name": "Repairs", "slug": "fix-it"})).status_code == 201
    assert (await office.bob.post("/queues", json={"name": "Mine"})).status_code == 403


async def test_what_is_refused(alice: httpx2.AsyncClient) -> None:
    await opened(alice)
    wrong = [{}, {"name": " "}, {"name": "!!"}, {"name": "x" * 201}, {"name": "x", "slug": "--"}, {"name": None}]
    assert [(await alice.post("/queues", json=body)).status_code for body in wrong] == [422] * len(wrong)
    twice = await alice.post("/queues", json={"name": "billing"})
    assert twice.status_code == 409 and twice.json()["detail"] == "Queue slug already exists"
    assert (await alice.post("/queues", json={"name": "東京"})).json()["slug"].startswith("queue-")


async def test_renaming_archiving_and_coming_back(office: Office, alice: httpx2.AsyncClient) -> None:
    billing, repairs = await opened(alice), await opened(alice, "Repairs")
    here = f"/queues/{billing}"
    assert (await alice.patch(here, json={"name": "Money"})).json()["name"] == "Money"
    assert (await alice.patch(here, json={"slug": "repairs"})).status_code == 409
    assert (await alice.patch(here, json={"slug": "billing"})).status_code == 200
    assert (await alice.patch(here, json={"name": None})).status_code == 422
    assert (await alice.patch(f"/queues/{uuid4()}", json={"name": "x"})).status_code == 404
    await alice.patch(here, json={"is_archived": True})
    assert [one["id"] for one in await office.get("/queues")] == [repairs]
    assert (await alice.post("/queues", json={"name": "Billing"})).status_code == 409
    await alice.patch(here, json={"is_archived": False})
    assert [one["id"] for one in await office.get("/queues")] == [billing, repairs]
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        kept = select(AuditLog.act, AuditLog.detail).where(AuditLog.act.startswith("queues.")).order_by(AuditLog.id)
        acts = [(act, detail) for act, detail in await work.db.execute(kept)]
    assert [act for act, _ in acts[2:]] == ["queues.updated", "queues.archived", "queues.restored"]
    assert acts[2][1]["before"]["name"] == "Billing" and acts[2][1]["after"]["name"] == "Money"


async def test_people_of_a_queue(office: Office, alice: httpx2.AsyncClient) -> None:
    here = f"/queues/{await opened(alice)}/members"
    bob, mallory = office.bobs_id, str(office.product.cast.mallory.person_id)
    assert [(await alice.post(here, json={"user_id": bob})).status_code for _ in range(2)] == [201, 201]
    assert (await alice.post(here, json={"user_id": mallory})).status_code == 422
    assert await office.get(here) == {"items": [{"user_id": bob}]}
    assert [(await alice.delete(f"{here}/{bob}")).status_code for _ in range(2)] == [204, 204]
    assert await office.get(here) == {"items": []}


async def test_a_ticket_is_given_to_a_queue(office: Office, alice: httpx2.AsyncClient) -> None:
    queue, (ticket,) = await opened(alice), await office.deliver(mail("1"))
    await office.patch(ticket, assignee_user_id=office.bobs_id)
    given = (await office.patch(ticket, assignee_queue_id=queue)).json()
    assert (given["assignee_user_id"], given["assignee_queue_id"]) == (None, queue)
    events = (await office.get(f"/tickets/{ticket}"))["events"]
    (_, event) = [one for one in events if one["event_type"] == "ticket_updated"]
    assert event["event_data"]["changes"]["assignee_queue_id"] == {"before": None, "after": queue}
    assert await office.ids(assignee_queue_id=queue) == [ticket]
    cleared = (await office.patch(ticket, assignee_queue_id=None)).json()
    assert (cleared["assignee_user_id"], cleared["assignee_queue_id"]) == (None, None)
    both = await office.patch(ticket, assignee_queue_id=queue, assignee_user_id=office.bobs_id)
    assert both.status_code == 422 and "Provide only one" in both.json()["detail"]


async def test_no_ticket_for_a_queue_that_is_not_here_or_archived(office: Office, alice: httpx2.AsyncClient) -> None:
    (ticket,), queue = await office.deliver(mail("1")), await opened(alice)
    async with office.visit(office.product.cast.mallory) as mallory:
        theirs = await opened(mallory, "Theirs")
    await alice.patch(f"/queues/{queue}", json={"is_archived": True})
    for wrong in (queue, theirs, str(uuid4())):
        assert (await office.patch(ticket, assignee_queue_id=wrong)).status_code == 422
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        assert list((await names(work.db, [uuid4()])).values()) == []


async def test_the_page_and_its_forms(office: Office, alice: httpx2.AsyncClient) -> None:
    assert "No queue yet" in await office.page("/queues")
    made = await alice.post("/queues", data={"name": "Billing <b>"}, headers=FORM)
    (queue,) = [one["id"] for one in await office.get("/queues")]
    assert (made.status_code, made.headers["location"]) == (303, f"/queues?at={queue}")
    wrong = await alice.post("/queues", data={"name": "billing b"}, headers=FORM)
    assert wrong.status_code == 409 and "Queue slug already exists" in wrong.text and 'value="billing b"' in wrong.text
    at = f"/queues/{queue}"
    acts = [("members", {"user_id": office.bobs_id}), ("name", {"name": "Money"}), ("archival", {})]
    for act, fields in acts:
        assert (await alice.post(f"{at}/{act}", data=fields, headers=FORM)).status_code == 303, act
    page = await office.page("/queues")
    assert all(word in page for word in ("Money", "Bob", "Archived")) and "Use again" not in page
    assert "Use again" in (await alice.get("/queues", headers={"accept": "text/html"})).text
    for act in ("restoration", f"members/{office.bobs_id}/removal"):
        assert (await alice.post(f"{at}/{act}", headers=FORM)).status_code == 303, act
    assert "Nobody yet" in await office.page("/queues")


async def test_the_same_number_of_questions_for_one_queue_and_for_many(
    office: Office, alice: httpx2.AsyncClient
) -> None:
    await alice.post(f"/queues/{await opened(alice)}/members", json={"user_id": office.bobs_id})
    with office.counted() as few:
        await office.page("/queues")
    for number in range(12):
        await alice.post(f"/queues/{await opened(alice, f'Q{number}')}/members", json={"user_id": office.bobs_id})
    with office.counted() as many:
        await office.page("/queues")
    assert len(many.statements) == len(few.statements) <= 8
