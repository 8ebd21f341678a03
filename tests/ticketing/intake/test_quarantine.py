"""What cannot be read is put aside once, with its bytes, the reason, and two ways out."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

import waypost
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.intake.actions import Unreadable, put_aside
from waypost.ticketing.intake.models import QuarantineItem, Settled
from waypost.ticketing.intake.reading import many
from waypost.ticketing.intake.reading.mail import Mail, read_mail
from waypost.ticketing.intake.unread import unread_mail
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.routing.applying import route
from waypost.ticketing.tickets.stitch import stitch

pytestmark = pytest.mark.anyio
BOMB = mail("1", subject="Hear me", headers=f"X-Long: {'a' * 1_100_000}\r\n")


async def items(desk: MailDesk) -> list[QuarantineItem]:
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(QuarantineItem).order_by(QuarantineItem.id)))


async def finish(desk: MailDesk) -> None:
    """What follows from a rescue."""
    async with desk.works.open(desk.org, MACHINE) as work:
        ids = list(await work.db.scalars(select(Occurrence.id)))
        await stitch(work, ids)
    async with desk.works.open(desk.org, MACHINE) as work:
        await route(work, ids)


async def test_put_aside_once(desk: MailDesk) -> None:
    assert await desk.deliver(BOMB, mail("2")) != [None, None]
    (item,) = await items(desk)
    async with desk.works.open(desk.org, MACHINE) as work:
        await put_aside(work, [Unreadable(item.occurrence_id, "something else")])
        assert work.told == []
    (again,) = await items(desk)
    assert (again.id, again.reason, again.limit_name) == (item.id, item.reason, "header_bytes")
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        copy = await work.db.scalar(select(Occurrence).where(Occurrence.id == item.occurrence_id))
    assert copy is not None and (copy.state, copy.parse_error, copy.ticket_id) == ("failed", item.reason, None)


async def test_a_fault_of_our_reader_is_the_mails_alone(desk: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(raw: bytes) -> Mail:
        if b"<bad@" in raw:
            raise RecursionError("deep inside")
        return read_mail(raw)

    monkeypatch.setattr(many, "read_mail", stumbling)
    first, bad, second = await desk.deliver(mail("1"), mail("bad"), mail("2"))
    assert bad is None and None not in (first, second)
    assert [(one.reason, one.limit_name) for one in await items(desk)] == [
        ("The reader does not understand it (RecursionError).", "reader")
    ]


def test_what_can_still_be_said() -> None:
    read = unread_mail(BOMB[:65_536], b"d" * 32, len(BOMB), "It is too long.")
    assert (read.subject, read.from_email, read.rfc_message_id) == (
        "Hear me",
        "anna@client.example",
        "<1@client.example>",
    )
    assert read.body_text is not None and "It is too long." in read.body_text
    (original,) = read.attachments
    assert (original.filename, original.size, original.sha256) == ("original.eml", len(BOMB), b"d" * 32)
    for head in (b"", b"\0\0\0", b"X" * 65_536, b"Subject: " + b"a" * 5_000):
        assert unread_mail(head, b"d" * 32, 9, "x").attachments[0].filename == "original.eml"


async def test_a_ticket_of_it_anyway(office: Office) -> None:
    await office.desk.deliver(BOMB)
    (item,) = await items(office.desk)
    made = await office.send(f"/quarantine/{item.id}/ticket")
    assert (made.status_code, made.headers["location"]) == (303, "/quarantine")
    await finish(office.desk)
    (ticket_id,) = await office.ids()
    detail = await office.get(f"/tickets/{ticket_id}")
    (message,) = detail["messages"]
    assert (detail["ticket"]["subject"], detail["ticket"]["requester_email"]) == ("Hear me", "anna@client.example")
    assert item.reason in message["body_text"]
    (copy,), (file,) = message["occurrences"], message["attachments"]
    assert (copy["state"], copy["parse_error"]) == ("routed", None)
    way = await office.bob.get(f"/tickets/{ticket_id}/attachments/{file['id']}/download")
    assert (await office.bob.get(way.headers["location"])).content == BOMB
    for act in ("ticket", "dismissal"):
        assert (await office.send(f"/quarantine/{item.id}/{act}")).status_code == 409
    (settled,) = await items(office.desk)
    assert (settled.settled_as, str(settled.settled_by)) == ("ticket", office.bobs_id)


async def test_an_answer_to_a_rescued_mail_joins_it(office: Office) -> None:
    await office.desk.deliver(BOMB)
    (item,) = await items(office.desk)
    await office.send(f"/quarantine/{item.id}/ticket")
    await finish(office.desk)
    (answer,) = await office.deliver(mail("2", refs=("1",)))
    assert await office.ids() == [answer]


async def test_dismissal(office: Office) -> None:
    await office.desk.deliver(BOMB)
    (item,) = await items(office.desk)
    assert (await office.send(f"/quarantine/{item.id}/dismissal")).status_code == 303
    assert await office.ids() == []
    assert "Nothing is quarantined" in await office.page("/quarantine")
    assert "Dismissed" in await office.page("/quarantine?settled=true")
    assert (await office.send(f"/quarantine/{item.id}/ticket")).status_code == 409


async def test_the_page_shows_reason_size_and_raw_mail(office: Office) -> None:
    await office.desk.deliver(BOMB)
    (item,) = await items(office.desk)
    page = await office.page("/quarantine")
    assert item.reason in page and "header_bytes" in page and f"/quarantine/{item.id}/ticket" in page
    (raw,) = re.findall(r'href="(/blobs/[^"]+)"', page)
    assert (await office.bob.get(raw)).content == BOMB
    assert "Nothing settled yet" in await office.page("/quarantine?settled=true")


@pytest.mark.parametrize("settled", [False, True])
async def test_page_by_page(office: Office, settled: bool) -> None:
    ids = await office.desk.receive([str(n).encode() for n in range(52)])
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        await put_aside(work, [Unreadable(one, "No mail.") for one in ids])
    if settled:
        async with office.desk.works.open(office.desk.org, MACHINE) as work:
            for item in await work.db.scalars(select(QuarantineItem)):
                item.settled_at, item.settled_as = work.now, Settled.DISMISSED
    first = await office.page(f"/quarantine?settled={str(settled).lower()}")
    (older,) = set(re.findall(r'href="(/quarantine\?[^"]*cursor=[^"]+)"', first))
    second = await office.page(older.replace("&amp;", "&"))
    assert [page.count("No mail.") for page in (first, second)] == [50, 2]
    assert not re.search(r"cursor=", second) and ("Dismissed" in second) is settled


async def test_who_may_not(office: Office, globex: MailDesk) -> None:
    await globex.deliver(b"")
    (theirs,) = await items(globex)
    assert (await office.send(f"/quarantine/{theirs.id}/ticket")).status_code == 404
    assert (await office.send(f"/quarantine/{new_id()}/dismissal")).status_code == 404
    async with office.visit(office.product.cast.vera) as vera:
        html = {"accept": "text/html"}
        assert (await vera.get("/quarantine", headers=html)).status_code == 403
        assert (await vera.post(f"/quarantine/{theirs.id}/ticket", headers=html)).status_code == 403
    assert await waiting(globex) == 1


async def waiting(desk: MailDesk) -> int:
    chosen = select(func.count()).where(QuarantineItem.settled_at.is_(None))
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return int(await work.db.scalar(chosen) or 0)


async def test_the_same_unreadable_mail_twice_is_one_message(office: Office) -> None:
    await office.desk.deliver(BOMB, BOMB)
    for item in await items(office.desk):
        assert (await office.send(f"/quarantine/{item.id}/ticket")).status_code == 303
    await finish(office.desk)
    (ticket_id,) = await office.ids()
    (message,) = (await office.get(f"/tickets/{ticket_id}"))["messages"]
    assert len({UUID(copy["id"]) for copy in message["occurrences"]}) == 2


def test_every_reason_is_worded_on_the_page() -> None:
    """A new way to be unreadable needs its sentence in the reader's language."""
    package = Path(waypost.__file__).parent / "ticketing/intake"
    page = (package / "quarantine.html").read_text()
    said = {one for path in package.rglob("*.py") for one in re.findall(r'Unreadable\("([^"]+)"', path.read_text())}
    assert len(said) >= 8 and [one for one in said if f'_("{one}")' not in page] == []
