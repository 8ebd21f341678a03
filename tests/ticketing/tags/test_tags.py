"""Tags: what admins do with them, tickets that bear them, lists narrowed by them."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select

from tests.ticketing.bulk.conftest import WorkOff
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.ticketing.tags.models import TicketTag
from waypost.ticketing.tickets.tagging.actions import MOST

pytestmark = pytest.mark.anyio


async def made(alice: httpx2.AsyncClient, name: str = "Refund", **more: Any) -> str:
    """A new tag's id."""
    answer = await alice.post("/tags", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def borne(office: Office, ticket_id: str) -> list[str]:
    """Names of what a ticket bears."""
    return [one["name"] for one in (await office.get(f"/tickets/{ticket_id}/tags"))["items"]]


async def events(office: Office, ticket_id: str) -> list[tuple[str, str, str | None]]:
    """What the timeline tells of tags: type, name, who."""
    told = (await office.get(f"/tickets/{ticket_id}"))["events"]
    return [
        (one["event_type"], one["event_data"]["name"], one["actor_user_id"])
        for one in told
        if "tagged" in one["event_type"]
    ]


async def test_list_and_creation(office: Office, alice: httpx2.AsyncClient) -> None:
    first = (await alice.post("/tags", json={"name": "  Big   Refund ", "color": "teal", "unknown": 1})).json()
    assert set(first) == {"id", "name", "color", "created_at"}
    assert (first["name"], first["color"]) == ("Big Refund", "teal")
    second = (await alice.post("/tags", json={"name": "Ärger"})).json()
    page = await office.get("/tags", limit=1)
    assert page["items"] == [first]
    rest = await office.get("/tags", limit=1, cursor=page["next_cursor"])
    assert (rest["items"], rest["next_cursor"]) == ([second], None)
    async with office.visit(office.product.cast.vera) as vera, office.visit(office.product.cast.mallory) as mallory:
        assert len((await vera.get("/tags")).json()["items"]) == 2
        assert (await vera.post("/tags", json={"name": "Mine"})).status_code == 403
        assert (await mallory.get("/tags")).json() == {"items": [], "next_cursor": None}
        assert (await mallory.post("/tags", json={"name": "big refund"})).status_code == 201
        assert (await mallory.patch(f"/tags/{first['id']}", json={"name": "x"})).status_code == 404
        assert (await mallory.delete(f"/tags/{first['id']}")).status_code == 404
    assert (await office.bob.post("/tags", json={"name": "Mine"})).status_code == 403


async def test_what_is_refused(alice: httpx2.AsyncClient) -> None:
    tag = await made(alice, "Ärger")
    wrong: list[dict[str, Any]] = [
        {},
        {"name": " "},
        {"name": "x" * 61},
        {"name": None},
        {"name": "x", "color": "#fff"},
    ]
    assert [(await alice.post("/tags", json=body)).status_code for body in wrong] == [422] * len(wrong)
    assert [(await alice.post("/tags", json={"name": name})).status_code for name in ("ÄRGER", "ärger ")] == [409, 409]
    other = await made(alice, "Calm")
    assert (await alice.patch(f"/tags/{other}", json={"name": "äRGER"})).status_code == 409
    assert (await alice.patch(f"/tags/{tag}", json={"name": "ÄRGER"})).json()["name"] == "ÄRGER"
    assert (await alice.patch(f"/tags/{tag}", json={"name": None})).status_code == 422
    assert (await alice.patch(f"/tags/{uuid4()}", json={"name": "x"})).status_code == 404


async def test_change_and_removal_are_audited(office: Office, alice: httpx2.AsyncClient) -> None:
    (ticket,) = await office.deliver(mail("1"))
    tag = await made(alice, color="red")
    assert (await office.bob.put(f"/tickets/{ticket}/tags/{tag}")).status_code == 204
    assert (await alice.patch(f"/tags/{tag}", json={"name": "Money back"})).json()["color"] == "red"
    assert (await alice.patch(f"/tags/{tag}", json={"color": None})).json()["color"] is None
    assert (await alice.patch(f"/tags/{tag}", json={})).status_code == 200
    assert await borne(office, ticket) == ["Money back"]
    assert (await alice.delete(f"/tags/{tag}")).status_code == 204
    assert (await alice.delete(f"/tags/{tag}")).status_code == 404
    assert await borne(office, ticket) == []
    assert [name for _, name, _ in await events(office, ticket)] == ["Refund"]
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        kept = select(AuditLog.act, AuditLog.detail).where(AuditLog.act.startswith("tags.")).order_by(AuditLog.id)
        acts = [(act, detail) for act, detail in await work.db.execute(kept)]
    assert [act for act, _ in acts] == ["tags.created", "tags.updated", "tags.updated", "tags.deleted"]
    assert acts[1][1]["before"]["name"] == "Refund" and acts[1][1]["after"]["name"] == "Money back"


async def test_a_ticket_bears_it_once_and_tells_it(office: Office, alice: httpx2.AsyncClient) -> None:
    ticket, other = await office.deliver(mail("1"), mail("2", "ben@other.example", subject="Roof"))
    refund, calm = await made(alice, "Refund", color="red"), await made(alice, "Calm")
    version = (await office.bob.get(f"/tickets/{ticket}")).headers["etag"]
    for tag in (refund, refund, calm):
        assert (await office.bob.put(f"/tickets/{ticket}/tags/{tag}")).status_code == 204
    assert (await office.bob.get(f"/tickets/{ticket}")).headers["etag"] != version
    assert await borne(office, ticket) == ["Calm", "Refund"] and await borne(office, other) == []
    assert await office.ids(tag=refund) == [ticket] and await office.ids(tag=str(uuid4())) == []
    for _ in range(2):
        assert (await office.bob.delete(f"/tickets/{ticket}/tags/{refund}")).status_code == 204
    assert await borne(office, ticket) == ["Calm"]
    assert await events(office, ticket) == [
        ("ticket_tagged", "Refund", office.bobs_id),
        ("ticket_tagged", "Calm", office.bobs_id),
        ("ticket_untagged", "Refund", office.bobs_id),
    ]
    assert "tags" not in (await office.get(f"/tickets/{ticket}"))["ticket"]


async def test_nobody_tags_across_organisations(office: Office, alice: httpx2.AsyncClient, globex: Any) -> None:
    (ticket,) = await office.deliver(mail("1"))
    tag = await made(alice)
    async with office.visit(office.product.cast.vera) as vera, office.visit(office.product.cast.mallory) as mallory:
        theirs = (await mallory.post("/tags", json={"name": "Theirs"})).json()["id"]
        assert (await vera.put(f"/tickets/{ticket}/tags/{tag}")).status_code == 403
        assert (await mallory.put(f"/tickets/{ticket}/tags/{theirs}")).status_code == 404
        assert (await mallory.get(f"/tickets/{ticket}/tags")).status_code == 404
    assert (await office.bob.put(f"/tickets/{ticket}/tags/{theirs}")).status_code == 404
    assert (await office.bob.delete(f"/tickets/{ticket}/tags/{theirs}")).status_code == 404
    assert await borne(office, ticket) == []


async def test_a_ticket_is_no_list_of_words(office: Office, alice: httpx2.AsyncClient) -> None:
    (ticket,) = await office.deliver(mail("1"))
    tags = [await made(alice, f"Tag {n}") for n in range(MOST + 1)]
    told = [(await office.bob.put(f"/tickets/{ticket}/tags/{tag}")).status_code for tag in tags]
    assert told == [204] * MOST + [409]
    assert len(await borne(office, ticket)) == MOST


async def test_forms_without_scripts(office: Office, alice: httpx2.AsyncClient) -> None:
    (ticket,) = await office.deliver(mail("1"))
    answer = await alice.post("/tags", data={"name": "Refund <b>", "color": "red"}, headers=FORM)
    (tag,) = (await office.get("/tags"))["items"]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tags?at={tag['id']}")
    refused = await alice.post("/tags", data={"name": "refund <B>", "color": ""}, headers=FORM)
    assert refused.status_code == 409 and "refund &lt;B&gt;" in refused.text
    assert (await alice.post("/tags", data={"name": "x", "color": "mud"}, headers=FORM)).status_code == 422
    page = await office.page(f"/tickets/{ticket}")
    assert f'action="/tickets/{ticket}/tags"' in page and "Refund &lt;b&gt;" in page
    put = await office.bob.post(f"/tickets/{ticket}/tags", data={"tag_id": tag["id"]}, headers=FORM)
    assert (put.status_code, put.headers["location"]) == (303, f"/tickets/{ticket}#tags")
    page = await office.page(f"/tickets/{ticket}?view=all")
    assert page.count("chip-danger") >= 2 and "Tagged" in page and f"/tags/{tag['id']}/removal" in page
    assert "Refund &lt;b&gt;" in await office.page(f"/tickets?view=all&tag={tag['id']}")
    assert f'value="{tag["id"]}" selected' in await office.page(f"/tickets/filter?tag={tag['id']}")
    kept = {"name": "Refunds", "view": "all", "tag": tag["id"]}
    assert (await office.bob.post("/tickets/saved-views", data=kept, headers=FORM)).status_code == 303
    assert f"view=all&amp;tag={tag['id']}" in await office.page("/tickets?view=all")
    gone = await office.bob.post(f"/tickets/{ticket}/tags/{tag['id']}/removal", headers=FORM)
    assert gone.status_code == 303 and await borne(office, ticket) == []
    changed = await alice.post(f"/tags/{tag['id']}", data={"name": "Money back", "color": ""}, headers=FORM)
    assert changed.status_code == 303 and "Money back" in await office.page("/tags")
    assert (await alice.post(f"/tags/{tag['id']}/removal", headers=FORM)).status_code == 303
    assert "No tag yet" in await office.page("/tags")


async def test_many_at_once_and_back(office: Office, alice: httpx2.AsyncClient, work_off: WorkOff) -> None:
    ids = await office.deliver(*(mail(f"m{n}", f"c{n}@client.example", subject=f"Matter {n}") for n in range(3)))
    tag = await made(alice)
    await office.bob.put(f"/tickets/{ids[0]}/tags/{tag}")
    bulk = (await office.bob.post("/tickets/bulk", json={"ticket_ids": ids})).json()["id"]
    act = {"act": {"add_tag": tag}}
    tried = await office.bob.post(f"/tickets/bulk/{bulk}/acts", json=act)
    assert tried.json()["would"] == {"done": 2, "same": 1, "gone": 0}
    stranger = {"act": {"add_tag": str(uuid4())}, "dry_run": False}
    assert (await office.bob.post(f"/tickets/bulk/{bulk}/acts", json=stranger)).status_code == 404
    assert (await office.bob.post(f"/tickets/bulk/{bulk}/acts", json={"act": {"add_tag": None}})).status_code == 422
    assert f"add_tag={tag}" not in await office.page(f"/tickets/bulk/{bulk}")
    assert "Refund" in await office.page(f"/tickets/bulk/{bulk}?add_tag={tag}")
    assert (await office.bob.post(f"/tickets/bulk/{bulk}/acts", json={**act, "dry_run": False})).status_code == 202
    await work_off()
    assert (await office.get(f"/tickets/bulk/{bulk}"))["results"] == {"done": 2, "same": 1}
    assert sorted(await office.ids(tag=tag)) == sorted(ids)
    await office.bob.delete(f"/tickets/{ids[1]}/tags/{tag}")
    await office.bob.post(f"/tickets/bulk/{bulk}/undo")
    await work_off()
    assert (await office.get(f"/tickets/bulk/{bulk}"))["results"] == {"undone": 1, "kept": 1, "same": 1}
    assert await office.ids(tag=tag) == [ids[0]]


async def test_a_tag_that_went_meanwhile_is_put_on_none(
    office: Office, alice: httpx2.AsyncClient, work_off: WorkOff
) -> None:
    ids, tag = await office.deliver(mail("1")), await made(alice)
    bulk = (await office.bob.post("/tickets/bulk", json={"ticket_ids": ids})).json()["id"]
    await office.bob.post(f"/tickets/bulk/{bulk}/acts", json={"act": {"add_tag": tag}, "dry_run": False})
    await alice.delete(f"/tags/{tag}")
    await work_off()
    assert (await office.get(f"/tickets/bulk/{bulk}"))["results"] == {"refused": 1}


async def test_merged_split_and_undone(office: Office, alice: httpx2.AsyncClient) -> None:
    anna, ben = await office.deliver(mail("a1"), mail("b1", "ben@other.example", subject="Roof"))
    both, hers, lost = await made(alice, "Both"), await made(alice, "Hers"), await made(alice, "Lost")
    for ticket, tag in ((anna, both), (ben, both), (anna, hers), (anna, lost), (ben, lost)):
        await office.bob.put(f"/tickets/{ticket}/tags/{tag}")
    merged = await office.bob.post(f"/tickets/{anna}/merges", json={"into": ben})
    assert merged.status_code < 300, merged.text
    assert await borne(office, ben) == ["Both", "Hers", "Lost"]
    assert (await office.bob.put(f"/tickets/{anna}/tags/{hers}")).status_code == 409
    await alice.delete(f"/tags/{lost}")
    undone = await office.bob.post(f"/rearrangements/{merged.json()['id']}/undo")
    assert undone.status_code < 300, undone.text
    assert await borne(office, anna) == ["Both", "Hers"] and await borne(office, ben) == ["Both"]


async def test_a_part_that_is_split_out_keeps_the_tags(office: Office, alice: httpx2.AsyncClient) -> None:
    (ticket, _) = await office.deliver(mail("a1"), mail("a2", refs=["a1"]))
    await office.bob.put(f"/tickets/{ticket}/tags/{await made(alice)}")
    message = (await office.get(f"/tickets/{ticket}"))["messages"][1]["message_id"]
    split = await office.bob.post(f"/tickets/{ticket}/splits", json={"message_ids": [message]})
    assert split.status_code < 300, split.text
    born = next(one for one in await office.ids() if one != ticket)
    assert await borne(office, born) == await borne(office, ticket) == ["Refund"]
    assert (await office.bob.post(f"/rearrangements/{split.json()['id']}/undo")).status_code < 300
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        assert set(await work.db.scalars(select(TicketTag.ticket_id))) == {UUID(ticket)}
