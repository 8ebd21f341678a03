"""Acting on many as programs do: frozen, tried, done, written down, undone; nothing outside the selection moves."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.bulk.conftest import WorkOff
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.rearranging.pictures import Owner, picture
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.bulk import actions
from waypost.ticketing.bulk.queries import forget

pytestmark = pytest.mark.anyio


async def three(office: Office) -> list[str]:
    """Three tickets of three people."""
    return await office.deliver(*(mail(f"m{n}", f"client{n}@client.example", subject=f"Matter {n}") for n in range(3)))


async def chosen(office: Office, **choice: Any) -> Any:
    answer = await office.bob.post("/tickets/bulk", json=choice)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def done(office: Office, bulk: Any, act: dict[str, Any], **more: Any) -> Any:
    return await office.bob.post(f"/tickets/bulk/{bulk['id']}/acts", json={"act": act, "dry_run": False, **more})


async def test_what_was_frozen_is_done_and_nothing_else(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    bulk = await chosen(office, status="new")
    assert (bulk["count"], bulk["state"], sorted(bulk["sample"])) == (3, "frozen", sorted(ids))
    (late,) = await office.deliver(mail("late", "late@client.example"))
    await office.patch(ids[0], status="closed")
    tried = await office.bob.post(f"/tickets/bulk/{bulk['id']}/acts", json={"act": {"status": "closed"}})
    assert (tried.status_code, tried.json()["would"]) == (200, {"done": 2, "same": 1, "gone": 0})
    assert sorted(await office.ids(status="new")) == sorted([*ids[1:], late])
    asked = await done(office, bulk, {"status": "closed"})
    assert (asked.status_code, asked.json()["state"]) == (202, "running")
    await work_off()
    now = await office.get(f"/tickets/bulk/{bulk['id']}")
    assert (now["state"], now["done"], now["results"]) == ("finished", 3, {"done": 2, "same": 1})
    assert await office.ids(status="new") == [late]
    events = (await office.get(f"/tickets/{ids[1]}"))["events"]
    assert [(event["event_type"], event["actor_user_id"]) for event in events[1:]] == [
        ("ticket_updated", office.bobs_id),
        ("ticket_closed", office.bobs_id),
    ]


async def test_every_byte_comes_back(office: Office, work_off: WorkOff, owner: Owner) -> None:
    ids = await three(office)
    await office.patch(ids[0], status="pending", priority="high")
    before = await picture(owner, office.desk.org)
    for act in ({"status": "spam"}, {"assignee_user_id": office.bobs_id}, {"priority": "urgent"}):
        bulk = await chosen(office, ticket_ids=ids)
        assert (await done(office, bulk, act)).status_code == 202
        await work_off()
        assert await picture(owner, office.desk.org) != before
        assert (await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")).status_code == 202
        await work_off()
        assert (await office.get(f"/tickets/bulk/{bulk['id']}"))["results"] == {"undone": 3}
        assert await picture(owner, office.desk.org) == before


async def test_what_somebody_changed_since_is_left(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    bulk = await chosen(office, ticket_ids=ids)
    await done(office, bulk, {"status": "closed"})
    await work_off()
    await office.patch(ids[2], status="open")
    await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")
    await work_off()
    now = await office.get(f"/tickets/bulk/{bulk['id']}")
    assert (now["state"], now["results"]) == ("undone", {"undone": 2, "kept": 1})
    assert sorted(await office.ids(status="new")) == sorted(ids[:2]) and await office.ids(status="open") == [ids[2]]


async def test_merging_many_and_parting_them_again(office: Office, work_off: WorkOff, owner: Owner) -> None:
    ids = await three(office)
    before = await picture(owner, office.desk.org)
    bulk = await chosen(office, ticket_ids=ids)
    await done(office, bulk, {"merge_into": ids[1]})
    await work_off()
    assert await office.ids() == [ids[1]]
    assert (await office.get(f"/tickets/bulk/{bulk['id']}"))["results"] == {"done": 2, "same": 1}
    await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")
    await work_off()
    assert await picture(owner, office.desk.org) == before


async def test_the_receipt_has_a_line_for_each(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    bulk = await chosen(office, ticket_ids=ids)
    await done(office, bulk, {"priority": "high"})
    await work_off()
    first = await office.get(f"/tickets/bulk/{bulk['id']}/receipt", limit=2)
    rest = await office.get(f"/tickets/bulk/{bulk['id']}/receipt", after=first["next"])
    assert [line["ticket_id"] for line in first["items"] + rest["items"]] == ids and rest["next"] is None
    answer = await office.bob.get(f"/tickets/bulk/{bulk['id']}/receipt.csv")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    lines = list(csv.DictReader(StringIO(answer.text)))
    assert [line["ticket_id"] for line in lines] == ids
    assert {(line["result"], line["before"], line["after"]) for line in lines} == {
        ("done", "priority: normal", "priority: high")
    }
    assert "Matter" not in answer.text and "client0" not in answer.text


async def test_refusals(office: Office, globex: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await three(office)
    (theirs,) = await globex.deliver(mail("z"))
    for choice in ({}, {"ticket_ids": [str(theirs)]}, {"ticket_ids": [str(new_id())]}, {"q": "nowhere"}):
        assert (await office.bob.post("/tickets/bulk", json=choice)).status_code == 422, choice
    bulk = await chosen(office, ticket_ids=[*ids, str(theirs)])
    assert bulk["count"] == 3
    for act in ({}, {"status": "lost"}, {"status": None}, {"title": "x"}, {"status": "open", "priority": "low"}):
        assert (await done(office, bulk, act)).status_code == 422, act
    assert (await done(office, bulk, {"merge_into": str(theirs)})).status_code == 404
    monkeypatch.setattr(actions, "TYPED_ABOVE", 2)
    assert (await done(office, bulk, {"status": "open"})).status_code == 422
    assert (await done(office, bulk, {"status": "open"}, count=2)).status_code == 422
    assert (await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")).status_code == 409
    assert (await done(office, bulk, {"status": "open"}, count=3)).status_code == 202
    assert (await done(office, bulk, {"status": "open"}, count=3)).status_code == 409
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(f"/tickets/bulk/{bulk['id']}")).status_code == 404
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.post("/tickets/bulk", json={"ticket_ids": ids})).status_code == 403


async def test_an_old_choice_acts_no_more(office: Office, owner: Owner) -> None:
    bulk = await chosen(office, ticket_ids=await three(office))
    aged = "update bulk_selections set expires_at = made_at - interval '1 second' where id = %s"
    await owner.execute(aged, (bulk["id"],))
    assert (await done(office, bulk, {"status": "open"})).status_code == 409


async def test_a_line_that_is_refused_stands_alone(office: Office, work_off: WorkOff, owner: Owner) -> None:
    ids = await three(office)
    bulk = await chosen(office, ticket_ids=ids)
    other = await chosen(office, ticket_ids=ids)
    await done(office, other, {"assignee_queue_id": str(new_id())})
    await office.bob.post(f"/tickets/{ids[0]}/merges", json={"into": ids[1]})
    await done(office, bulk, {"status": "pending"})
    await work_off()
    assert (await office.get(f"/tickets/bulk/{bulk['id']}"))["results"] == {"done": 2, "gone": 1}
    now = await office.get(f"/tickets/bulk/{other['id']}")
    assert now["results"]["refused"] + now["results"]["gone"] == 3
    dead = await owner.execute(
        "select 1 from jobs j join bulk_selections s on s.org_id = j.org_id where s.id = %s and j.status = 'dead'",
        (UUID(bulk["id"]),),
    )
    assert await dead.fetchall() == []


async def test_old_receipts_go_and_young_ones_stay(office: Office, owner: Owner) -> None:
    ids = await three(office)
    old, young = await chosen(office, ticket_ids=ids), await chosen(office, ticket_ids=ids)
    aged = "update bulk_selections set expires_at = now() - interval '2 days' where id = %s"
    await owner.execute(aged, (old["id"],))
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        yesterday = work.now - timedelta(days=1)
        assert await forget(work.db, used_before=yesterday, unused_before=yesterday, limit=9) == 1
    assert (await office.bob.get(f"/tickets/bulk/{old['id']}")).status_code == 404
    assert (await office.bob.get(f"/tickets/bulk/{young['id']}")).status_code == 200
