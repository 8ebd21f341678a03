"""Rearranging as people and programs do it: pages without scripts, the way back, numbers that lead on."""

import pytest

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio
__all__ = ["globex", "office"]
HTML = {"accept": "text/html"}


async def pair(office: Office) -> list[str]:
    """Anna's ticket of two messages, Ben's of one."""
    anna, ben, same = await office.deliver(
        mail("a1"), mail("b1", "ben@other.example", subject="Roof leaks"), mail("a2", refs=["a1"])
    )
    assert anna == same
    return [anna, ben]


async def test_merging_by_pages(office: Office) -> None:
    anna, ben = await pair(office)
    search = await office.page(f"/tickets/{anna}/merge?q=roof")
    assert f"/tickets/{anna}/merge?other={ben}" in search
    sides = await office.page(f"/tickets/{anna}/merge?other={ben}")
    assert "Roof leaks" in sides and "This is the text of a2." in sides
    answer = await office.send(f"/tickets/{anna}/merges", into=ben)
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"/tickets/{ben}?rearranged=")
    whole = await office.page(answer.headers["location"])
    made = answer.headers["location"].rpartition("=")[2]
    assert f"/rearrangements/{made}/undo" in whole and "Merged with another ticket" in whole
    led = await office.bob.get(f"/tickets/{anna}", headers=HTML)
    assert (led.status_code, led.headers["location"]) == (303, f"/tickets/{ben}")
    assert "No messages" in await office.page(f"/tickets/{anna}?stay=1")
    back = await office.send(f"/rearrangements/{made}/undo")
    assert back.headers["location"] == f"/tickets/{anna}"
    assert "That was undone" in await office.page(f"/tickets/{anna}")
    assert sorted(await office.ids()) == sorted([anna, ben])


async def test_an_old_number_finds_the_whole(office: Office) -> None:
    anna, ben = await pair(office)
    (cora,) = await office.deliver(mail("c1", "cora@client.example", subject="Door"))
    code = (await office.get(f"/tickets/{anna}"))["ticket"]["ticket_code"]
    for part, whole in ((anna, ben), (ben, cora)):
        assert (await office.bob.post(f"/tickets/{part}/merges", json={"into": whole})).status_code == 201
    assert cora in await office.page(f"/tickets?q={code.upper()}")
    led = await office.bob.get(f"/tickets/{anna}", headers=HTML)
    assert led.headers["location"] == f"/tickets/{cora}"


async def test_splitting_and_moving_by_pages(office: Office) -> None:
    anna, ben = await pair(office)
    _, second = (message["message_id"] for message in (await office.get(f"/tickets/{anna}"))["messages"])
    assert f'value="{second}" checked' in await office.page(f"/tickets/{anna}/split?message={second}")
    answer = await office.send(f"/tickets/{anna}/splits", message_ids=second)
    new = answer.headers["location"].removeprefix("/tickets/").partition("?")[0]
    assert new not in (anna, ben) and "split into a ticket" in await office.page(f"/tickets/{new}")
    made = answer.headers["location"].rpartition("=")[2]
    await office.send(f"/rearrangements/{made}/undo")
    assert (await office.bob.get(f"/tickets/{new}")).status_code == 404
    sides = await office.page(f"/tickets/{anna}/messages/{second}/move?other={ben}")
    assert f"/tickets/{anna}/messages/{second}/moves" in sides
    moved = await office.send(f"/tickets/{anna}/messages/{second}/moves", into=ben)
    assert moved.headers["location"].startswith(f"/tickets/{ben}?")
    assert "Put here by hand" in await office.page(f"/tickets/{ben}")


async def test_linking_by_pages(office: Office) -> None:
    anna, ben = await pair(office)
    assert "Link them" in await office.page(f"/tickets/{anna}/link?other={ben}")
    await office.send(f"/tickets/{anna}/links", other_id=ben)
    assert f"/tickets/{anna}/links/{ben}/removal" in await office.page(f"/tickets/{anna}")
    await office.send(f"/tickets/{ben}/links/{anna}/removal")
    assert "removal" not in await office.page(f"/tickets/{anna}")


async def test_programs_are_told_what_was_done(office: Office) -> None:
    anna, ben = await pair(office)
    made = (await office.bob.post(f"/tickets/{ben}/merges", json={"into": anna})).json()
    assert (made["kind"], made["ticket_id"], made["other_id"], made["undone_at"]) == ("merge", ben, anna, None)
    assert made["made_by"] == office.bobs_id and len(made["message_ids"]) == 1
    undone = (await office.bob.post(f"/rearrangements/{made['id']}/undo")).json()
    assert undone["undone_by"] == office.bobs_id and undone["undone_at"]
    again = await office.bob.post(f"/rearrangements/{made['id']}/undo")
    assert (again.status_code, again.json()["detail"]) == (409, "This was undone already")
    listed = (await office.get(f"/tickets/{anna}/rearrangements"))["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    events = [event["event_type"] for event in (await office.get(f"/tickets/{anna}"))["events"]]
    assert events == ["ticket_opened", "message_joined", "tickets_merged", "rearranging_undone"]
    linked = (await office.bob.post(f"/tickets/{anna}/links", json={"other_id": ben})).json()
    gone = await office.bob.delete(f"/tickets/{ben}/links/{anna}")
    assert (linked["kind"], gone.status_code, gone.json()["kind"]) == ("link", 200, "unlink")


async def test_doors_refuse(office: Office, globex: MailDesk) -> None:
    anna, ben = await pair(office)
    (theirs,) = await globex.deliver(mail("z"))
    for path, body, status in (
        (f"/tickets/{anna}/merges", {"into": anna}, 422),
        (f"/tickets/{anna}/merges", {"into": str(theirs)}, 404),
        (f"/tickets/{anna}/merges", {}, 422),
        (f"/tickets/{anna}/splits", {"message_ids": []}, 422),
        (f"/tickets/{anna}/splits", {"message_ids": [str(new_id())]}, 422),
        (f"/tickets/{theirs}/splits", {"message_ids": [str(new_id())]}, 404),
        (f"/tickets/{anna}/messages/{new_id()}/moves", {"into": ben}, 422),
        (f"/rearrangements/{new_id()}/undo", {}, 404),
    ):
        assert (await office.bob.post(path, json=body)).status_code == status, path
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.post(f"/tickets/{anna}/merges", json={"into": ben})).status_code == 403
        assert (await vera.get(f"/tickets/{anna}/merge", headers=HTML)).status_code == 403
        assert (await vera.get(f"/tickets/{anna}/rearrangements")).status_code == 200


async def test_pages_ask_the_same_number_of_questions(office: Office) -> None:
    anna, ben = await pair(office)
    counts = []
    for _ in range(2):
        with office.counted() as counter:
            await office.page(f"/tickets/{anna}/merge?other={ben}")
        counts.append(len(counter.statements))
        await office.deliver(*(mail(f"n{n}", refs=["a1"]) for n in range(9)))
    assert counts[0] == counts[1]
