"""Many rows in one statement come out as they went in."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.ticketing.desk import MailDesk
from waypost.platform import rows
from waypost.platform.ids import new_id
from waypost.platform.rows import Crowd, among, insert_missing, insert_rows, insert_together, packs, update_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.models import Direction, Message, OwnAddress, RfcId
from waypost.ticketing.tickets.models import Ticket

pytestmark = pytest.mark.anyio


def message(work: Work, **values: Any) -> dict[str, Any]:
    """A row with bytes that no text could hold."""
    digest = {name: bytes(range(256)) for name in ("fingerprint", "signature", "content_signature")}
    fixed = {"id": new_id(), "direction": Direction.INBOUND, "first_seen_at": work.now, **digest}
    return {**fixed, "rfc_message_id": "<ö'\"\\%s:x@example.org>", **values}


async def test_every_value_comes_back(work: Work) -> None:
    one, other = message(work), message(work, rfc_message_id=None)
    await insert_rows(work.db, Message, [one, other])
    found = {row.id: row for row in await work.db.scalars(select(Message))}
    assert found.keys() == {one["id"], other["id"]}
    for row in (one, other):
        assert {name: getattr(found[row["id"]], name) for name in row} == row
        assert found[row["id"]].org_id == work.org


async def test_defaults_fill_what_rows_lack(work: Work) -> None:
    values = {"ticket_code": "tkt-1", "created_at": work.now, "updated_at": work.now, "last_activity_at": work.now}
    await insert_rows(work.db, Ticket, [values, {**values, "ticket_code": "tkt-2"}])
    first, second = (await work.db.scalars(select(Ticket).order_by(Ticket.ticket_code))).all()
    assert first.id != second.id
    assert (first.status, first.priority, first.touched, first.subject) == ("new", "normal", 0, None)


async def test_what_is_there_is_skipped_and_only_new_ids_are_given(work: Work) -> None:
    mail = message(work)
    await insert_rows(work.db, Message, [mail])
    named = {"mark": new_id(), "message_id": mail["id"]}
    (first,) = await insert_missing(work.db, RfcId, [named, named])
    assert await insert_missing(work.db, RfcId, [named]) == []
    assert (await work.db.scalars(select(RfcId.id))).all() == [first]


async def test_updates_touch_the_named_rows_of_the_own_organisation(work: Work, other_desk: MailDesk) -> None:
    address = {"id": new_id(), "address": "a@acme.example", "kind": "inbox"}
    async with other_desk.works.open(other_desk.org, work.actor) as other:
        await insert_rows(other.db, OwnAddress, [{**address, "address": "theirs@globex.example"}])
    await insert_rows(work.db, OwnAddress, [address, {**address, "id": new_id(), "address": "b@acme.example"}])
    await update_rows(work.db, OwnAddress, [{"id": address["id"], "kind": "journal"}])
    found = await work.db.execute(select(OwnAddress.address, OwnAddress.kind).order_by(OwnAddress.address))
    assert [tuple(row) for row in found] == [("a@acme.example", "journal"), ("b@acme.example", "inbox")]
    async with other_desk.works.open(other_desk.org, work.actor, reads=True) as other:
        assert await other.db.scalar(select(OwnAddress.kind)) == "inbox"


async def test_nothing_asks_nothing(work: Work) -> None:
    await insert_rows(work.db, Message, [])
    await update_rows(work.db, Message, [])
    assert await insert_missing(work.db, Message, []) == []
    assert (await work.db.scalars(select(Message.id).where(among(Message.id, set())))).all() == []


def test_a_crowd_is_packed_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 40)
    assert list(packs({"n": n, "text": "x" * 10} for n in range(3))) == [
        '[{"n":0,"text":"xxxxxxxxxx"}]',
        '[{"n":1,"text":"xxxxxxxxxx"}]',
        '[{"n":2,"text":"xxxxxxxxxx"}]',
    ]


@pytest.mark.parametrize("largest", [rows.AT_ONCE, 10])
async def test_rows_of_several_tables_go_together_and_may_refer_to_each_other(
    work: Work, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", largest)
    mails = [message(work), message(work)]
    named = [{"mark": new_id(), "message_id": one["id"]} for one in mails]
    await insert_together(work.db, Crowd(Message, mails), Crowd(Ticket, []), Crowd(RfcId, named))
    assert await work.db.scalar(select(func.count()).select_from(Message)) == 2
    marks = (await work.db.scalars(select(RfcId.mark).order_by(RfcId.mark))).all()
    assert list(marks) == sorted(one["mark"] for one in named)


async def test_of_a_crowd_that_may_be_there_the_new_ones_are_written(work: Work) -> None:
    mail, other = message(work), message(work)
    known = {"mark": new_id(), "message_id": mail["id"]}
    await insert_together(work.db, Crowd(Message, [mail]), Crowd(RfcId, [known]))
    crowd = Crowd(RfcId, [known, {"mark": new_id(), "message_id": mail["id"]}], unless_there=True)
    await insert_together(work.db, crowd, Crowd(Message, [other]))
    assert await work.db.scalar(select(func.count()).select_from(RfcId)) == 2
    assert await work.db.scalar(select(func.count()).select_from(Message)) == 2
