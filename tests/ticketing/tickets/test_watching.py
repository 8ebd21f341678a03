"""Watching and being called: by hand, by name, for oneself alone."""

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.tickets.markdown import note_html
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.watching import mentions, watched_by
from waypost.ticketing.tickets.watching.naming import Colleague, named

pytestmark = pytest.mark.anyio
BEN, BENITA, ANNA = new_id(), new_id(), new_id()
TEAM = [
    Colleague(BEN, "Ben Okafor", "ben@acme.example"),
    Colleague(BENITA, "Benita Roth", "benita.roth@acme.example"),
    Colleague(ANNA, "Anna Ben", "anna@acme.example"),
]


async def test_watch_and_look_away(office: Office) -> None:
    (ticket, _) = await office.deliver(mail("1"), mail("2"))
    for _ in range(2):
        await office.send(f"/tickets/{ticket}/watch")
    page = await office.page(f"/tickets/{ticket}")
    assert "Stop watching" in page and page.count('<li dir="auto">Bob</li>') == 1
    assert await of(office, watched_by(UUID(office.bobs_id))) == [ticket]
    await office.send(f"/tickets/{ticket}/unwatch")
    assert "Stop watching" not in await office.page(f"/tickets/{ticket}")
    assert await of(office, watched_by(UUID(office.bobs_id))) == []


async def test_whoever_is_named_in_a_note_is_called_in(office: Office, globex: MailDesk) -> None:
    (ticket, _) = await office.deliver(mail("1"), mail("2"))
    alice = office.product.cast.alice.person_id
    await office.send(f"/tickets/{ticket}/notes", body_markdown="@Alice and @alice, write to x@bob.example, `@Vera`")
    page = await office.page(f"/tickets/{ticket}")
    assert "<mark>@Alice</mark>" in page and "<mark>@Vera" not in page
    assert await of(office, mentions(alice)) == await of(office, watched_by(alice)) == [ticket]
    assert await of(office, mentions(UUID(office.bobs_id))) == []
    (note,) = (await office.get(f"/tickets/{ticket}"))["notes"]
    assert note["body_markdown"].startswith("@Alice")


async def test_a_queue_or_a_person_from_one_picker(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    async with office.visit(office.product.cast.alice) as alice:
        queue = (await alice.post("/queues", json={"name": "Night shift"})).json()["id"]
    given = await office.send(f"/tickets/{ticket}/assignee", assignee=f"queue:{queue}")
    row = (await office.get(f"/tickets/{ticket}"))["ticket"]
    assert (row["assignee_queue_id"], row["assignee_user_id"]) == (queue, None)
    page = await office.page(given.headers["location"])
    assert f'<option value="queue:{queue}" selected>Night shift</option>' in page
    assert "Queue: nobody → Night shift" in page and "Assigned: nobody → nobody" not in page
    assert 'name="assignee" value=""' in page
    await office.send(f"/tickets/{ticket}/assignee", assignee=office.bobs_id)
    assert (await office.get(f"/tickets/{ticket}"))["ticket"]["assignee_queue_id"] is None
    for wrong in ("queue:x", "person", f"queue:{new_id()}"):
        assert (await office.send(f"/tickets/{ticket}/assignee", assignee=wrong)).status_code == 422


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ben Okafor, look", [BEN]),
        ("@BEN OKAFOR", [BEN]),
        ("hello @ben!", [BEN]),
        ("(@benita.roth)", [BENITA]),
        ("@Benita and @Ben", [BENITA, BEN]),
        ("@Anna Ben knows", [ANNA]),
        ("@Annabel, @Benjamin", []),
        ("ben@acme.example and x@anna", []),
        ("@ ben, @", []),
        ("@@Ben", []),
    ],
)
def test_names(text: str, called: list[UUID]) -> None:
    assert [one.person_id for one in named(text, TEAM)] == called


def test_a_name_that_two_have_means_neither() -> None:
    twins = [Colleague(BEN, "Ben A", "ben.a@x"), Colleague(ANNA, "Ben B", "ben.b@x")]
    assert [one.person_id for one in named("@Ben @Ben B @ben.a", twins)] == [ANNA, BEN]


def test_calls_are_marked_outside_of_code() -> None:
    html = note_html("**@Ben** `@Ben` @Benita <i>", ["@Ben", "@Benita"])
    assert html.count("<mark>@Ben</mark>") == 1 and "<mark>@Benita</mark>" in html
    assert "<code>@Ben</code>" in html and "<i>" not in html


async def of(office: Office, condition: object) -> list[str]:
    """Tickets of Acme that a condition finds."""
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        return [str(one) for one in await work.db.scalars(select(Ticket.id).where(condition))]  # type: ignore[arg-type]
