"""A page asks the database a fixed number of questions, however much there is to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.fixtures import Product
from tests.house.belongings import dead_job, with_file
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.intake.actions import Unreadable, put_aside
from waypost.ticketing.mailboxes.actions import add_import
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change, add_note, change

pytestmark = pytest.mark.anyio

MANY = 5
HTML = {"accept": "text/html"}
MOST = {
    "/tickets": 9,
    "/tickets/{ticket_id}": 22,
    "/tickets/new": 5,
    "/tickets/{ticket_id}/reply": 17,
    "/tickets/{ticket_id}/print": 11,
    "/tickets/{ticket_id}/presence": 6,
    "/canned-replies": 4,
    "/quarantine": 4,
    "/mailboxes": 5,
    "/ops": 18,
    "/ops/jobs": 12,
    "/audit": 4,
    "/members": 7,
}
"""Pages with the most questions they may ask, those that say who calls among them."""


async def test_pages_ask_as_much_for_many_as_for_one(product: Product, tmp_path: Path) -> None:
    desk = MailDesk(product.house.works, product.cast.alice.org_id, product.house.parts.of(Blobs))
    ticket_id = await fill(desk, product, 0)
    one = await questions(product, ticket_id)
    assert {await fill(desk, product, number) for number in range(1, MANY)} == {ticket_id}
    many = await questions(product, ticket_id)
    assert many == one
    assert {path: count for path, count in one.items() if count > MOST[path]} == {}


async def fill(desk: MailDesk, product: Product, number: int) -> UUID:
    """One more of everything: a ticket, a message, note, change and file in the first ticket, and so on."""
    raw = with_file() if number == 0 else answer(number)
    another = mail(f"other-{number}", f"person-{number}@client.example", subject=f"{number}")
    ticket_id, _ = await desk.deliver(raw, another)
    assert ticket_id is not None
    (lost,) = await desk.receive([mail(f"lost-{number}")])
    async with desk.works.open(desk.org, product.cast.alice.actor) as work:
        ticket = await queries.by_id(work.db, ticket_id, for_update=True)
        await add_note(work, ticket, f"Note {number}")
        await change(work, ticket, Change(assignee_user_id=product.cast.bob.person_id))
        await change(work, ticket, Change(assignee_user_id=product.cast.alice.person_id))
    async with desk.works.open(desk.org, MACHINE) as work:
        await put_aside(work, [Unreadable(lost, "It is broken.")])
        await add_import(work, f"inbox-{number}@acme.example")
        work.db.add(dead_job(work))
    return ticket_id


def answer(number: int) -> bytes:
    """To the first mail, with a file of its own."""
    message = EmailMessage()
    message["From"], message["To"] = "anna.zeppelin@client.example", "support@acme.example"
    message["Subject"], message["Message-ID"] = "Re: Zeppelin hangar door", f"<answer-{number}@client.example>"
    message["References"] = "<first@client.example>"
    message["Date"] = f"Mon, 2 Nov 2026 09:{number:02}:00 +0000"
    message.set_content(f"Answer {number}")
    message.add_attachment(f"file {number}".encode(), maintype="text", subtype="csv", filename=f"{number}.csv")
    return message.as_bytes()


async def questions(product: Product, ticket_id: UUID) -> dict[str, int]:
    """How many statements each page costs Alice."""
    found = {}
    async with product.visit(product.cast.alice, HTML) as browser:
        for path in MOST:
            with counted(product) as statements:
                shown = await browser.get(path.format(ticket_id=ticket_id))
            assert shown.status_code == 200, f"{path}: {shown.status_code}"
            found[path] = len(statements)
    return found


@contextmanager
def counted(product: Product) -> Iterator[list[str]]:
    """What the app's engine is asked meanwhile."""
    statements: list[str] = []
    engine = product.house.shards.engine.sync_engine

    def note(*heard: object) -> None:
        statements.append(str(heard[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
