"""Allowlist, rules and the simulator as documented: shapes, statuses, what is refused, and what the audit log keeps."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.ticketing.routing.conftest import Routing
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog

pytestmark = pytest.mark.anyio
ALLOWLIST, RULES = "/tickets/routing/allowlist", "/tickets/routing/rules"
RULE = {
    "id",
    "name",
    "is_enabled",
    "priority",
    "match_recipient_pattern",
    "match_sender_domain_pattern",
    "match_sender_email_pattern",
    "match_direction",
    "action_assign_queue_id",
    "action_assign_user_id",
    "action_set_status",
    "action_drop",
    "action_auto_close",
    "created_at",
    "updated_at",
}


async def audited(routing: Routing, beginning: str) -> list[tuple[str, dict[str, Any]]]:
    """Acts of the audit log with their details, oldest first."""
    chosen = select(AuditLog.act, AuditLog.detail).where(AuditLog.act.startswith(beginning)).order_by(AuditLog.id)
    async with routing.desk.works.open(routing.desk.org, MACHINE, reads=True) as work:
        return [(act, detail) for act, detail in await work.db.execute(chosen)]


async def test_the_allowlist(routing: Routing) -> None:
    alice, made = routing.alice, await routing.alice.post(ALLOWLIST, json={"pattern": "  *@ACME.example "})
    entry = made.json()
    assert made.status_code == 201 and set(entry) == {"id", "pattern", "is_enabled", "created_at"}
    assert (entry["pattern"], entry["is_enabled"]) == ("*@acme.example", True)
    here, other = f"{ALLOWLIST}/{entry['id']}", await routing.allow("help@acme.example")
    assert (await alice.post(ALLOWLIST, json={"pattern": "*@acme.EXAMPLE"})).status_code == 409
    assert (await alice.patch(here, json={"pattern": "HELP@acme.example"})).status_code == 409
    assert (await alice.patch(here, json={"is_enabled": False})).json() == {**entry, "is_enabled": False}
    wrong: list[dict[str, Any]] = [{"pattern": None}, {"is_enabled": None}, {"pattern": "ab"}, {"pattern": "    "}]
    assert [(await alice.patch(here, json=body)).status_code for body in wrong] == [422] * 4
    assert [(await alice.post(ALLOWLIST, json=body)).status_code for body in wrong] == [422] * 4
    assert (await alice.post(ALLOWLIST, json={"pattern": "a b@c.example"})).status_code == 422
    assert [one["id"] for one in (await alice.get(ALLOWLIST)).json()] == [entry["id"], other]
    assert (await alice.delete(here)).status_code == 204
    assert [(await alice.delete(here)).status_code, (await alice.patch(here, json={})).status_code] == [404, 404]


async def test_rules_and_their_defaults(routing: Routing) -> None:
    rule = await routing.rule("  Billing ", match_recipient_pattern=" Billing@* ", action_set_status="open")
    assert set(rule) == RULE | {"action_set_priority", "action_add_tag_ids"}
    assert (rule["name"], rule["match_recipient_pattern"], rule["priority"]) == ("Billing", "billing@*", 100)
    assert (rule["is_enabled"], rule["action_drop"], rule["action_auto_close"]) == (True, False, False)
    here = f"{RULES}/{rule['id']}"
    off = (await routing.alice.patch(here, json={"is_enabled": False, "unknown": 1})).json()
    assert off == {**rule, "is_enabled": False, "updated_at": off["updated_at"]}
    empty = (await routing.alice.patch(here, json={"match_recipient_pattern": ""})).json()
    assert empty["match_recipient_pattern"] is None
    first = await routing.rule("First", priority=1, action_drop=True)
    assert [one["id"] for one in (await routing.alice.get(RULES)).json()] == [first["id"], rule["id"]]
    assert (await routing.alice.delete(here)).status_code == 204
    assert (await routing.alice.patch(here, json={"priority": 1})).status_code == 404


async def test_what_a_rule_may_not_be(routing: Routing) -> None:
    queue, bob = await routing.queue(), routing.office.bobs_id
    act: dict[str, Any] = {"action_drop": True}
    wrong: list[dict[str, Any]] = [
        {"name": " ", **act},
        {"name": "x" * 201, **act},
        {"name": "none"},
        {"name": "both", "action_assign_queue_id": queue, "action_assign_user_id": bob},
        {"name": "queue", "action_assign_queue_id": str(uuid4())},
        {"name": "user", "action_assign_user_id": str(routing.office.product.cast.mallory.person_id)},
        {"name": "low", "priority": -1, **act},
        {"name": "high", "priority": 10_001, **act},
        {"name": "null", "priority": None, **act},
        {"name": "null", "is_enabled": None, **act},
        {"name": "status", "action_set_status": "lost"},
        {"name": "way", "match_direction": "sideways", **act},
        {"name": "long", "match_sender_domain_pattern": "x" * 256, **act},
        {"name": "control", "match_recipient_pattern": "a\x00b", **act},
    ]
    answers = [(await routing.alice.post(RULES, json=body)) for body in wrong]
    assert [answer.status_code for answer in answers] == [422] * len(wrong)
    assert all(isinstance(answer.json()["detail"], str) for answer in answers)
    here = f"{RULES}/{(await routing.rule(**act))['id']}"
    changes: list[dict[str, Any]] = [{"priority": None}, {"is_enabled": None}, {"action_drop": False}, {"name": ""}]
    assert [(await routing.alice.patch(here, json=body)).status_code for body in changes] == [422] * 4


async def test_an_explicit_order(routing: Routing) -> None:
    ids = [(await routing.rule(name, action_drop=True))["id"] for name in "ABC"]
    wanted = [ids[2], ids[0], ids[1]]
    ordered = (await routing.alice.post(f"{RULES}/order", json={"rule_ids": wanted})).json()
    assert [(one["id"], one["priority"]) for one in ordered] == list(zip(wanted, (10, 20, 30), strict=True))
    assert [one["id"] for one in (await routing.alice.get(RULES)).json()] == wanted
    for wrong in (wanted[:2], [*wanted, wanted[0]], [*wanted[:2], str(uuid4())]):
        assert (await routing.alice.post(f"{RULES}/order", json={"rule_ids": wrong})).status_code == 409
    ((_, detail),) = await audited(routing, "routing.rules.ordered")
    assert detail == {"before": ids, "after": wanted}


async def test_who_may_what(routing: Routing) -> None:
    rule, entry = await routing.rule(action_drop=True), await routing.allow("*@acme.example")
    cast = routing.office.product.cast
    asked = {"recipient": "a@b.example", "sender_email": "c@d.example", "direction": "inbound"}
    async with routing.office.visit(cast.vera) as vera, routing.office.visit(cast.mallory) as mallory:
        refused = [await vera.get(ALLOWLIST), await vera.get(RULES), await vera.post(RULES, json={"name": "x"})]
        refused.append(await vera.post("/tickets/routing/simulate", json=asked))
        assert [answer.status_code for answer in refused] == [403] * 4
        assert (await mallory.get(ALLOWLIST)).json() == [] and (await mallory.get(RULES)).json() == []
        assert (await mallory.patch(f"{RULES}/{rule['id']}", json={"name": "x"})).status_code == 404
        assert (await mallory.delete(f"{ALLOWLIST}/{entry}")).status_code == 404
        assert (await mallory.post("/tickets/routing/simulate", json=asked)).json()["matched_rule"] is None
    assert (await routing.office.bob.get(RULES)).status_code == 403


async def test_the_audit_log_keeps_before_and_after_but_no_address(routing: Routing) -> None:
    rule = await routing.rule("R", match_sender_email_pattern="anna@client.example", action_drop=True)
    await routing.alice.patch(f"{RULES}/{rule['id']}", json={"priority": 7})
    await routing.alice.delete(f"{RULES}/{rule['id']}")
    entry = await routing.allow("help@acme.example")
    await routing.alice.delete(f"{ALLOWLIST}/{entry}")
    acts = await audited(routing, "routing.")
    names = ["rule.created", "rule.updated", "rule.deleted", "allowlist.created", "allowlist.deleted"]
    assert [act for act, _ in acts] == [f"routing.{name}" for name in names]
    assert (acts[1][1]["before"]["priority"], acts[1][1]["after"]["priority"]) == (100, 7)
    assert acts[2][1]["after"] is None and acts[2][1]["before"]["name"] == "R"
    assert "@client.example" not in str(acts) and "help@" not in str(acts)


async def test_simulation_as_documented(routing: Routing) -> None:
    queue = await routing.queue()
    await routing.allow("*@acme.example")
    miss = await routing.rule("Vip", priority=1, match_sender_domain_pattern="vip.example", action_set_status="open")
    rule = await routing.rule("Bills", match_recipient_pattern="billing@*", action_assign_queue_id=queue)
    found = await routing.simulate("Billing@ACME.example", "anna@client.example")
    assert (found["allowlisted"], found["would_mark_spam"]) == (True, False)
    assert found["matched_rule"] == {"id": rule["id"], "name": "Bills", "priority": 100}
    nothing = {"assign_user_id": None, "set_status": None, "set_priority": None, "drop": False, "auto_close": False}
    assert found["applied_actions"] == {"assign_queue_id": queue, "add_tag_ids": [], **nothing}
    assert "recipient" in found["explanation"].lower()
    assert [(step["rule_id"], step["matched"]) for step in found["trace"]] == [(miss["id"], False), (rule["id"], True)]
    assert found["trace"][0]["because"] == "sender's domain does not fit vip.example"
    spam = await routing.simulate("nobody@else.example", "anna@client.example")
    assert (spam["allowlisted"], spam["would_mark_spam"], spam["matched_rule"]) == (False, True, None)
    acts = spam["applied_actions"]
    assert (acts["set_status"], acts["auto_close"]) == ("spam", True) and "recipient" in spam["explanation"].lower()
    ours = await routing.simulate("nobody@else.example", "help@acme.example", "outbound")
    assert (ours["would_mark_spam"], ours["matched_rule"], ours["trace"]) == (False, None, [])


@pytest.mark.parametrize(
    "wrong", [{"direction": "sideways"}, {"recipient": "ab"}, {"sender_email": "x" * 321}, {"direction": None}]
)
async def test_simulations_that_make_no_sense(routing: Routing, wrong: dict[str, Any]) -> None:
    asked = {"recipient": "a@b.example", "sender_email": "c@d.example", "direction": "inbound"} | wrong
    answer = await routing.office.bob.post("/tickets/routing/simulate", json=asked)
    assert answer.status_code == 422 and answer.json()["errors"]
