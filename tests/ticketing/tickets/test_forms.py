"""Forms of the desk: they work without scripts, lead back to where one was, and must come from our own pages."""

import re
from uuid import uuid4

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office

pytestmark = pytest.mark.anyio


async def test_forms(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    here = f"/tickets/{ticket}"
    sent = [
        await office.send(f"{here}/status?view=waiting", status="pending"),
        await office.send(f"{here}/priority", priority="high"),
        await office.send(f"{here}/assignee", assignee_user_id=office.bobs_id),
        await office.send(f"{here}/notes", body_markdown="kept"),
    ]
    assert [answer.status_code for answer in sent] == [303] * 4
    assert sent[0].headers["location"] == f"{here}?view=waiting&was=status%3Anew"
    assert sent[3].headers["location"] == f"{here}#newest"
    row = (await office.get(here))["ticket"]
    assert (row["status"], row["priority"], row["assignee_user_id"]) == ("pending", "high", office.bobs_id)
    assert (await office.send(f"{here}/assignee", assignee_user_id="")).status_code == 303
    assert (await office.get(here))["ticket"]["assignee_user_id"] is None
    wrong = [
        ("status", {"status": "lost"}),
        ("assignee", {"assignee_user_id": "bob"}),
        ("notes", {"body_markdown": " "}),
    ]
    for act, fields in wrong:
        assert (await office.send(f"{here}/{act}", **fields)).status_code == 422
    assert (await office.send(f"/tickets/{uuid4()}/closure")).status_code == 404


async def test_closing_can_be_undone(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    done = await office.send(f"/tickets/{ticket}/closure?q=boiler")
    page = await office.page(done.headers["location"])
    assert "Undo" in page and re.search(r'name="status" value="new"', page)
    assert "Undo" not in await office.page(f"/tickets/{ticket}?was=status:lost")
    await office.send(f"/tickets/{ticket}/status?q=boiler", status="new")
    row = (await office.get(f"/tickets/{ticket}"))["ticket"]
    assert (row["status"], row["closed_at"]) == ("new", None)
    again = await office.send(f"/tickets/{ticket}/status", status="new")
    assert again.headers["location"] == f"/tickets/{ticket}"


async def test_a_form_must_come_from_our_page(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    bob = office.product.cast.bob
    cookie = FORM | {"cookie": bob.headers["cookie"]}
    async with office.visit(None) as browser:
        bare = await browser.post(f"/tickets/{ticket}/closure", headers=cookie)
        foreign = {**cookie, "origin": "https://evil.example"}
        forged = await browser.post(f"/tickets/{ticket}/closure", data={"csrf_token": bob.csrf_token}, headers=foreign)
        ours = await browser.post(f"/tickets/{ticket}/closure", data={"csrf_token": bob.csrf_token}, headers=cookie)
    assert (bare.status_code, forged.status_code, ours.status_code) == (403, 403, 303)
