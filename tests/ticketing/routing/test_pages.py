"""The page of routing and its forms: they work without scripts and keep what was typed."""

import re

import httpx2
import pytest

from tests.ticketing.routing.conftest import Routing
from tests.ticketing.tickets.conftest import FORM

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


async def page(client: httpx2.AsyncClient, path: str = "/routing") -> str:
    """What is seen; it must be fine."""
    answer = await client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


async def send(routing: Routing, path: str, **fields: str) -> httpx2.Response:
    """Alice sends a form."""
    return await routing.alice.post(path, data=fields, headers=FORM)


async def test_empty_it_warns_and_says_what_to_do(routing: Routing) -> None:
    seen = await page(routing.alice)
    assert "until an allowlist is set" in seen and "No rule yet" in seen and "Write a rule" in seen
    bobs = await page(routing.office.bob)
    assert "What would happen?" in bobs and "New pattern" not in bobs and "Write a rule" not in bobs
    async with routing.office.visit(routing.office.product.cast.vera) as vera:
        assert (await vera.get("/routing", headers=HTML)).status_code == 403


async def test_the_allowlist_by_hand(routing: Routing) -> None:
    made = (await send(routing, "/routing/allowlist", pattern="*@acme.example")).headers["location"]
    assert re.fullmatch(r"/routing\?entry=[0-9a-f-]{36}#allowlist", made)
    wrong = await send(routing, "/routing/allowlist", pattern="a")
    assert wrong.status_code == 422 and 'value="a"' in wrong.text and "3 to 320 characters" in wrong.text
    assert (await send(routing, "/routing/allowlist", pattern="*@ACME.example")).status_code == 409
    seen = await page(routing.alice)
    assert "until an allowlist is set" not in seen
    (entry,) = set(re.findall(r"/routing/allowlist/([0-9a-f-]{36})/", seen))
    await send(routing, f"/routing/allowlist/{entry}/switch")
    assert "until an allowlist is set" in await page(routing.alice)
    await send(routing, f"/routing/allowlist/{entry}/switch", on="1")
    assert "until an allowlist is set" not in await page(routing.alice)
    assert (await send(routing, f"/routing/allowlist/{entry}/removal")).status_code == 303
    assert (await routing.alice.get("/tickets/routing/allowlist")).json() == []


async def test_a_rule_by_hand(routing: Routing) -> None:
    queue = await routing.queue("Billing & Tax")
    assert "Billing &amp; Tax" in await page(routing.alice, "/routing/rules/new")
    fields = {"name": "Bills <b>", "priority": "5", "is_enabled": "1", "match_recipient_pattern": "Billing@*"}
    wrong = await send(routing, "/routing/rules", **fields)
    assert wrong.status_code == 422 and "at least one action" in wrong.text and 'value="Billing@*"' in wrong.text
    made = await send(routing, "/routing/rules", **fields, action_assign_queue_id=queue, match_direction="")
    assert made.status_code == 303
    (rule,) = (await routing.alice.get("/tickets/routing/rules")).json()
    assert (rule["priority"], rule["action_assign_queue_id"], rule["match_direction"]) == (5, queue, None)
    at = f"/routing/rules/{rule['id']}"
    assert 'value="billing@*"' in await page(routing.alice, at)
    changed = {**fields, "name": "Bills", "action_drop": "1"}
    assert (await send(routing, at, **changed)).status_code == 303
    assert (await send(routing, at, **{**changed, "priority": "many"})).status_code == 422
    (rule,) = (await routing.alice.get("/tickets/routing/rules")).json()
    assert (rule["name"], rule["action_drop"], rule["action_assign_queue_id"]) == ("Bills", True, None)
    await send(routing, f"{at}/switch")
    assert (await routing.alice.get("/tickets/routing/rules")).json()[0]["is_enabled"] is False
    assert (await send(routing, f"{at}/removal")).status_code == 303
    assert (await routing.alice.get("/tickets/routing/rules")).json() == []


async def test_rules_move_up_and_down(routing: Routing) -> None:
    ids = [(await routing.rule(name, action_drop=True))["id"] for name in "ABC"]
    for place, way, expected in ((2, "up", "ACB"), (0, "down", "CAB"), (2, "up", "CAB"), (1, "down", "CAB")):
        await send(routing, f"/routing/rules/{ids[place]}/move", way=way)
        names = "".join(one["name"] for one in (await routing.alice.get("/tickets/routing/rules")).json())
        assert names == expected, (place, way)
    assert (await send(routing, f"/routing/rules/{ids[0]}/move", way="sideways")).status_code == 422


async def test_the_simulator_shows_every_step(routing: Routing) -> None:
    await routing.rule("Vip", priority=1, match_sender_domain_pattern="vip.example", action_set_status="open")
    await routing.rule("Rest", action_set_priority="high")
    asked = "/routing?recipient=Help@acme.example&sender_email=anna@client.example&direction=inbound"
    seen = await page(routing.office.bob, asked)
    assert "domain does not fit vip.example" in seen and "all conditions fit" in seen
    assert "is the first that fits" in seen and 'value="help@acme.example"' in seen
    assert "2 rules were asked" in seen
    assert "never routed" in await page(routing.office.bob, asked.replace("inbound", "outbound"))


async def test_the_same_number_of_questions_for_one_rule_and_for_many(routing: Routing) -> None:
    asked = "/routing?recipient=help@acme.example&sender_email=anna@client.example"
    await routing.rule("R", action_assign_user_id=routing.office.bobs_id)
    await routing.rule("Q", action_assign_queue_id=await routing.queue("Q"))
    with routing.office.counted() as few:
        await page(routing.alice, asked)
    for number in range(10):
        await routing.rule(f"R{number}", action_assign_queue_id=await routing.queue(f"Q{number}"))
        await routing.allow(f"q{number}@*")
    with routing.office.counted() as many:
        await page(routing.alice, asked)
    assert len(many.statements) == len(few.statements) <= 14
