"""Dropped mail: in no list and in no search, kept as a copy with its reason, and taken back by whoever wants it."""

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.routing.conftest import Routing

pytestmark = pytest.mark.anyio
NEWS, ANNA = "news@letters.example", "anna@client.example"


async def drops_news(routing: Routing) -> None:
    """News is dropped."""
    await routing.rule("No news", match_sender_email_pattern="news@*", action_drop=True)


async def test_no_ticket_stays(routing: Routing) -> None:
    await drops_news(routing)
    dropped, kept = await routing.desk.deliver(mail("1", NEWS, subject="Zeppelins"), mail("2"))
    assert dropped is None and await routing.office.ids() == [str(kept)]
    assert await routing.office.ids(q="zeppelins") == []
    first, _ = await routing.copies()
    assert (first.state, first.route_reason) == ("routed", "dropped by rule No news")
    (item,) = (await routing.office.get("/tickets/routing/dropped"))["items"]
    assert (item["occurrence_id"], item["subject"]) == (str(first.id), "Zeppelins")
    assert "Zeppelins" in await routing.office.page("/routing/dropped")
    async with routing.office.visit(routing.office.product.cast.mallory) as mallory:
        assert (await mallory.get("/tickets/routing/dropped")).json()["items"] == []


async def test_further_copies_are_dropped_too(routing: Routing) -> None:
    await drops_news(routing)
    raw = mail("1", NEWS)
    assert await routing.desk.deliver(raw, raw) == [None, None]
    assert await routing.desk.deliver(b"Received: by another\r\n" + raw) == [None]
    assert await routing.office.ids() == []


async def test_a_thread_of_news_vanishes_whole_and_one_by_one(routing: Routing) -> None:
    await drops_news(routing)
    thread = [mail("1", NEWS), *(mail(str(n), NEWS, refs=("1",)) for n in range(2, 6))]
    assert await routing.desk.deliver(*thread) == [None] * 5
    assert await routing.desk.deliver(mail("6", NEWS, refs=("1", "5"))) == [None]
    assert await routing.office.ids() == []


async def test_what_joined_meanwhile_finds_a_place_of_its_own(routing: Routing) -> None:
    await drops_news(routing)
    answer = mail("2", ANNA, to="support@acme.example", refs=("1",), headers=f"Cc: {NEWS}\r\n")
    dropped, joined = await routing.desk.deliver(mail("1", NEWS, to=f"support@acme.example, {ANNA}"), answer)
    assert dropped is None and joined is None
    await routing.finish()
    copies = await routing.copies()
    assert [copy.state for copy in copies] == ["routed", "routed"] and copies[0].ticket_id is None
    assert await routing.office.ids() == [str(copies[1].ticket_id)]


async def test_a_person_takes_it_back(routing: Routing) -> None:
    await drops_news(routing)
    await routing.desk.deliver(mail("1", NEWS, subject="Zeppelins"))
    (copy,) = await routing.copies()
    form = await routing.office.send(f"/routing/dropped/{copy.id}/ticket")
    assert (form.status_code, form.headers["location"]) == (303, "/routing/dropped")
    assert (await routing.office.bob.post(f"/tickets/routing/dropped/{copy.id}/ticket")).status_code == 404
    await routing.finish()
    (ticket,) = await routing.office.ids(q="zeppelins")
    assert (await routing.office.get(f"/tickets/{ticket}"))["ticket"]["status"] == "new"
    assert (await routing.office.get("/tickets/routing/dropped"))["items"] == []
    assert (await routing.office.send(f"/routing/dropped/{copy.id}/ticket")).status_code == 404


async def test_pages_of_dropped_mail(routing: Routing) -> None:
    await drops_news(routing)
    await routing.desk.deliver(*(mail(str(n), NEWS, subject=f"No {n}") for n in range(5)))
    first = await routing.office.get("/tickets/routing/dropped", limit=3)
    rest = await routing.office.get("/tickets/routing/dropped", limit=3, cursor=first["next_cursor"])
    assert [one["subject"] for one in first["items"] + rest["items"]] == [f"No {n}" for n in (4, 3, 2, 1, 0)]
    assert rest["next_cursor"] is None
