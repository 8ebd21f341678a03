"""Our own ticket as a case: everything that was said, noted, attached and done, with its bytes where they stand."""

import hashlib
from dataclasses import replace
from email.message import EmailMessage
from uuid import UUID

import pytest

from tests.bridges.conftest import Bridge
from tests.ticketing.desk import INBOX, mail
from waypost.archive.requests.origin import Gathered, Outcome
from waypost.archive.sealing.canonical import read_snapshot, snapshot_bytes
from waypost.archive.sealing.snapshot import Article, File
from waypost.platform.storage.blobs import Blobs

pytestmark = pytest.mark.anyio

PIXEL = b"\x89PNG\r\n\x1a\n" + b"pixel"
PDF = b"%PDF-1.7 small"


def rich() -> bytes:
    """A letter with a picture in its text, a file, a picture from elsewhere and a script."""
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = "Anna Adler <anna@client.example>", INBOX, "ben@client.example"
    message["Subject"], message["Message-ID"] = "Boiler is cold", "<rich@client.example>"
    message["Date"] = "Mon, 2 Nov 2026 08:00:00 +0000"
    message.set_content("It is cold.")
    html = '<p>It is <b>cold</b>.</p><script>x()</script><img src="cid:plate@x"><img src="https://t.example/p.gif">'
    message.add_alternative(html, subtype="html")
    payload = message.get_payload()
    assert isinstance(payload, list)
    part = payload[1]
    assert isinstance(part, EmailMessage)
    part.add_related(PIXEL, maintype="image", subtype="png", cid="<plate@x>", filename="plate.png")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="offer.pdf")
    return message.as_bytes()


async def gathered(bridge: Bridge, ticket: str) -> Gathered:
    assert await bridge.origin.begin(bridge.run, bridge.case(ticket)) is None
    return await bridge.origin.gather(bridge.run, bridge.case(ticket))


def roles(article: Article) -> dict[str, File]:
    return {one.role: one for one in article.files}


async def test_everything_that_was_said_is_there_oldest_first(bridge: Bridge) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(rich())
    await office.deliver(
        mail("answer", refs=("rich",), text="Still cold.", headers="Date: Mon, 2 Nov 2026 09:00:00 +0000\r\n")
    )
    note = {"body_markdown": "Ask **Ben**."}
    assert (await office.bob.post(f"/tickets/{ticket}/notes", json=note)).status_code == 201
    await office.patch(ticket, assignee_user_id=office.bobs_id, priority="high")
    await office.patch(ticket, status="closed")
    found = (await gathered(bridge, ticket)).snapshot
    first, second, internal = found.articles
    assert (first.sender, first.to, first.cc) == ("Anna Adler <anna@client.example>", INBOX, "ben@client.example")
    assert (
        "<b>cold</b>" in first.body_html
        and "script" not in first.body_html
        and first.body_text.strip() == "It is cold."
    )
    assert (first.author, first.kind, first.message_id) == ("customer", "email", "<rich@client.example>")
    assert (second.body_html, second.body_text.strip(), second.internal) == ("", "Still cold.", False)
    assert (internal.internal, internal.kind, internal.body_text, internal.sender) == (
        True,
        "note",
        "Ask **Ben**.",
        "Bob",
    )
    case = found.subject
    assert (case.title, case.state, case.priority, case.owner.name) == ("Boiler is cold", "closed", "high", "Bob")
    assert (case.customer.email, case.organisation, case.closed_at is not None) == ("anna@client.example", "Acme", True)
    told = [event.text for event in found.events]
    assert told[0] == "A mail opened the ticket" and "Closed" in told
    assert "Priority: normal → high, Assigned to: nobody → Bob" in told
    assert found.origin.address == f"http://desk.example/tickets/{ticket}"
    assert found.omissions == ("Pictures on other servers were not fetched: 1.",)
    assert read_snapshot(snapshot_bytes(found)) == found, "it is a snapshot like any other"


