"""Whatever the rules, the allowlist and the mail: what the simulator says is what the worker does."""

import os
import random
from typing import Any

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.routing.conftest import Routing

pytestmark = pytest.mark.anyio
WORLDS = 150 if os.environ.get("PROVE") else 3
MAILS = 12
RECIPIENTS = ("billing@acme.example", "help@acme.example", "Sales7@acme.example", "x@sub.acme.example")
SENDERS = ("anna@client.example", "Carl@client.example", "news@letters.example", "boss@vip.example")
PATTERNS = ("*", "billing@*", "sales[0-9]@acme.example", "*@acme.example", "HELP@acme.example", "?@sub.*")
ACTS: tuple[dict[str, Any], ...] = (
    {"action_set_status": "open"},
    {"action_set_status": "spam"},
    {"action_auto_close": True},
    {"action_drop": True},
    {"action_set_priority": "urgent"},
    {"action_set_priority": "low", "action_auto_close": True},
)


async def world(routing: Routing, dice: random.Random) -> None:
    """Rules and patterns as they fall."""
    for pattern in dice.sample(PATTERNS, dice.choice((0, 0, 1, 2, 4))):
        await routing.allow(pattern if len(pattern) > 2 else f"{pattern}@*")
    given = [{"action_assign_queue_id": await routing.queue()}, {"action_assign_user_id": routing.office.bobs_id}]
    for number in range(dice.randint(0, 6)):
        conditions = {
            "match_recipient_pattern": dice.choice((None, None, *PATTERNS)),
            "match_sender_domain_pattern": dice.choice((None, None, "client.*", "*.example", "vip.example")),
            "match_sender_email_pattern": dice.choice((None, None, "carl@*", "n?ws@*")),
            "match_direction": dice.choice((None, "inbound", "outbound")),
        }
        acts = dice.choice((*ACTS, *given))
        await routing.rule(
            f"R{number}", priority=dice.randint(0, 3), is_enabled=dice.random() < 0.9, **conditions, **acts
        )


def promised(said: dict[str, Any]) -> tuple[Any, ...] | None:
    """What a ticket should be after the simulator's answer; None: there should be none."""
    acts = said["applied_actions"]
    if said["outcome"] == "dropped":
        return None
    status = "spam" if said["would_mark_spam"] else "closed" if acts["auto_close"] else acts["set_status"] or "new"
    return status, acts["set_priority"] or "normal", acts["assign_queue_id"], acts["assign_user_id"]


@pytest.mark.parametrize("seed", range(WORLDS))
async def test_the_simulator_equals_the_worker(routing: Routing, seed: int) -> None:
    dice = random.Random(seed)
    await world(routing, dice)
    people = [(dice.choice(RECIPIENTS), dice.choice(SENDERS)) for _ in range(MAILS)]
    said = [await routing.simulate(*pair) for pair in people]
    raws = [mail(f"{seed}-{n}", sender, to=to, subject=f"No {n}") for n, (to, sender) in enumerate(people)]
    tickets = await routing.desk.deliver(*raws)
    found: list[tuple[Any, ...] | None] = []
    for ticket_id in tickets:
        if ticket_id is None:
            found.append(None)
            continue
        ticket = await routing.ticket(ticket_id)
        queue, user = ticket.assignee_queue_id, ticket.assignee_user_id
        found.append((ticket.status, ticket.priority, queue and str(queue), user and str(user)))
    assert found == [promised(one) for one in said]
    reasons = [copy.route_reason for copy in await routing.copies()]
    rules = [one["matched_rule"] for one in said]
    assert [rule is None or rule["name"] in (why or "") for rule, why in zip(rules, reasons, strict=True)] == [
        True
    ] * MAILS
