"""Mail read anew by a newer reader: today's words are shown and found, and nobody's decision is touched."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from tests.conftest import Orgs
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.intake.conftest import MailRoom
from tests.ticketing.intake.test_jobs import lose
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.ticketing.intake.keeping import PARSER_VERSION
from waypost.ticketing.intake.rereading import queries
from waypost.ticketing.intake.rereading.actions import ask
from waypost.ticketing.intake.rereading.jobs import contents_read_again
from waypost.ticketing.intake.rereading.models import FormerContent
from waypost.ticketing.messages.models import Attachment, Content, Message
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import TicketMessage
from waypost.ticketing.tickets.queries import Filters

pytestmark = pytest.mark.anyio
WITH_FILE = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
PARTS = (
    "--b\r\nContent-Type: text/plain\r\n\r\nThe gauge is stuck.\r\n--b\r\nContent-Type: text/plain\r\n"
    "Content-Disposition: attachment; filename=gauge.txt\r\n\r\nseven bar\r\n--b--"
)
OLDER: dict[str, Any] = {"parser_version": PARSER_VERSION - 1}


async def remember(desk: MailDesk, **as_read: Any) -> None:
    """As an older reader left all messages of the desk."""
    async with desk.works.open(desk.org, MACHINE) as work:
        await work.db.execute(update(Content).values(OLDER | as_read))


async def content(desk: MailDesk) -> Content:
    """The only one."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return (await work.db.scalars(select(Content))).one()


async def formers(desk: MailDesk) -> list[FormerContent]:
    """Every reading that was replaced, oldest first."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(FormerContent).order_by(FormerContent.content_version)))


async def found(desk: MailDesk, words: str) -> int:
    """Tickets that the search gives."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return len(await tickets.page(work.db, Filters(q=words)))


async def decided(desk: MailDesk) -> Any:
    """What stitching, recognition and people decided."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        places = select(TicketMessage.ticket_id, TicketMessage.message_id, TicketMessage.at, TicketMessage.stitched_at)
        prints = select(Message.id, Message.signature, Message.rfc_message_id)
        rows = [await work.db.execute(one) for one in (places.order_by(TicketMessage.id), prints.order_by(Message.id))]
        rows.append(await work.db.execute(text("select t::text from tickets t order by id")))
        return [[tuple(row) for row in table] for table in rows]


async def night(room: MailRoom) -> None:
    """The clock's job, as a worker with the room's parts runs it."""
    claimed = Claimed.__new__(Claimed)
    object.__setattr__(claimed, "org_id", room.desk.org)
    await contents_read_again(OneRun(room.desk.works, Parts(room.desk.blobs, room.desk.stamps), [claimed]))


async def test_today_s_words_are_shown_and_found(room: MailRoom) -> None:
    await room.desk.deliver(mail("1", text=PARTS, headers=WITH_FILE))
    before = await decided(room.desk)
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await work.db.execute(text("delete from message_attachments"))
    await remember(room.desk, body_text="Th? g?uge", attachment_count=0)
    await night(room)
    now, (former,) = await content(room.desk), await formers(room.desk)
    assert (now.body_text, now.content_version, now.parser_version) == ("The gauge is stuck.", 2, PARSER_VERSION)
    assert (former.content_version, former.parser_version, former.said) == (1, 0, {"body_text": "Th? g?uge"})
    assert await found(room.desk, "gauge") == 1 and await decided(room.desk) == before
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        (file,) = await work.db.scalars(select(Attachment))
    assert (file.filename, now.attachment_count) == ("gauge.txt", 1)


async def test_the_same_reading_is_no_new_version_and_twice_is_once(room: MailRoom) -> None:
    await room.desk.deliver(mail("1", text=PARTS, headers=WITH_FILE))
    await remember(room.desk)
    await night(room)
    assert (await content(room.desk)).content_version == 1 and await formers(room.desk) == []
    await remember(room.desk, subject="Bo?ler")
    await night(room)
    await remember(room.desk)
    await night(room)
    now = await content(room.desk)
    assert (now.content_version, now.subject, now.attachment_count) == (2, "Boiler is cold", 1)
    assert [one.said for one in await formers(room.desk)] == [{"subject": "Bo?ler"}]
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        assert await work.db.scalar(select(func.count()).select_from(Attachment)) == 1
        assert await queries.outdated(work.db, PARSER_VERSION, 10) == []


async def test_what_was_erased_or_lost_stays_as_it_is_and_delays_nobody(room: MailRoom, tmp_path: Any) -> None:
    await room.desk.deliver(mail("gone"), mail("1", subject="Another"), mail("erased", subject="Third"))
    await remember(room.desk, body_text="as before")
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await work.db.execute(update(Content).where(Content.subject == "Third").values(headers={}))
    lose(tmp_path, b"<gone@")
    await night(room)
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        rows = (await work.db.execute(select(Content.subject, Content.body_text, Content.parser_version))).all()
    assert {(row[0], row[1]) for row in rows} == {
        ("Boiler is cold", "as before"),
        ("Another", "This is the text of 1."),
        ("Third", "as before"),
    }
    assert {row[2] for row in rows} == {PARSER_VERSION}


async def test_one_message_because_a_person_asked(room: MailRoom, orgs: Orgs) -> None:
    await room.desk.deliver(mail("1"))
    other = MailDesk(room.desk.works, orgs.globex, room.desk.blobs)
    await other.deliver(mail("1"))
    for desk in (room.desk, other):
        async with desk.works.open(desk.org, MACHINE) as work:
            await work.db.execute(update(Content).values(body_text="older"))
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        message_id: UUID = (await work.db.scalars(select(Content.message_id))).one()
        await ask(work, message_id)
    await room.work_off()
    assert (await content(room.desk)).body_text == "This is the text of 1."
    assert (await content(other)).body_text == "older" and await formers(other) == []


async def test_its_doors(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    (message,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    path = f"/tickets/{ticket}/messages/{message['message_id']}/readings"
    assert (await office.bob.post(path)).json() == {"status": "queued"}
    assert await office.get(path) == {"items": []}
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        one = (await work.db.scalars(select(Content))).one()
        standing = {"content_version": 1, "parser_version": 0, "parsed_at": work.now, "replaced_at": work.now}
        work.db.add(FormerContent(message_id=one.message_id, said={"subject": "?"}, **standing))
    (told,) = (await office.get(path))["items"]
    assert (told["content_version"], told["said"]) == (1, {"subject": "?"})
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(path)).status_code == (await mallory.post(path)).status_code == 404
