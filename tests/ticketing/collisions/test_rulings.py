"""A person's word: one message after all, or different for ever; and taken back, every byte is where it was."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.ticketing.collisions.conftest import Doubts, alike
from tests.ticketing.desk import mail
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.ticketing.messages.models import Occurrence

pytestmark = pytest.mark.anyio


async def ticket(doubts: Doubts, ticket_id: UUID | str | None) -> dict[str, Any]:
    found: dict[str, Any] = await doubts.office.get(f"/tickets/{ticket_id}")
    return found


async def test_the_same_one_survives_and_all_follow(doubts: Doubts) -> None:
    first, second = await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, ids = await doubts.one()
    ruling = (await doubts.rule(group, "same")).json()
    assert (ruling["survivor_id"], ruling["message_ids"], ruling["undone_at"]) == (ids[0], ids, None)
    assert await doubts.groups() == [] and await doubts.office.ids() == [str(first)]
    kept = await ticket(doubts, first)
    (message,) = kept["messages"]
    assert message["message_id"] == ids[0] and len(message["occurrences"]) == 2
    gone = await ticket(doubts, second)
    assert gone["messages"] == [] and gone["ticket"]["status"] == "closed"
    for one in (kept, gone):
        assert [event["event_type"] for event in one["events"]].count("messages_united") == 1
    (answer,) = await doubts.desk.deliver(mail("3", refs=("2",)))
    assert answer == first


async def test_a_further_copy_of_either_is_a_copy_of_the_survivor(doubts: Doubts) -> None:
    first, _ = await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, ids = await doubts.one()
    assert (await doubts.rule(group, "same", survivor_id=ids[1])).json()["survivor_id"] == ids[1]
    again = await doubts.desk.deliver(alike("1", 1), alike("2", 2), b"Received: by x\r\n" + alike("1", 1))
    assert len(set(again)) == 1 and again[0] != first
    async with doubts.desk.works.open(doubts.desk.org, MACHINE, reads=True) as work:
        assert set(await work.db.scalars(select(Occurrence.message_id))) == {UUID(ids[1])}
    assert await doubts.groups() == [] and len(await doubts.office.ids()) == 1


async def test_different_for_ever(doubts: Doubts) -> None:
    await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, ids = await doubts.one()
    assert (await doubts.rule(group, "different")).status_code == 201
    assert await doubts.groups() == []
    assert (await doubts.alice.post("/ops/messages/collisions/backfill")).json()["messages_updated"] == 0
    await doubts.desk.deliver(alike("3", 3))
    _, members = await doubts.one()
    assert len(members) == 2 and members[0] == ids[0]
    await doubts.desk.deliver(alike("4", 4))
    _, members = await doubts.one()
    assert ids[1] not in members and len(members) == 3


async def test_some_of_a_group(doubts: Doubts) -> None:
    await doubts.desk.deliver(*(alike(str(n), n) for n in range(4)))
    group, ids = await doubts.one()
    assert (await doubts.rule(group, "same", message_ids=ids[1:3])).status_code == 201
    assert (await doubts.one())[1] == [ids[0], ids[1], ids[3]]
    assert (await doubts.rule(group, "different", message_ids=[ids[0], ids[3]])).status_code == 201
    assert (await doubts.one())[1] == [ids[0], ids[1]]
    wrong: list[dict[str, Any]] = [
        {"message_ids": ids[:1]},
        {"message_ids": [ids[0], str(uuid4())]},
        {"survivor_id": ids[3]},
        {"message_ids": []},
    ]
    assert [(await doubts.rule(group, "same", **more)).status_code for more in wrong] == [422] * 4
    assert (await doubts.rule(group, "perhaps")).status_code == 422
    assert (await doubts.rule(str(uuid4()), "same")).status_code == 404


async def filled(doubts: Doubts) -> str:
    """Look-alikes that stand in threads with answers, notes and copies; their group."""
    raws = [alike(str(n), n) for n in (1, 2, 3)]
    first, _, third = await doubts.desk.deliver(*raws)
    await doubts.desk.deliver(mail("4", refs=("2",)), alike("1", 1))
    await doubts.office.bob.post(f"/tickets/{third}/notes", json={"body_markdown": "Mind this."})
    await doubts.office.patch(str(first), status="pending")
    return (await doubts.one())[0]


@pytest.mark.parametrize(("verdict", "survivor"), [("same", 0), ("same", 1), ("same", 2), ("different", None)])
async def test_taken_back_every_byte_is_where_it_was(doubts: Doubts, verdict: str, survivor: int | None) -> None:
    group = await filled(doubts)
    ids = (await doubts.one())[1]
    before = await doubts.everything()
    more = {} if survivor is None else {"survivor_id": ids[survivor]}
    ruling = (await doubts.rule(group, verdict, **more)).json()
    changed = await doubts.everything()
    assert changed["messages"] != before["messages"]
    assert (await doubts.undo(ruling["id"])).status_code == 200
    assert await doubts.everything() == before
    assert (await doubts.undo(ruling["id"])).status_code == 409
    assert (await doubts.rule(group, verdict, **more)).status_code == 201
    same = await doubts.everything()
    for table in ("ticket_messages", "ticket_texts", "message_rfc_ids"):
        assert same[table] == changed[table]


async def test_notes_follow_a_ticket_that_loses_its_last_message(doubts: Doubts) -> None:
    group = await filled(doubts)
    await doubts.rule(group, "same")
    (kept, *_) = [one for one in await doubts.office.ids() if len((await ticket(doubts, one))["notes"])]
    assert (await ticket(doubts, kept))["notes"][0]["body_markdown"] == "Mind this."


async def test_what_came_since_stays(doubts: Doubts) -> None:
    first, second = await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, _ = await doubts.one()
    ruling = (await doubts.rule(group, "same")).json()
    await doubts.desk.deliver(mail("3", refs=("1",)))
    await doubts.office.patch(str(first), priority="urgent")
    assert (await doubts.undo(ruling["id"])).status_code == 200
    one, two = await ticket(doubts, first), await ticket(doubts, second)
    assert (len(one["messages"]), len(two["messages"])) == (2, 1)
    assert (one["ticket"]["priority"], two["ticket"]["status"]) == ("urgent", "new")
    found = await doubts.everything()
    assert len(found["ticket_links"]) == 0 and len(await doubts.office.ids()) == 2


async def test_the_last_decision_is_taken_back_first(doubts: Doubts) -> None:
    await doubts.desk.deliver(*(alike(str(n), n) for n in range(3)))
    group, ids = await doubts.one()
    before = await doubts.everything()
    first = (await doubts.rule(group, "same", message_ids=ids[:2])).json()
    second = (await doubts.rule(group, "same")).json()
    assert (await doubts.undo(first["id"])).status_code == 409
    assert (await doubts.undo(second["id"])).status_code == 200
    assert (await doubts.undo(first["id"])).status_code == 200
    assert await doubts.everything() == before


async def test_decisions_are_audited_and_stay_in_the_house(doubts: Doubts, globex: Any) -> None:
    await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    await globex.deliver(alike("1", 1), alike("2", 2))
    theirs = await doubts.everything(globex.org)
    group, ids = await doubts.one()
    ruling = (await doubts.rule(group, "same")).json()
    async with doubts.office.visit(doubts.office.product.cast.mallory) as mallory:
        assert (await mallory.post(f"/ops/messages/collisions/rulings/{ruling['id']}/undo")).status_code == 404
    await doubts.undo(ruling["id"])
    assert await doubts.everything(globex.org) == theirs
    chosen = select(AuditLog).where(AuditLog.act.startswith("collisions.")).order_by(AuditLog.id)
    async with doubts.desk.works.open(doubts.desk.org, MACHINE, reads=True) as work:
        acts = list(await work.db.scalars(chosen))
    assert [act.act for act in acts] == ["collisions.same", "collisions.undone"]
    assert all(act.detail["message_ids"] == ids and act.actor_id for act in acts)
