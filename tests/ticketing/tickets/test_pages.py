"""The desk as people see it: list and conversation; the same number of questions for one ticket and for sixty."""

import re
from uuid import uuid4

import pytest

from tests.make.letters import File, letter
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.ticketing.tickets.models import AllowedRecipient

pytestmark = pytest.mark.anyio
FRAGMENT = {"hx-request": "true"}


def rows(page: str) -> list[str]:
    """Ids of the tickets in the list pane, from the top."""
    return list(dict.fromkeys(re.findall(r'href="/tickets/([0-9a-f-]{36})["?]', page)))


def at(minute: int) -> str:
    return f"Date: Mon, 2 Nov 2026 08:{minute % 60:02}:{minute // 60:02} +0000\r\n"


def thread(length: int) -> list[bytes]:
    """A conversation."""
    return [mail("0", headers=at(0)), *(mail(str(n), refs=("0",), headers=at(n)) for n in range(1, length))]


async def test_an_empty_desk_says_what_to_do(office: Office) -> None:
    assert "Connect a mailbox" in await office.page("/tickets")
    assert "Nothing here" in await office.page("/tickets?view=done")
    assert "Nothing found" in await office.page("/tickets?q=xyzzy")
    async with office.visit(None) as stranger:
        away = await stranger.get("/tickets?view=done", headers={"accept": "text/html"})
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=/tickets%3Fview%3Ddone")


async def test_views_and_search(office: Office, globex: MailDesk) -> None:
    first, second, third = await office.deliver(mail("1"), mail("2", subject="<b>Parking</b>"), mail("3"))
    await globex.deliver(mail("4", subject="Theirs"))
    await office.patch(first, status="pending")
    await office.patch(second, assignee_user_id=office.bobs_id, priority="urgent")
    page = await office.page("/tickets")
    assert rows(page) == [second, third] and "&lt;b&gt;Parking&lt;/b&gt;" in page and "Theirs" not in page
    assert rows(await office.page("/tickets?view=waiting")) == [first]
    assert rows(await office.page("/tickets?view=mine")) == [second]
    assert rows(await office.page("/tickets?view=unassigned")) == [first, third]
    assert rows(await office.page("/tickets?q=parking")) == [second]
    assert rows(await office.page("/tickets?view=waiting&q=parking")) == []
    assert rows(await office.page("/tickets?view=waiting&since=2000-01-01&until=2199-01-01")) == [first]
    assert rows(await office.page("/tickets?view=all&until=2000-01-01")) == []
    assert 'value="2000-01-01"' in await office.page("/tickets/filter?since=2000-01-01")
    piece = await office.page("/tickets", **FRAGMENT)
    assert rows(piece) == [second, third] and "<html" not in piece


async def test_a_list_longer_than_a_page(office: Office) -> None:
    ids = (await office.deliver(*(mail(str(n)) for n in range(53))))[::-1]
    first = await office.page("/tickets")
    assert rows(first) == ids[:50]
    (older,) = set(re.findall(r'href="(/tickets\?cursor=[^"]+)"', first))
    second = await office.page(older)
    assert rows(second) == ids[50:] and 'href="/tickets?view=open"' in second
    assert (await office.bob.get("/tickets?cursor=x", headers={"accept": "text/html"})).status_code == 422


async def test_the_warning_while_everybody_may_write(office: Office) -> None:
    said = "until an allowlist is set"
    assert said in await office.page("/tickets")
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        work.db.add(AllowedRecipient(pattern="*@acme.example", created_at=work.now))
    assert said not in await office.page("/tickets")


async def test_a_conversation(office: Office) -> None:
    html = '<p>Hello <script>x</script></p><img src="https://x.example/a.png"><img src="cid:logo@x">'
    files = [File("logo.png", b"\x89PNG\r\n\x1a\n", "image/png", "logo@x"), File("plan.pdf", b"%PDF-1.7")]
    first, other = await office.deliver(letter("1", html=html, files=files), mail("2", subject="Before"))
    await office.bob.post(f"/tickets/{first}/notes", json={"body_markdown": "**mind** <i>this</i>"})
    await office.patch(first, assignee_user_id=office.bobs_id)
    page = await office.page(f"/tickets/{first}")
    assert rows(page)[:2] == [first, other]
    assert "<strong>mind</strong>" in page and "<i>this" not in page
    assert "plan.pdf" in page and "logo.png" not in page
    assert "script&gt;x" not in page and "/remote-pictures/" not in page
    assert "data-remote-src=&#34;https://x.example/a.png" in page and "src=&#34;/blobs/" in page
    assert "?pictures=1" in page and "sandbox" in page
    for why in ("Opened this ticket", "support@acme.example", "own inbox"):
        assert why in page
    assert "Assigned: nobody → Bob" in page
    assert "Before" in page


