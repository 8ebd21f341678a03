"""The composer: begins with the right people, keeps what is typed, and sends past nothing that was not seen."""

import re

import pytest

from tests.ticketing.composing.conftest import put_sender
from tests.ticketing.composing.writing import fields, form, post
from tests.ticketing.desk import INBOX, MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.ticketing.outbound.models import IdentityStatus

pytestmark = pytest.mark.anyio
FRAGMENT = {"hx-request": "true"}
ANNA = "anna@client.example"


async def test_it_begins_with_the_people_of_the_last_mail(office: Office, sender: str) -> None:
    raw = mail("1", f"Anna Zeppelin <{ANNA}>", to=f"{INBOX}, boss@client.example", headers="Cc: ben@client.example\r\n")
    (ticket,) = await office.deliver(raw)
    begun = await form(office, ticket)
    assert (begun["to"], begun["cc"]) == (ANNA, "boss@client.example, ben@client.example")
    assert (begun["subject"], begun["identity"], begun["quote"]) == ("Re: Boiler is cold", sender, "true")
    page = await office.page(f"/tickets/{ticket}/reply")
    assert "Acme Support\n+44 20 7946 0000" in page and "This is the text of 1." in page
    assert "Anna Zeppelin wrote:" in page and f'<option value="{ANNA}">' in page and INBOX not in begun["cc"]


async def test_reply_to_wins_and_without_an_identity_nothing_can_be_sent(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1", headers="Reply-To: desk@client.example\r\n"))
    await put_sender(office, status=IdentityStatus.PENDING)
    begun = await form(office, ticket)
    assert (begun["to"], begun["identity"]) == ("desk@client.example", "")
    page = await office.page(f"/tickets/{ticket}/reply")
    assert "no verified address" in page and re.search(r'data-command="Send"[^>]* disabled', page)
    refused = await post(office, f"/tickets/{ticket}/reply", begun | {"body": "Yes."})
    assert refused.status_code == 422 and "Choose an address to send from" in refused.text
    assert fields(refused.text)["body"] == "Yes."


async def test_a_reply_leaves_with_signature_and_history(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1", f"Anna <{ANNA}>"))
    begun = await form(office, ticket)
    sent = await post(
        office, f"/tickets/{ticket}/reply?view=mine", begun | {"body": "**Today**, at noon.", "then": "pending"}
    )
    assert sent.status_code == 303, sent.text
    (message_id,) = re.findall(r"sent=([0-9a-f-]{36})", sent.headers["location"])
    assert sent.headers["location"] == f"/tickets/{ticket}?view=mine&sent={message_id}#newest"
    detail = await office.get(f"/tickets/{ticket}")
    said = next(one for one in detail["messages"] if one["message_id"] == message_id)
    assert said["body_text"].startswith("**Today**, at noon.\n\n-- \nAcme Support\n+44 20 7946 0000\n\nOn ")
    assert said["body_text"].endswith("Anna wrote:\n> This is the text of 1.")
    assert "<strong>Today</strong>" in said["body_html_sanitized"] and "<blockquote>" in said["body_html_sanitized"]
    assert (said["to_emails"], detail["ticket"]["status"]) == ([ANNA], "pending")
    page = await office.page(sent.headers["location"])
    assert "Your reply leaves in a moment." in page and f"/replies/{message_id}/cancellation" in page
    assert "Leaves in a moment" in page and re.search(r'data-countdown="\d+"', page)
    assert (await form(office, ticket))["body"] == ""


async def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket)
    wrong = {"to": "nobody at all", "cc": "x@y", "subject": " ", "body": "  "}
    for field, value in wrong.items():
        typed = begun | {"body": "Kept."} | {field: value}
        refused = await post(office, f"/tickets/{ticket}/reply", typed)
        assert refused.status_code == 422, field
        assert fields(refused.text)["body"].strip() == typed["body"].strip()
        assert re.search(r'class="field-error"', refused.text), field
    assert [one["direction"] for one in (await office.get(f"/tickets/{ticket}"))["messages"]] == ["inbound"]


async def test_a_thread_that_moved_is_shown_before_anything_leaves(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "As I said."}
    await office.deliver(mail("2", refs=("1",), text="It works again, forget it!"))
    async with office.visit(office.product.cast.alice) as alice:
        await alice.post(f"/tickets/{ticket}/notes", json={"body_markdown": "Call her."})
    held = await post(office, f"/tickets/{ticket}/reply", begun)
    assert held.status_code == 409
    for told in ("2 new messages and notes", "It works again, forget it!", "Call her.", "Alice", "Send anyway"):
        assert told in held.text
    assert await outbound(office, ticket) == 0
    again = await post(office, f"/tickets/{ticket}/reply", fields(held.text))
    assert again.status_code == 303 and await outbound(office, ticket) == 1


async def test_a_page_that_was_open_longer_than_the_composer_is_told_too(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    page = await office.page(f"/tickets/{ticket}")
    (seen,) = set(re.findall(rf'hx-get="/tickets/{ticket}/reply\?seen=([0-9a-f.]+)"', page))
    assert "Since you began" not in await office.page(f"/tickets/{ticket}/reply?seen={seen}")
    await office.deliver(mail("2", refs=("1",), text="News."))
    piece = await office.page(f"/tickets/{ticket}/reply?seen={seen}", **FRAGMENT)
    assert "1 new message or note" in piece and "News." in piece and "<html" not in piece
    assert "Since you began" not in await office.page(f"/tickets/{ticket}/reply?seen=nonsense")


async def test_a_reply_taken_back_is_a_draft_again(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "Too *fast*."}
    sent = await post(office, f"/tickets/{ticket}/reply", begun)
    (message_id,) = re.findall(r"sent=([0-9a-f-]{36})", sent.headers["location"])
    back = await office.send(f"/tickets/{ticket}/replies/{message_id}/cancellation")
    assert (back.status_code, back.headers["location"]) == (303, f"/tickets/{ticket}/reply")
    assert (await form(office, ticket))["body"] == "Too *fast*." and await outbound(office, ticket) == 0
    late = await office.send(f"/tickets/{ticket}/replies/{message_id}/cancellation")
    assert late.status_code in (404, 409)


async def test_others_cannot_write_here(office: Office, globex: MailDesk, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "x"}
    for who, status in ((office.product.cast.mallory, 404), (office.product.cast.vera, 403)):
        async with office.visit(who) as client:
            for path in ("reply", "draft", "draft/text", "draft/preview", "draft/discarding", "draft/restoration"):
                answer = await client.post(f"/tickets/{ticket}/{path}", data=begun, headers={"accept": "text/html"})
                assert answer.status_code == status, path
    async with office.visit(office.product.cast.vera) as vera:
        page = (await vera.get(f"/tickets/{ticket}", headers={"accept": "text/html"})).text
    assert "write-reply" not in page and "/closure" not in page and "/print" in page


async def test_the_composer_asks_a_fixed_number_of_questions(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    few = await questions(office, f"/tickets/{ticket}/reply")
    begun = await form(office, ticket) | {"body": "x"}
    await office.deliver(*(mail(str(n), refs=("1",)) for n in range(2, 30)))
    await post(office, f"/tickets/{ticket}/draft", begun)
    many = await questions(office, f"/tickets/{ticket}/reply")
    assert many <= few + 2 and many <= 22


async def outbound(office: Office, ticket: str) -> int:
    messages = (await office.get(f"/tickets/{ticket}"))["messages"]
    return sum(one["direction"] == "outbound" for one in messages)


async def questions(office: Office, path: str) -> int:
    with office.counted() as counter:
        await office.page(path)
    return len(counter.statements)