async def test_bytes_are_named_and_stay_where_they_are(bridge: Bridge) -> None:
    (ticket,) = await bridge.office.deliver(rich())
    found = await gathered(bridge, ticket)
    files = roles(found.snapshot.articles[0])
    assert set(files) == {"inline", "attachment", "raw"}
    assert (files["inline"].content_id, files["inline"].filename) == ("plate@x", "plate.png")
    expected = {"inline": PIXEL, "attachment": PDF, "raw": rich()}
    blobs = bridge.run.of(Blobs)
    for role, one in files.items():
        assert one.fate == "kept" and one.sha256 is not None
        content = await blobs.read(found.blobs[one.sha256])
        assert hashlib.sha256(content).hexdigest() == one.sha256 and len(content) == one.size
        if role != "raw":
            assert content == expected[role]
    assert set(found.blobs) == {one.sha256 for one in files.values()}
    raw = await blobs.read(found.blobs[files["raw"].sha256 or ""])
    assert raw == expected["raw"] or b"Boiler is cold" in raw


async def test_missing_bytes_are_listed_as_failed(bridge: Bridge) -> None:
    (ticket,) = await bridge.office.deliver(rich())
    whole = await gathered(bridge, ticket)
    lost = roles(whole.snapshot.articles[0])["attachment"]
    await bridge.run.of(Blobs).delete([whole.blobs[lost.sha256 or ""]])
    found = await gathered(bridge, ticket)
    listed = roles(found.snapshot.articles[0])["attachment"]
    assert (listed.fate, listed.sha256, listed.reason) == ("failed", None, "The stored content is missing.")
    assert set(whole.blobs) - set(found.blobs) == {lost.sha256}


async def test_placing_follows_the_policy_and_notes_may_stay_out(bridge: Bridge) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(mail("a"))
    await office.bob.post(f"/tickets/{ticket}/notes", json={"body_markdown": "Ask Ben."})
    async with office.visit(office.product.cast.alice) as alice:
        wanted = {"path": "cases/{requester}/{year}", "with_notes": False}
        assert (await alice.patch("/archive-policy", json=wanted)).status_code == 200
    found = await gathered(bridge, ticket)
    assert [one.kind for one in found.snapshot.articles] == ["email"]
    year = str(found.snapshot.taken_at.year)
    assert (found.placing.user, found.placing.segments) == ("Acme", ("cases", "anna@client.example", year))
    assert found.placing.number == found.snapshot.subject.number


async def test_long_conversations_are_read_a_handful_at_a_time(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waypost.bridges.kept_tickets.queries.AT_ONCE", 2)
    dated = "Date: Mon, 2 Nov 2026 08:00:0{} +0000\r\n"
    names = ["a", "b", "c", "d", "e"]
    raws = [mail(one, refs=names[:place], headers=dated.format(place)) for place, one in enumerate(names)]
    ticket, *_ = await bridge.office.deliver(*raws)
    found = await gathered(bridge, ticket)
    assert [one.body_text.strip() for one in found.snapshot.articles] == [
        f"This is the text of {one}." for one in names
    ]


async def test_the_end_is_told_once_on_the_timeline(bridge: Bridge) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(mail("a"))
    kept = Outcome("archived", bridge.case(ticket), sha256="ab" * 32)
    lost = Outcome("failed_permanent", bridge.case(ticket), code="path_not_allowed")
    for outcome in (kept, kept, replace(lost, final=False), lost, lost):
        await bridge.origin.settle(bridge.run, outcome)
    events = [one for one in (await office.get(f"/tickets/{ticket}"))["events"] if "archived" in one["event_type"]]
    assert [one["event_type"] for one in events] == ["ticket_archived", "ticket_not_archived"]
    assert events[0]["event_data"]["sha256"] == "ab" * 32 and events[1]["event_data"]["code"] == "path_not_allowed"
    page = await office.page(f"/tickets/{ticket}")
    assert "Kept in the archive" in page and "It could not be kept in the archive" in page
    assert UUID(events[0]["event_data"]["request_id"]) == kept.case.request_id
