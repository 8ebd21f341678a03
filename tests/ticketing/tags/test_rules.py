"""Rules that add tags: written, shown, simulated, done once, and never in a person's way."""

from typing import Any
from uuid import uuid4

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.routing.conftest import Routing
from tests.ticketing.tags.test_tags import borne, events, made
from tests.ticketing.tickets.conftest import FORM
from waypost.platform.access import MACHINE
from waypost.ticketing.routing.applying import route
from waypost.ticketing.tickets.stitch import stitch

pytestmark = pytest.mark.anyio


async def test_a_rule_adds_tags_and_says_so(routing: Routing) -> None:
    calm, refund = await made(routing.alice, "Calm"), await made(routing.alice)
    wanted = sorted([calm, refund])
    rule = await routing.rule("Tagger", match_recipient_pattern="billing@*", action_add_tag_ids=[refund, calm, refund])
    assert rule["action_add_tag_ids"] == wanted
    told = await routing.simulate("billing@acme.example", "anna@client.example")
    assert told["applied_actions"]["add_tag_ids"] == wanted
    assert (await routing.simulate("x@acme.example", "a@client.example"))["applied_actions"]["add_tag_ids"] == []
    hit, miss = map(
        str, await routing.desk.deliver(mail("1", to="billing@acme.example"), mail("2", to="x@acme.example"))
    )
    assert await borne(routing.office, hit) == ["Calm", "Refund"] and await borne(routing.office, miss) == []
    assert sorted(await events(routing.office, hit)) == [
        ("ticket_tagged", "Calm", None),
        ("ticket_tagged", "Refund", None),
    ]
    assert (await routing.ticket(hit)).touched == 0 and len(await routing.events(hit, "routing_applied")) == 1
    async with routing.desk.works.open(routing.desk.org, MACHINE) as work:
        await route(work, [copy.id for copy in await routing.copies()])
    assert len(await events(routing.office, hit)) == 2


async def test_a_rule_is_written_and_changed(routing: Routing) -> None:
    calm, refund = await made(routing.alice, "Calm"), await made(routing.alice)
    rule = await routing.rule("Tagger", action_add_tag_ids=[calm])
    here = f"/tickets/routing/rules/{rule['id']}"
    changed = await routing.alice.patch(here, json={"action_add_tag_ids": [refund]})
    assert changed.json()["action_add_tag_ids"] == [refund]
    (listed,) = (await routing.alice.get("/tickets/routing/rules")).json()
    assert listed == changed.json()
    moved = await routing.alice.post("/tickets/routing/rules/order", json={"rule_ids": [rule["id"]]})
    assert moved.json()[0]["action_add_tag_ids"] == [refund]
    wrong: list[Any] = [[str(uuid4())], ["x"], "x", [str(uuid4()) for _ in range(21)]]
    for ids in wrong:
        assert (await routing.alice.patch(here, json={"action_add_tag_ids": ids})).status_code == 422
    assert (await routing.alice.patch(here, json={"action_add_tag_ids": []})).status_code == 422
    assert (await routing.alice.delete(f"/tags/{calm}")).status_code == 204
    used = await routing.alice.delete(f"/tags/{refund}")
    assert (used.status_code, used.json()["type"].rpartition("/")[2]) == (409, "rule-adds-tag")
    assert (await routing.alice.delete(here)).status_code == 204
    assert (await routing.alice.delete(f"/tags/{refund}")).status_code == 204


async def test_the_form_of_a_rule(routing: Routing) -> None:
    calm, refund = await made(routing.alice, "Calm"), await made(routing.alice)
    sent = {"name": "Tagger", "priority": "10", "is_enabled": "1", "action_add_tag_ids": [calm, refund]}
    assert (await routing.alice.post("/routing/rules", data=sent, headers=FORM)).status_code == 303
    (rule,) = (await routing.alice.get("/tickets/routing/rules")).json()
    assert rule["action_add_tag_ids"] == sorted([calm, refund])
    page = (await routing.alice.get(f"/routing/rules/{rule['id']}", headers=FORM)).text
    assert all(f'name="action_add_tag_ids" value="{one}" checked' in page for one in (calm, refund))
    listed = (await routing.alice.get("/routing?recipient=x@acme.example&sender_email=a@b.example", headers=FORM)).text
    assert listed.count("Calm") == 2
    empty = await routing.alice.post("/routing/rules", data={"name": "Idle", "priority": "1"}, headers=FORM)
    assert empty.status_code == 422


async def test_a_person_who_was_quicker_keeps_the_ticket(routing: Routing) -> None:
    tag, mine = await made(routing.alice, "By the rule"), await made(routing.alice, "By hand")
    await routing.rule("Tagger", action_add_tag_ids=[tag])
    received = await routing.desk.receive([mail("1")])
    await routing.desk.read(received, [mail("1")])
    async with routing.desk.works.open(routing.desk.org, MACHINE) as work:
        await stitch(work, received)
    (ticket,) = await routing.office.ids()
    assert (await routing.office.bob.put(f"/tickets/{ticket}/tags/{mine}")).status_code == 204
    async with routing.desk.works.open(routing.desk.org, MACHINE) as work:
        await route(work, received)
    assert await borne(routing.office, ticket) == ["By hand"]


async def test_tickets_that_are_healed_bring_their_tags(routing: Routing) -> None:
    office, tag = routing.office, await made(routing.alice)
    await routing.rule("Tagger", action_add_tag_ids=[tag], match_recipient_pattern="late@*")
    await routing.rule("Tagger of all", action_add_tag_ids=[tag, await made(routing.alice, "All")])
    kept, part = await office.deliver(mail("1"), mail("3", refs=("2",), subject="Re: Hello", to="late@acme.example"))
    assert kept != part and await borne(office, part) == ["Refund"]
    await office.bob.delete(f"/tickets/{kept}/tags/{tag}")
    await office.deliver(mail("2", refs=("1",), subject="Re: Hello"))
    assert await borne(office, kept) == ["All", "Refund"] and await borne(office, part) == []
