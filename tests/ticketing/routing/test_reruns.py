"""Routing again: what the allowlist made spam by mistake comes back, what a person decided stays."""

from uuid import UUID

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.routing.conftest import Routing
from tests.ticketing.tickets.conftest import FORM
from waypost.platform.access import MACHINE
from waypost.ticketing.routing import rerunning

pytestmark = pytest.mark.anyio


async def work_off(routing: Routing, rerun_id: str) -> int:
    """The job, step by step, each step done twice; how many steps it took."""
    steps = 1
    while True:
        async with routing.desk.works.open(routing.desk.org, MACHINE) as work:
            if await rerunning.rerun_step(work, UUID(rerun_id)):
                return steps
        steps += 1


async def test_after_the_allowlist_was_mended(routing: Routing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerunning, "STEP", 2)
    await routing.allow("help@acme.example")
    raws = [mail(str(n), to="sales@acme.example") for n in range(4)]
    *spam, touched = await routing.desk.deliver(*raws, mail("x", to="sales@acme.example"))
    (other,) = await routing.desk.deliver(mail("y", to="nobody@acme.example"))
    for status in ("open", "spam"):
        await routing.office.patch(str(touched), status=status)
    queue = await routing.queue()
    await routing.rule("Sales", match_recipient_pattern="sales@*", action_assign_queue_id=queue)
    await routing.allow("sales@acme.example")
    asked = await routing.alice.post("/tickets/routing/reruns")
    assert asked.status_code == 202 and asked.json()["status"] == "running"
    assert (await routing.alice.post("/tickets/routing/reruns")).json()["id"] == asked.json()["id"]
    assert await work_off(routing, asked.json()["id"]) == 4
    done = (await routing.alice.get(f"/tickets/routing/reruns/{asked.json()['id']}")).json()
    assert (done["status"], done["looked_at"], done["freed"]) == ("finished", 5, 4)
    for one in spam:
        found = await routing.ticket(one)
        assert (found.status, found.closed_at, str(found.assignee_queue_id)) == ("new", None, queue)
        (applied,) = await routing.events(one, "routing_applied")
        assert (applied["before"]["status"], applied["after"]["status"]) == ("spam", "new")
    assert {(await routing.ticket(one)).status for one in (touched, other)} == {"spam"}
    reasons = [copy.route_reason for copy in await routing.copies()]
    assert reasons[:4] == ["rule Sales"] * 4 and reasons[4] == "recipient is not on the allowlist"


async def test_freed_without_a_rule_and_by_a_form(routing: Routing) -> None:
    entry = await routing.allow("help@acme.example")
    (spam,) = await routing.desk.deliver(mail("1", to="sales@acme.example"))
    await routing.alice.patch(f"/tickets/routing/allowlist/{entry}", json={"is_enabled": False})
    sent = await routing.alice.post("/routing/reruns", headers=FORM)
    assert sent.status_code == 303
    page = (await routing.alice.get("/routing", headers={"accept": "text/html"})).text
    assert "Routing again" in page
    asked = (await routing.alice.post("/tickets/routing/reruns")).json()
    await work_off(routing, asked["id"])
    assert (await routing.ticket(spam)).status == "new"
    (applied,) = await routing.events(spam, "routing_applied")
    assert applied["rule_id"] is None
    assert "1 was freed" in (await routing.alice.get("/routing", headers={"accept": "text/html"})).text
