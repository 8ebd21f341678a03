"""Doors for programs: exactly the documented keys, order, places in lists, refusals."""

import re
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from tests.make.letters import PNG, File, letter
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio
ROW = [
    "id",
    "ticket_code",
    "status",
    "priority",
    "subject",
    "requester_email",
    "requester_name",
    "assignee_user_id",
    "assignee_queue_id",
    "created_at",
    "updated_at",
    "first_message_at",
    "last_message_at",
    "last_activity_at",
    "closed_at",
    "stitch_reason",
    "stitch_confidence",
]
MESSAGE = [
    "message_id",
    "collision_group_id",
    "stitched_at",
    "stitch_reason",
    "stitch_confidence",
    "direction",
    "rfc_message_id",
    "date_header",
    "subject",
    "from_email",
    "to_emails",
    "cc_emails",
    "snippet",
    "body_text",
    "body_html_sanitized",
    "attachments",
    "occurrences",
]
OCCURRENCE = [
    "id",
    "mailbox_id",
    "gmail_message_id",
    "state",
    "original_recipient",
    "original_recipient_source",
    "original_recipient_confidence",
    "original_recipient_evidence",
    "routed_at",
    "parse_error",
    "stitch_error",
    "route_error",
]
EVIDENCE = [
    "selected_from",
    "selected_value",
    "x_gm_original_to_candidates",
    "delivered_to_candidates",
    "x_original_to_candidates",
    "to_candidates",
    "cc_candidates",
]
STATES = {"new", "open", "pending", "resolved", "closed", "spam"}


async def test_the_documented_keys_and_nothing_else(office: Office) -> None:
    raw = letter("1", html="<p>The <b>boiler</b></p>", files=[File("plan.pdf", b"%PDF-1.7")])
    (ticket_id,) = await office.deliver(raw)
    assert (await office.bob.post(f"/tickets/{ticket_id}/notes", json={"body_markdown": "*hm*"})).status_code == 201
    listed = await office.get("/tickets")
    assert list(listed) == ["items", "next_cursor"] and list(listed["items"][0]) == ROW
    detail = await office.get(f"/tickets/{ticket_id}")
    assert list(detail) == ["ticket", "messages", "events", "notes"]
    assert detail["ticket"] == listed["items"][0]
    (message,) = detail["messages"]
    assert list(message) == MESSAGE
    (attachment,), (copy,) = message["attachments"], message["occurrences"]
    assert list(attachment) == ["id", "filename", "content_type", "size_bytes", "is_inline", "content_id"]
    assert list(copy) == OCCURRENCE and sorted(copy["original_recipient_evidence"]) == sorted(EVIDENCE)
    assert {tuple(each) for each in detail["events"]} == {
        ("id", "actor_user_id", "event_type", "created_at", "event_data")
    }
    (note,) = detail["notes"]
    assert list(note) == ["id", "author_user_id", "body_markdown", "body_html_sanitized", "created_at", "updated_at"]


async def test_what_the_values_look_like(office: Office) -> None:
    (ticket_id,) = await office.deliver(letter("1", html="<p>cold</p>", files=[File("plan.pdf", b"%PDF-1.7")]))
    detail = await office.get(f"/tickets/{ticket_id}")
    ticket, (message,) = detail["ticket"], detail["messages"]
    assert (ticket["status"], ticket["priority"], ticket["stitch_confidence"]) == ("new", "normal", "low")
    assert (ticket["requester_email"], ticket["requester_name"]) == ("anna@client.example", "Anna Berg")
    assert ticket["stitch_reason"] == "new_message" and message["stitch_reason"] == "new_ticket"
    assert all(datetime.fromisoformat(ticket[key]).tzinfo for key in ROW if key.endswith("_at") and ticket[key])
    assert (message["direction"], message["to_emails"], message["cc_emails"]) == (
        "inbound",
        ["support@acme.example"],
        [],
    )
    assert message["body_html_sanitized"].strip() == "<p>cold</p>" and message["rfc_message_id"] == "<1@client.example>"
    (copy,) = message["occurrences"]
    assert (copy["state"], copy["original_recipient_source"]) == ("routed", "to_cc_scan")
    assert [event["event_type"] for event in detail["events"]] == ["ticket_opened"]


async def test_another_organisation_sees_nothing(office: Office, globex: MailDesk) -> None:
    (ours,) = await office.deliver(mail("1"))
    (theirs,) = await globex.deliver(mail("1"))
    assert await office.ids() == [ours]
    for path in ("", "/messages"):
        assert (await office.bob.get(f"/tickets/{theirs}{path}")).status_code == 404
    assert (await office.patch(str(theirs), status="open")).status_code == 404
    assert (await office.bob.post(f"/tickets/{theirs}/notes", json={"body_markdown": "x"})).status_code == 404
    assert (await office.bob.get(f"/tickets/{new_id()}")).status_code == 404


