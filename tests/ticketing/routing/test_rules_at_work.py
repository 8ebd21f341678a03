"""Mail in, and the rules act: assignment, status, priority, closing, spam; once, and never against a person."""

from typing import Any

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.routing.conftest import Routing
from waypost.ticketing.tickets.models import Status

pytestmark = pytest.mark.anyio
TO = "billing@acme.example"


@pytest.mark.parametrize(
    ("acts", "status", "priority"),
    [
        ({"action_set_status": "open"}, "open", "normal"),
        ({"action_set_status": "spam"}, "spam", "normal"),
        ({"action_set_status": "resolved"}, "resolved", "normal"),
        ({"action_auto_close": True}, "closed", "normal"),
        ({"action_auto_close": True, "action_set_status": "open"}, "closed", "normal"),
        ({"action_set_priority": "urgent"}, "new", "urgent"),
        ({"action_set_priority": "high", "action_set_status": "pending"}, "pending", "high"),
    ],
)
async def test_every_act_acts(routing: Routing, acts: dict[str, Any], status: str, priority: str) -> None:
    rule = await routing.rule("Act", match_recipient_pattern="billing@*", **acts)
    hit, miss = await routing.desk.deliver(mail("1", to=TO), mail("2", to="other@acme.example"))
    ticket, other = await routing.ticket(hit), await routing.ticket(miss)
    assert (ticket.status, ticket.priority, ticket.touched) == (status, priority, 0)
    assert (ticket.closed_at is not None) == (status in ("closed", "spam"))
    assert (other.status, other.priority) == ("new", "normal")
    (applied,) = await routing.events(hit, "routing_applied")
    (copy, _) = await routing.copies()
    assert set(applied) == {"occurrence_id", "rule_id", "before", "after"}
    assert (applied["occurrence_id"], applied["rule_id"]) == (str(copy.id), rule["id"])
    nobody = {"assignee_user_id": None, "assignee_queue_id": None}
    assert (applied["before"], applied["after"]) == ({"status": "new", **nobody}, {"status": status, **nobody})
    assert len(await routing.events(hit, "ticket_closed")) == (status == "closed")
    assert await routing.events(miss, "routing_applied") == []


async def test_queue_and_person(routing: Routing) -> None:
    queue, bob = await routing.queue(), routing.office.bobs_id
    await routing.rule("Q", match_recipient_pattern="billing@*", action_assign_queue_id=queue)
    await routing.rule("P", match_sender_email_pattern="carl@*", action_assign_user_id=bob)
    first, second = await routing.desk.deliver(mail("1", to=TO), mail("2", "Carl@client.example"))
    rows = {row["id"]: row for row in (await routing.office.get("/tickets"))["items"]}
    assert (rows[str(first)]["assignee_queue_id"], rows[str(first)]["assignee_user_id"]) == (queue, None)
    assert (rows[str(second)]["assignee_queue_id"], rows[str(second)]["assignee_user_id"]) == (None, bob)
    assert (await routing.events(first, "routing_applied"))[0]["after"]["assignee_queue_id"] == queue


async def test_the_first_that_fits_and_why(routing: Routing) -> None:
    await routing.rule("Off", is_enabled=False, priority=0, action_drop=True)
    await routing.rule("Vip", priority=1, match_sender_domain_pattern="*.vip.example", action_set_status="open")
    older = await routing.rule("Older", priority=5, action_set_status="pending")
    await routing.rule("Younger", priority=5, action_set_status="resolved")
    (ticket,) = await routing.desk.deliver(mail("1"))
    assert (await routing.ticket(ticket)).status == Status.PENDING
    (copy,) = await routing.copies()
    assert copy.route_reason == "rule Older" and copy.route_evidence is not None
    assert copy.route_evidence["rule"]["id"] == older["id"]
    steps = [(step["name"], step["matched"]) for step in copy.route_evidence["trace"]]
    assert steps == [("Vip", False), ("Older", True)]
    page = await routing.office.page(f"/tickets/{ticket}")
    assert "rule Older" in page and "domain does not fit *.vip.example" in page and "Routed by a rule" in page


async def test_later_messages_and_people_are_left_alone(routing: Routing) -> None:
    await routing.rule("Open", action_set_status="pending", action_set_priority="urgent")
    (ticket,) = await routing.desk.deliver(mail("1"))
    assert ticket is not None
    await routing.office.patch(str(ticket), status="open", priority="low", assignee_user_id=routing.office.bobs_id)
    (same,) = await routing.desk.deliver(mail("2", refs=("1",)))
    found = await routing.ticket(ticket)
    assert same == ticket and (found.status, found.priority) == ("open", "low")
    assert str(found.assignee_user_id) == routing.office.bobs_id
    assert [copy.route_reason for copy in await routing.copies()] == ["rule Open", "joined a conversation"]
    assert len(await routing.events(ticket, "routing_applied")) == 1


async def test_a_whole_thread_in_one_batch_is_routed_once(routing: Routing) -> None:
    await routing.rule("Anna", match_sender_email_pattern="anna@*", action_set_status="open")
    await routing.rule("Others", action_set_status="spam")
    raws = [mail("1"), mail("2", "carl@client.example", refs=("1",)), mail("3", refs=("1",))]
    tickets = await routing.desk.deliver(*raws)
    assert (await routing.ticket(tickets[0])).status == Status.OPEN
    assert len(await routing.events(tickets[0], "routing_applied")) == 1


async def test_our_own_mail_is_never_routed(routing: Routing) -> None:
    await routing.allow("help@acme.example")
    await routing.rule("All", action_drop=True)
    ours = mail("1", "support@acme.example", to="new@client.example", subject="Offer")
    routing.desk.inbox = "support@acme.example"
    await routing.desk.receive([])
    routing.desk.inbox = None
    (ticket,) = await routing.desk.deliver(ours)
    assert (await routing.ticket(ticket)).status == Status.NEW
    assert [copy.route_reason for copy in await routing.copies()] == ["our own message"]


async def test_an_archived_queue_is_given_nothing(routing: Routing) -> None:
    queue = await routing.queue()
    await routing.rule("Q", action_assign_queue_id=queue, action_set_priority="high")
    await routing.alice.patch(f"/queues/{queue}", json={"is_archived": True})
    (ticket,) = await routing.desk.deliver(mail("1"))
    found = await routing.ticket(ticket)
    assert (found.assignee_queue_id, found.priority) == (None, "high")
    simulated = await routing.simulate("a@acme.example", "b@client.example")
    assert simulated["applied_actions"]["assign_queue_id"] is None
    assert "its queue is archived" in simulated["trace"][0]["because"]


async def test_rules_of_others_do_nothing_here(routing: Routing) -> None:
    async with routing.office.visit(routing.office.product.cast.mallory) as mallory:
        await mallory.post("/tickets/routing/rules", json={"name": "All", "action_drop": True})
    (ticket,) = await routing.desk.deliver(mail("1"))
    assert (await routing.ticket(ticket)).status == Status.NEW


async def test_a_changed_rule_holds_for_the_next_mail(routing: Routing) -> None:
    rule = await routing.rule("R", action_set_status="open")
    (first,) = await routing.desk.deliver(mail("1"))
    await routing.alice.patch(f"/tickets/routing/rules/{rule['id']}", json={"action_set_status": "pending"})
    (second,) = await routing.desk.deliver(mail("2"))
    await routing.alice.delete(f"/tickets/routing/rules/{rule['id']}")
    (third,) = await routing.desk.deliver(mail("3"))
    assert [(await routing.ticket(one)).status for one in (first, second, third)] == ["open", "pending", "new"]
