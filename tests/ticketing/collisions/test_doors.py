"""The list and the backfill as documented; who may look, and what pages show."""

import re

import pytest
from sqlalchemy import text

from tests.ticketing.collisions.conftest import LIST, Doubts, alike
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import FORM
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


async def test_the_documented_list(doubts: Doubts) -> None:
    await doubts.desk.deliver(alike("1", 1), mail("alone"), alike("2", 2))
    await doubts.desk.deliver(alike("a", 1, subject="Other"), alike("b", 2, subject="Other"))
    await doubts.desk.deliver(*(alike(f"c{n}", n, subject="Other") for n in range(3, 6)))
    second, first = await doubts.groups()
    keys = {"collision_group_id", "message_count", "first_seen_at", "last_seen_at", "sample_message_ids"}
    assert set(first) == set(second) == keys
    assert (first["message_count"], len(first["sample_message_ids"])) == (2, 2)
    assert (second["message_count"], len(second["sample_message_ids"])) == (5, 3)
    detail = (await doubts.alice.get(f"{LIST}/{second['collision_group_id']}")).json()
    assert [one["message_id"] for one in detail["messages"]][:3] == second["sample_message_ids"]
    assert detail["differs_in"] == ["Date", "Message-ID"]
    page = (await doubts.alice.get(LIST, params={"limit": 1})).json()
    rest = (await doubts.alice.get(LIST, params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [page["items"], rest["items"], rest["next_cursor"]] == [[second], [first], None]
    assert [(await doubts.alice.get(LIST, params={"limit": n})).status_code for n in (0, 201)] == [422, 422]


async def test_the_backfill_fills_what_was_cleared_and_then_nothing(doubts: Doubts, globex: MailDesk) -> None:
    await doubts.desk.deliver(*(alike(str(n), n) for n in range(3)), mail("alone"))
    await globex.deliver(*(alike(str(n), n) for n in range(2)))
    async with doubts.desk.works.open(doubts.desk.org, MACHINE) as work:
        await work.db.execute(text("update messages set collision_group_id = null"))
    filled = [(await doubts.alice.post(f"{LIST}/backfill")).json() for _ in range(2)]
    assert filled[0] == {"fingerprints_scanned": 1, "groups_updated": 1, "messages_updated": 3}
    assert filled[1] == {"fingerprints_scanned": 1, "groups_updated": 0, "messages_updated": 0}
    (group,) = await doubts.groups()
    async with doubts.desk.works.open(doubts.desk.org, MACHINE) as work:
        chosen = "update messages set collision_group_id = null where id = (select min(id::text)::uuid from messages"
        await work.db.execute(text(f"{chosen} where collision_group_id is not null)"))
    assert (await doubts.alice.post(f"{LIST}/backfill")).json()["messages_updated"] == 1
    assert await doubts.groups() == [group]


async def test_who_may_look(doubts: Doubts) -> None:
    await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, _ = await doubts.one()
    cast = doubts.office.product.cast
    for player, status in ((cast.vera, 403), (cast.bob, 403), (cast.mallory, 404)):
        async with doubts.office.visit(player) as client:
            assert (await client.get(f"{LIST}/{group}")).status_code == status
            assert (await client.post(f"{LIST}/{group}/rulings", json={"verdict": "same"})).status_code == status
            assert (await client.get(LIST)).status_code == (403 if status == 403 else 200)


async def test_pages_from_doubt_to_verdict_and_back(doubts: Doubts) -> None:
    empty = (await doubts.alice.get("/collisions", headers=HTML)).text
    assert "No doubts" in empty
    await doubts.desk.deliver(
        alike("1", 1, subject="<b>Boiler"), alike("2", 2, subject="<b>Boiler", to="x@acme.example")
    )
    listed = (await doubts.alice.get("/collisions", headers=HTML)).text
    (group,) = set(re.findall(r'href="/collisions/([0-9a-f-]{36})"', listed))
    page = (await doubts.alice.get(f"/collisions/{group}", headers=HTML)).text
    assert "&lt;b&gt;Boiler" in page and "<mark>x@acme.example</mark>" in page and "Line by line the same" in page
    ids = re.findall(r'name="message_ids" value="([0-9a-f-]{36})"', page)
    none = await doubts.alice.post(f"/collisions/{group}/same", headers=FORM)
    assert none.status_code == 422 and "Choose at least two" in none.text
    fields = {"message_ids": ids, "survivor_id": ids[1]}
    done = await doubts.alice.post(f"/collisions/{group}/same", data=fields, headers=FORM)
    assert (done.status_code, done.headers["location"]) == (303, "/collisions/rulings")
    assert (await doubts.alice.get(f"/collisions/{group}", headers=HTML)).status_code == 404
    settled = (await doubts.alice.get("/collisions/rulings", headers=HTML)).text
    (back,) = set(re.findall(r'action="(/collisions/rulings/[0-9a-f-]{36}/undo)"', settled))
    assert (await doubts.alice.post(back, headers=FORM)).status_code == 303
    assert "Taken back" in (await doubts.alice.get("/collisions/rulings", headers=HTML)).text
    parted = await doubts.alice.post(f"/collisions/{group}/different", data={"message_ids": ids}, headers=FORM)
    assert parted.status_code == 303 and await doubts.groups() == []


async def test_a_difference_of_words_is_shown_line_by_line(doubts: Doubts) -> None:
    """One Message-ID with two texts: a rewritten mail."""
    words = ["Dear all,", "", "the boiler is cold.", "Please come.", "", "Anna"]
    first, second = "\r\n".join(words), "\r\n".join([*words[:2], "the boiler is hot.", *words[3:]])
    await doubts.desk.deliver(alike("1", 1, text=first), alike("1", 1, text=second))
    group, _ = await doubts.one()
    page = (await doubts.alice.get(f"/collisions/{group}", headers=HTML)).text
    assert "<del>the boiler is cold.</del>" in page and "<ins>the boiler is hot.</ins>" in page


async def test_the_same_number_of_questions_for_two_and_for_many(doubts: Doubts) -> None:
    await doubts.desk.deliver(alike("1", 1), alike("2", 2))
    group, _ = await doubts.one()
    paths = ("/collisions", f"/collisions/{group}", "/collisions/rulings")

    async def questions(path: str) -> int:
        with doubts.office.counted() as counter:
            assert (await doubts.alice.get(path, headers=HTML)).status_code == 200
        return len(counter.statements)

    few = [await questions(path) for path in paths]
    await doubts.desk.deliver(*(alike(f"m{n}", n) for n in range(3, 15)))
    await doubts.desk.deliver(*(alike(f"o{n}", n % 2, subject=f"Other {n // 2}") for n in range(20)))
    assert [await questions(path) for path in paths] == few
    assert max(few) <= 8