async def test_files_come_by_a_signed_link(office: Office) -> None:
    files = [File('Übersicht "2".pdf', b"%PDF-1.7 x"), File("note.txt", b"hello", "text/plain")]
    first, second = await office.deliver(letter("1", files=files), letter("2", text="Other.", files=files[:1]))
    (message,) = (await office.get(f"/tickets/{first}"))["messages"]
    there = f"/tickets/{first}/attachments/{message['attachments'][0]['id']}/download"
    way = await office.bob.get(there)
    assert way.status_code == 307
    async with office.visit(None) as stranger:
        got = await stranger.get(way.headers["location"])
        assert (await stranger.get(there)).status_code == 401
    assert got.content == b"%PDF-1.7 x" and got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-type"] == "application/pdf"
    told = got.headers["content-disposition"]
    assert told.startswith("attachment; ") and "%C3%9Cbersicht" in told
    elsewhere = there.replace(first, second)
    assert (await office.bob.get(elsewhere)).status_code == 404
    assert (await office.bob.get(f"/tickets/{first}/attachments/{new_id()}/download")).status_code == 404
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(there)).status_code == 404


async def test_a_file_whose_bytes_are_gone_is_refused_before_anything_is_sent(office: Office) -> None:
    """Not begun and broken off: whoever saves it would keep half a file."""
    (ticket,) = await office.deliver(letter("1", files=[File("plan.pdf", b"%PDF-1.7 lost")]))
    (message,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    way = await office.bob.get(f"/tickets/{ticket}/attachments/{message['attachments'][0]['id']}/download")
    key = text("select storage_key from blobs where sha256 = :digest")
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        lost = await work.db.scalar(key, {"digest": sha256(b"%PDF-1.7 lost").digest()})
    await office.desk.blobs.delete([str(lost)])
    answer = await office.bob.get(way.headers["location"])
    assert answer.status_code == 502 and "cannot be fetched" in answer.json()["detail"]


async def test_long_conversations_leave_old_bodies_out(office: Office) -> None:
    raws = [mail("0"), *(mail(str(n), refs=("0",), headers=at(n)) for n in range(1, 53))]
    (ticket_id, *_) = await office.deliver(*raws)
    answer = await office.bob.get(f"/tickets/{ticket_id}")
    messages = answer.json()["messages"]
    assert [m["body_text"] is None for m in messages] == [True] * 3 + [False] * 50
    assert all(m["snippet"] and m["occurrences"] for m in messages)
    assert [m["rfc_message_id"] for m in messages] == [f"<{n}@client.example>" for n in range(53)]
    path = answer.headers["link"].partition(">")[0].lstrip("<")
    older = await office.get(path)
    assert [m["rfc_message_id"] for m in older["items"]] == [f"<{n}@client.example>" for n in (2, 1, 0)]
    assert older["next_cursor"] is None and older["items"][0]["body_text"]
    every = await office.bob.get(f"/tickets/{ticket_id}?bodies=all")
    assert "link" not in every.headers and all(m["body_text"] for m in every.json()["messages"])
    page = await office.get(f"/tickets/{ticket_id}/messages", limit=2)
    following = await office.get(f"/tickets/{ticket_id}/messages", limit=2, cursor=page["next_cursor"])
    names = [m["rfc_message_id"] for m in page["items"] + following["items"]]
    assert names == [f"<{n}@client.example>" for n in (52, 51, 50, 49)]


def at(minute: int) -> str:
    return f"Date: Mon, 2 Nov 2026 08:{minute:02}:00 +0000\r\n"


async def test_pictures_inside_a_mail_come_by_addresses_that_any_client_can_follow(office: Office) -> None:
    html = '<p>See <img src="cid:plan@x"> and <img src="cid:lost@x"> <a href="cid:plan@x">cid:plan@x</a></p>'
    picture = File("plan.png", PNG, "image/png", content_id="plan@x")
    other = File("page.html", b"<html>", "text/html", content_id="lost@x")
    (ticket_id,) = await office.deliver(letter("1", html=html, files=[picture, other]))
    (message,) = (await office.get(f"/tickets/{ticket_id}"))["messages"]
    shown = message["body_html_sanitized"]
    assert 'src="cid:lost@x"' in shown and "cid:plan@x</a>" in shown
    (address,) = re.findall(r'src="(http[^"]+)"', shown)
    async with office.visit(None) as stranger:
        got = await stranger.get(urlsplit(address).path)
    assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
    assert got.headers["content-disposition"].startswith("inline")
    (again,) = (await office.get(f"/tickets/{ticket_id}/messages"))["items"]
    assert again["body_html_sanitized"].count(" src=") == 2


@pytest.mark.parametrize(
    ("who", "csrf", "body", "status"),
    [
        ("stranger", False, {}, 403),
        ("stranger", True, {}, 401),
        ("vera", False, {}, 403),
        ("vera", True, {}, 403),
        ("bob", False, {"body_markdown": "x"}, 403),
        ("bob", True, {}, 422),
        ("bob", True, {"body_markdown": "x"}, 404),
    ],
)
async def test_refusals_come_in_the_documented_order(
    office: Office, who: str, csrf: bool, body: dict[str, str], status: int
) -> None:
    """CSRF, then the session, then the role, then the body, then what the ticket says of it."""
    player = getattr(office.product.cast, who, None)
    async with office.visit(player) as client:
        token = {"x-csrf-token": (await client.get("/auth/csrf")).json()["csrf_token"] if csrf else ""}
        answer = await client.post(f"/tickets/{new_id()}/notes", json=body, headers=token)
    assert answer.status_code == status and isinstance(answer.json()["detail"], str)


async def test_strangers_and_states(office: Office) -> None:
    (ticket_id,) = await office.deliver(mail("1"))
    async with office.visit(None) as stranger:
        paths = ("/tickets", f"/tickets/{ticket_id}", f"/tickets/{ticket_id}/messages")
        assert [(await stranger.get(path)).status_code for path in paths] == [401] * 3
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.get(f"/tickets/{ticket_id}")).status_code == 200
    for state in STATES:
        assert (await office.bob.get("/tickets", params={"status": state})).status_code == 200


