"""A conversation that a person begins: its ticket, its mail on the way out, the way back, and who answers it."""

import re
from typing import Any

import httpx2
import pytest

from tests.ticketing.composing.writing import fields
from tests.ticketing.desk import INBOX, MailDesk, mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.platform.access import MACHINE
from waypost.ticketing.outbound.models import SendIdentity

pytestmark = pytest.mark.anyio
ANNA = "anna@client.example"
JSON = {"accept": "application/json"}
YEARS = 20 * 365 * 24 * 60
"""In minutes: mail that came long after whatever the product's own clock says."""


def words(sender: str, **change: Any) -> dict[str, Any]:
    """A first mail that is fine."""
    plain = {"send_identity_id": sender, "to_emails": ["Anna@Client.example"], "subject": "Your boiler is ready"}
    return plain | {"body_text": "Come and get it."} | change


async def begin(office: Office, sender: str, key: str | None = None, **change: Any) -> httpx2.Response:
    """Bob's program begins."""
    headers = {"idempotency-key": key} if key else {}
    return await office.bob.post("/tickets", json=words(sender, **change), headers=headers)


async def typed(office: Office, sender: str, **change: str) -> httpx2.Response:
    """Bob's form."""
    plain = {"identity": sender, "to": f"Anna <{ANNA}>", "subject": "Boiler", "body": "It is **here**."}
    return await office.bob.post("/tickets", data=plain | change, headers=FORM)


async def test_a_program_begins_a_conversation(office: Office, sender: str) -> None:
    given = {"priority": "high", "assignee_user_id": office.bobs_id, "status_after": "pending"}
    answer = await begin(office, sender, cc_emails=["boss@client.example"], **given)
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/tickets/{told['ticket_id']}"), answer.text
    detail = await office.get(answer.headers["location"])
    ticket, (said,) = detail["ticket"], detail["messages"]
    assert len(ticket) == 17 and ticket["ticket_code"] == told["ticket_code"]
    assert (ticket["status"], ticket["priority"], ticket["assignee_user_id"]) == ("pending", "high", office.bobs_id)
    assert (ticket["requester_email"], ticket["stitch_reason"]) == (ANNA, "outbound_send")
    assert (said["direction"], said["to_emails"], said["cc_emails"]) == ("outbound", [ANNA], ["boss@client.example"])
    assert (said["message_id"], said["from_email"]) == (told["message_id"], INBOX)
    happened = [one["event_type"] for one in detail["events"]]
    assert {"ticket_opened", "message_joined", "outbound_queued", "ticket_updated"} == set(happened)
    assert await office.ids() == await office.ids(q="ready") == await office.ids(requester=ANNA) == [ticket["id"]]
    page = await office.page(f"/tickets/{ticket['id']}")
    assert "A colleague began the conversation" in page and "A mail opened the ticket" not in page


async def test_twice_is_once(office: Office, sender: str) -> None:
    first = (await begin(office, sender, "k1")).json()
    assert (await begin(office, sender, "k1")).json() == (await begin(office, sender)).json() == first
    assert (await begin(office, sender, "k1", subject="Another")).status_code == 409
    assert (await begin(office, sender, body_text="Something else.")).json()["ticket_id"] != first["ticket_id"]
    assert len(await office.ids()) == 2


async def test_a_form_takes_files_along(office: Office, sender: str) -> None:
    plan = ("files", ("C:\\plans\\plan ü.pdf", b"%PDF-1.7 up", "application/pdf"))
    told = [
        await office.bob.post("/tickets", data=words(sender, priority=urgent), files=[plan], headers=JSON)
        for urgent in ("high", "high", "soon")
    ]
    assert [one.status_code for one in told] == [201, 201, 422] and told[0].json() == told[1].json()
    detail = await office.get(told[0].headers["location"])
    (file,) = detail["messages"][0]["attachments"]
    assert (file["filename"], file["size_bytes"], detail["ticket"]["priority"]) == ("plan ü.pdf", 11, "high")
    crowd = [("files", (f"{n}", b"x", "text/plain")) for n in range(21)]
    assert (await office.bob.post("/tickets", data=words(sender), files=crowd, headers=JSON)).status_code == 422
    assert len(await office.ids()) == 1


