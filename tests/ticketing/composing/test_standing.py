"""A reply on its way, as its ticket shows it: where it stands in words, and what a person may do about it."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.ticketing.composing.writing import form, post
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.ticketing.outbound.models import Outgoing, Sending

pytestmark = pytest.mark.anyio
FRAGMENT = {"hx-request": "true"}


async def written(office: Office) -> tuple[str, str]:
    """A reply that Bob wrote: its ticket and its message."""
    (ticket,) = await office.deliver(mail("1"))
    sent = await post(office, f"/tickets/{ticket}/reply", await form(office, ticket) | {"body": "It is *done*."})
    return ticket, re.findall(r"sent=([0-9a-f-]{36})", sent.headers["location"])[0]


async def becomes(office: Office, message_id: str, **values: Any) -> None:
    """What the sending job would write."""
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        await work.db.execute(update(Outgoing).where(Outgoing.message_id == UUID(message_id)).values(**values))


async def state(office: Office, message_id: str) -> str:
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        found = await work.db.scalar(select(Outgoing.state).where(Outgoing.message_id == UUID(message_id)))
        return str(found)


@pytest.mark.parametrize(
    ("values", "words", "acts"),
    [
        ({"state": Sending.HELD}, "Leaves in a moment", ["cancellation"]),
        ({"state": Sending.QUEUED, "failure": "The relay is away."}, "The relay is away.", []),
        ({"state": Sending.SENDING}, "Being sent", []),
        ({"state": Sending.FAILED, "failure": "No such person."}, "No such person.", ["repetition", "draft"]),
        ({"state": Sending.UNKNOWN}, "Perhaps sent", ["repetition", "arrival", "draft"]),
    ],
)
async def test_each_state_has_words_and_ways(
    office: Office, sender: str, values: dict[str, Any], words: str, acts: list[str]
) -> None:
    ticket, message_id = await written(office)
    await becomes(office, message_id, **values)
    page = await office.page(f"/tickets/{ticket}")
    piece = await office.page(f"/tickets/{ticket}/messages/{message_id}/standing", **FRAGMENT)
    for text in (page, piece):
        assert words in text
        assert re.findall(rf"/replies/{message_id}/(\w+)", text) == acts
    assert ("data-live" in piece) == (values["state"] != Sending.FAILED) and "<html" not in piece
    async with office.visit(office.product.cast.vera) as vera:
        assert "/replies/" not in (await vera.get(f"/tickets/{ticket}", headers={"accept": "text/html"})).text


async def test_a_person_settles_what_nobody_knows(office: Office, sender: str) -> None:
    ticket, message_id = await written(office)
    here = f"/tickets/{ticket}/replies/{message_id}"
    assert (await office.send(f"{here}/repetition")).status_code == 409
    await becomes(office, message_id, state=Sending.UNKNOWN)
    assert (await office.send(f"{here}/repetition")).headers["location"] == f"/tickets/{ticket}#m-{message_id}"
    assert await state(office, message_id) == "queued"
    await becomes(office, message_id, state=Sending.UNKNOWN)
    assert (await office.send(f"{here}/arrival")).status_code == 303
    assert await state(office, message_id) == "sent"
    assert "The reply was sent" in await office.page(f"/tickets/{ticket}")


async def test_what_came_back_becomes_a_draft(office: Office, sender: str) -> None:
    ticket, message_id = await written(office)
    await becomes(office, message_id, state=Sending.FAILED, failure="It came back.")
    assert (await office.send(f"/tickets/{ticket}/replies/{message_id}/draft")).status_code == 303
    begun = await form(office, ticket)
    assert (begun["body"], begun["to"], begun["quote"]) == ("It is *done*.", "anna@client.example", "true")
    (other,) = await office.deliver(mail("2", subject="Another"))
    assert (await office.send(f"/tickets/{other}/replies/{message_id}/draft")).status_code == 404