async def test_a_note_posted_twice_with_one_key_is_one_note(office: Office) -> None:
    ticket_id, *_ = await office.deliver(mail("1"))
    path, key = f"/tickets/{ticket_id}/notes", {"idempotency-key": "note-1"}
    first = await office.bob.post(path, json={"body_markdown": "Once."}, headers=key)
    again = await office.bob.post(path, json={"body_markdown": "Once."}, headers=key)
    other = await office.bob.post(path, json={"body_markdown": "Twice."}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert len((await office.bob.get(f"/tickets/{ticket_id}")).json()["notes"]) == 1


async def test_a_change_may_name_the_version_that_it_was_thought_of(office: Office) -> None:
    ticket_id, *_ = await office.deliver(mail("1"))
    here, bob = f"/tickets/{ticket_id}", office.bob
    seen = await bob.get(here)
    assert seen.headers["etag"].strip('"') == seen.json()["ticket"]["updated_at"].replace("Z", "+00:00")
    named = {"if-match": seen.headers["etag"]}
    first = await bob.patch(here, json={"priority": "high"}, headers=named)
    assert first.status_code == 200 and first.headers["etag"] != seen.headers["etag"]
    late = await bob.patch(here, json={"status": "open", "priority": "normal"}, headers=named)
    assert (late.status_code, late.json()["detail"]) == (412, "Somebody changed this ticket meanwhile")
    for match in (f'"{first.json()["updated_at"]}"', f'"x", {first.headers["etag"]}', "*"):
        assert (await bob.patch(here, json={"priority": "high"}, headers={"if-match": match})).status_code == 200
    for match in ('"x"', "", 'W/"1"'):
        assert (await bob.patch(here, json={"priority": "low"}, headers={"if-match": match})).status_code == 412
    await office.deliver(mail("2", refs=("1",)))
    assert (await bob.patch(here, json={"status": "open"}, headers={"if-match": "*"})).json()["priority"] == "high"
    after = {"if-match": first.headers["etag"]}
    assert (await bob.patch(here, json={"status": "closed"}, headers=after)).status_code == 412


async def test_events_and_notes_are_read_page_by_page(office: Office, globex: MailDesk) -> None:
    ticket_id, *_ = await office.deliver(mail("1"))
    for n in range(3):
        await office.bob.post(f"/tickets/{ticket_id}/notes", json={"body_markdown": f"n{n}"})
    whole = await office.get(f"/tickets/{ticket_id}")
    (theirs,) = await globex.deliver(mail("9"))
    for name in ("events", "notes"):
        there = f"/tickets/{ticket_id}/{name}"
        first = await office.get(there, limit=2)
        second = await office.get(there, limit=2, cursor=first["next_cursor"])
        every = [*first["items"], *second["items"]]
        assert every[::-1] == whole[name] and second["next_cursor"] is None
        assert (await office.bob.get(there, params={"cursor": "x"})).status_code == 422
        assert (await office.bob.get(f"/tickets/{theirs}/{name}")).status_code == 404