async def test_her_answer_joins_and_wakes_it(office: Office, sender: str) -> None:
    told = (await begin(office, sender, status_after="closed")).json()
    detail = await office.get(f"/tickets/{told['ticket_id']}")
    assert detail["ticket"]["status"] == "closed"
    ours = detail["messages"][0]["rfc_message_id"]
    answer = mail("a1", f"Anna <{ANNA}>", subject="Re: Your boiler is ready", headers=f"In-Reply-To: {ours}\r\n")
    office.desk.arrived = YEARS
    assert await office.deliver(answer) == [told["ticket_id"]]
    after = await office.get(f"/tickets/{told['ticket_id']}")
    assert (after["ticket"]["status"], len(after["messages"])) == ("open", 2)


async def test_taken_back_it_is_nowhere_and_can_be_sent_after_all(office: Office, sender: str) -> None:
    sent = await typed(office, sender)
    (ticket, message) = re.findall(r"[0-9a-f-]{36}", sent.headers["location"])
    assert "leaves in a moment" in await office.page(sent.headers["location"])
    back = await office.send(f"/tickets/{ticket}/replies/{message}/cancellation")
    assert back.headers["location"] == f"/tickets/{ticket}/reply"
    assert await office.ids() == await office.ids(q="boiler") == []
    gone = await office.get(f"/tickets/{ticket}")
    assert (gone["ticket"]["status"], gone["messages"]) == ("closed", [])
    assert "ticket_closed" not in [one["event_type"] for one in gone["events"]]
    draft = fields(await office.page(back.headers["location"]))
    assert (draft["to"], draft["body"]) == (ANNA, "It is **here**.")
    again = await office.send(f"/tickets/{ticket}/reply", **draft)
    assert again.status_code == 303, again.text
    assert await office.ids(status="open") == await office.ids(q="boiler") == [ticket]


async def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(office: Office, sender: str) -> None:
    page = await office.page("/tickets/new?to=anna%40client.example")
    assert f'value="{ANNA}"' in page and f'value="{office.bobs_id}" selected' in page
    assert 'href="/tickets/new"' in await office.page("/tickets")
    refused = await typed(office, sender, to="nobody")
    assert refused.status_code == 422 and "It is **here**." in refused.text and 'id="field-to-error"' in refused.text
    assert (await typed(office, "")).status_code == (await typed(office, sender, body=" ")).status_code == 422
    assert (await typed(office, sender, assignee="somebody")).status_code == 422
    sent = await typed(office, sender, assignee=office.bobs_id, then="pending")
    detail = await office.get(re.sub(r"\?.*", "", sent.headers["location"]))
    assert (detail["ticket"]["assignee_user_id"], detail["ticket"]["status"]) == (office.bobs_id, "pending")
    assert detail["messages"][0]["body_text"].startswith("It is **here**.\n\n-- \nAcme Support")


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"to_emails": []}, "to_emails"),
        ({"to_emails": [INBOX]}, "at least one address"),
        ({"subject": "Re: "}, "subject beyond its prefix"),
        ({"body_text": "  "}, "some text"),
        ({"priority": "soon"}, "priority"),
        ({"assignee_user_id": "00000000-0000-7000-8000-000000000001"}, "not a member"),
        ({"assignee_queue_id": "00000000-0000-7000-8000-000000000001"}, "no such queue"),
    ],
)
async def test_refused_and_nothing_begun(office: Office, sender: str, change: dict[str, Any], phrase: str) -> None:
    answer = await begin(office, sender, **change)
    assert answer.status_code == 422 and phrase in answer.text
    assert await office.ids() == []


async def test_globex_has_its_own(office: Office, sender: str, globex: MailDesk) -> None:
    async with globex.works.open(globex.org, MACHINE) as work:
        assert await work.db.get(SendIdentity, (globex.org, sender)) is None
    told = (await begin(office, sender)).json()
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.post("/tickets", json=words(sender))).status_code == 404
        assert (await mallory.get(f"/tickets/{told['ticket_id']}")).status_code == 404
        assert (await mallory.get("/tickets")).json()["items"] == []
        page = await mallory.get("/tickets/new", headers={"accept": "text/html"})
        assert page.status_code == 200 and INBOX not in page.text and "no verified address" in page.text