async def test_a_message_alone_with_its_pictures(office: Office) -> None:
    html = '<p>Hello</p><img src="https://x.example/a.png">'
    (ticket, other) = await office.deliver(letter("1", html=html), mail("2"))
    (message,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    there = f"/tickets/{ticket}/messages/{message['message_id']}"
    quiet, asked = await office.page(there), await office.page(f"{there}?pictures=1")
    assert "/remote-pictures/" not in quiet and "/remote-pictures/" in asked and "x.example" not in asked
    piece = await office.page(there, **FRAGMENT)
    assert "<html" not in piece and "Hello" in piece
    for nowhere in (f"/tickets/{other}/messages/{message['message_id']}", f"/tickets/{ticket}/messages/{uuid4()}"):
        assert (await office.bob.get(nowhere, headers={"accept": "text/html"})).status_code == 404


async def test_older_messages_come_when_asked(office: Office) -> None:
    (ticket, *_) = await office.deliver(*thread(60))
    page = await office.page(f"/tickets/{ticket}")
    assert "Show 40 earlier messages" in page and page.count('id="m-') == 20
    (way,) = set(re.findall(rf'href="(/tickets/{ticket}/messages\?cursor=[^"]+)"', page))
    piece = await office.page(way, **FRAGMENT)
    assert piece.count('id="m-') == 30 and "<html" not in piece
    (further,) = set(re.findall(rf'href="(/tickets/{ticket}/messages\?cursor=[^"]+)"', piece))
    last = await office.page(further)
    assert last.count('id="m-') == 10 and "<html" in last and "?cursor=" not in last


async def test_what_became_part_of_another_leads_on(office: Office) -> None:
    kept, part = await office.deliver(mail("1"), mail("3", refs=("2",), subject="Re: Boiler is cold"))
    await office.deliver(mail("2", refs=("1",), subject="Re: Boiler is cold"))
    away = await office.bob.get(f"/tickets/{part}", headers={"accept": "text/html"})
    assert (away.status_code, away.headers["location"]) == (303, f"/tickets/{kept}")
    page = await office.page(f"/tickets/{part}?stay=1")
    assert "No messages" in page and "is part of" in page and f'href="/tickets/{kept}"' in page
    main = await office.page(f"/tickets/{kept}")
    assert "holds" in main and "Another ticket turned out" in main and rows(await office.page("/tickets")) == [kept]


async def test_the_same_number_of_questions_for_one_and_for_sixty(office: Office) -> None:
    (ticket, *_) = await office.deliver(*thread(1))
    await office.bob.post(f"/tickets/{ticket}/notes", json={"body_markdown": "x"})
    pages = ("/tickets", f"/tickets/{ticket}", f"/tickets/{ticket}/messages", "/tickets?q=boiler&view=all")
    few = [await questions(office, path) for path in pages]
    await office.deliver(*thread(60)[1:], *(mail(f"other{n}", subject=f"Boiler {n}") for n in range(60)))
    assert [await questions(office, path) for path in pages] == few
    assert max(few) <= 20


async def questions(office: Office, path: str) -> int:
    with office.counted() as counter:
        await office.page(path)
    return len(counter.statements)


async def test_a_page_stays_small(office: Office) -> None:
    """150 KB with a full list beside a long conversation of long messages."""
    words = "The boiler is <still> cold & we are freezing, 東京. " * 100
    raws = [mail("0"), *(mail(str(n), refs=("0",), headers=at(n), text=f"{n} {words}") for n in range(1, 30))]
    (ticket, *_) = await office.deliver(*raws, *(mail(f"other{n}", text=words) for n in range(50)))
    page = await office.page(f"/tickets/{ticket}")
    assert len(page.encode()) < 150_000


async def test_every_act_has_a_key_and_a_name_in_the_palette(office: Office) -> None:
    """Once each: what is declared twice on one element is said by none of them."""
    (ticket_id,) = await office.deliver(mail("1"))
    page = await office.page(f"/tickets/{ticket_id}?view=all")
    reached = [
        dict(re.findall(r'(data-(?:key|command))="([^"]*)"', tag)) for tag in re.findall(r"<[^>]+data-key=[^>]+>", page)
    ]
    assert {each["data-key"] for each in reached if "data-command" not in each} <= {"Control+k", "Control+Enter"}
    keys = [each["data-key"] for each in reached]
    assert set("erwnaspmtlhcfo!*/") | {"Control+p"} <= set(keys)
    assert not re.search(r"<[^>]*data-command=[^>]*data-command=", page)
