"""What people do with a ticket: absent is unchanged, null clears, nothing changed writes nothing."""

from typing import Any

import pytest

from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio
UNASSIGNED: dict[str, Any] = {"before": None, "after": None}


async def events(office: Office, ticket_id: str, kind: str) -> list[Any]:
    """Data of the ticket's events of one kind."""
    found = (await office.get(f"/tickets/{ticket_id}"))["events"]
    return [event["event_data"] for event in found if event["event_type"] == kind]


@pytest.fixture
async def ticket(office: Office) -> str:
    """One new ticket."""
    (ticket_id,) = await office.deliver(mail("1"))
    return ticket_id


async def test_a_change_says_what_it_changed(office: Office, ticket: str) -> None:
    before = (await office.get(f"/tickets/{ticket}"))["ticket"]
    answer = await office.patch(ticket, status="open", priority="urgent", subject="ignored")
    row = answer.json()
    assert answer.status_code == 200 and list(row) == list(before)
    assert (row["status"], row["priority"], row["subject"]) == ("open", "urgent", before["subject"])
    assert row["updated_at"] > before["updated_at"] and row["last_activity_at"] > before["last_activity_at"]
    assert await events(office, ticket, "ticket_updated") == [
        {"changes": {"status": {"before": "new", "after": "open"}, "priority": {"before": "normal", "after": "urgent"}}}
    ]
    detail = await office.get(f"/tickets/{ticket}")
    assert detail["ticket"] == row
    assert detail["events"][-1]["actor_user_id"] == office.bobs_id


async def test_no_change_writes_nothing(office: Office, ticket: str) -> None:
    before = await office.get(f"/tickets/{ticket}")
    for values in ({}, {"status": "new"}, {"priority": "normal", "status": "new"}, {"assignee_user_id": None}):
        assert (await office.patch(ticket, **values)).status_code == 200
    assert await office.get(f"/tickets/{ticket}") == before


async def test_assigning_and_clearing(office: Office, ticket: str) -> None:
    given = (await office.patch(ticket, assignee_user_id=office.bobs_id)).json()
    assert (given["assignee_user_id"], given["assignee_queue_id"]) == (office.bobs_id, None)
    kept = (await office.patch(ticket, priority="low")).json()
    assert kept["assignee_user_id"] == office.bobs_id
    cleared = (await office.patch(ticket, assignee_queue_id=None)).json()
    assert (cleared["assignee_user_id"], cleared["assignee_queue_id"]) == (None, None)
    first, _, last = (data["changes"] for data in await events(office, ticket, "ticket_updated"))
    assert first == {"assignee_user_id": {"before": None, "after": office.bobs_id}, "assignee_queue_id": UNASSIGNED}
    assert last == {"assignee_user_id": {"before": office.bobs_id, "after": None}, "assignee_queue_id": UNASSIGNED}


async def test_refused_changes_change_nothing(office: Office, ticket: str) -> None:
    before = await office.get(f"/tickets/{ticket}")
    mallory = str(office.product.cast.mallory.person_id)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"status": None}, "status"),
        ({"priority": None}, "priority"),
        ({"status": "lost"}, "status"),
        ({"assignee_user_id": office.bobs_id, "assignee_queue_id": str(new_id())}, "Provide only one"),
        ({"assignee_user_id": None, "assignee_queue_id": None}, "Provide only one"),
        ({"assignee_user_id": mallory}, "not a member"),
        ({"assignee_user_id": str(new_id()), "status": "closed"}, "not a member"),
        ({"assignee_queue_id": str(new_id())}, "queue"),
        ({"assignee_user_id": "bob"}, "assignee_user_id"),
    ]
    for values, said in wrong:
        answer = await office.patch(ticket, **values)
        assert answer.status_code == 422 and said in answer.json()["detail"], values
    assert await office.get(f"/tickets/{ticket}") == before
    assert (await office.patch(str(new_id()), status="open")).status_code == 404


async def test_when_a_ticket_has_ended(office: Office, ticket: str) -> None:
    ended = {}
    for status in ("closed", "open", "spam", "pending", "resolved", "closed"):
        row = (await office.patch(ticket, status=status)).json()
        ended[status] = row["closed_at"]
        assert row["closed_at"] in (None, row["updated_at"])
    assert {status for status, at in ended.items() if at} == {"closed", "spam"}
    assert len(await events(office, ticket, "ticket_closed")) == 2


async def test_a_note_is_kept_as_written_and_shown_safely(office: Office, ticket: str) -> None:
    text = "  **Call** back\r\n<script>x</script> [site](javascript:x)\0  "
    answer = await office.bob.post(f"/tickets/{ticket}/notes", json={"body_markdown": text})
    note = answer.json()
    assert answer.status_code == 201
    assert note["body_markdown"] == "**Call** back\n<script>x</script> [site](javascript:x)"
    assert "<strong>Call</strong>" in note["body_html_sanitized"]
    assert "<script" not in note["body_html_sanitized"] and "href" not in note["body_html_sanitized"]
    assert note["author_user_id"] == office.bobs_id
    detail = await office.get(f"/tickets/{ticket}")
    assert detail["notes"] == [note]
    assert await events(office, ticket, "note_added") == [
        {"note_id": note["id"], "body_length": len(note["body_markdown"])}
    ]
    assert detail["ticket"]["last_activity_at"] == note["created_at"]


async def test_a_note_is_changed_by_whoever_wrote_it(office: Office, ticket: str) -> None:
    there = f"/tickets/{ticket}/notes"
    note = (await office.bob.post(there, json={"body_markdown": "She rings."})).json()
    same = await office.bob.patch(f"{there}/{note['id']}", json={"body_markdown": " She rings. "})
    assert same.json() == note and not await events(office, ticket, "note_changed")
    changed = (await office.bob.patch(f"{there}/{note['id']}", json={"body_markdown": "She *rang*, @Alice."})).json()
    assert "<em>rang</em>" in changed["body_html_sanitized"] and changed["updated_at"] > note["updated_at"]
    assert await events(office, ticket, "note_changed") == [{"note_id": note["id"], "body_length": 19}]
    assert (await office.bob.patch(f"{there}/{note['id']}", json={"body_markdown": " "})).status_code == 422
    page = await office.page(f"/tickets/{ticket}")
    assert f'action="{there}/{note["id"]}' in page and "She *rang*, @Alice.</textarea>" in page and "Changed" in page
    sent = await office.send(f"{there}/{note['id']}", body_markdown="She came.")
    assert sent.status_code == 303 and sent.headers["location"].endswith(f"#n-{note['id']}")
    (other,) = await office.deliver(mail("other", subject="Another"))
    elsewhere = await office.bob.patch(f"/tickets/{other}/notes/{note['id']}", json={"body_markdown": "x"})
    assert elsewhere.status_code == 404
    async with office.visit(office.product.cast.alice) as alice:
        assert (await alice.patch(f"{there}/{note['id']}", json={"body_markdown": "x"})).status_code == 403
        hers = (await alice.get(f"/tickets/{ticket}", headers={"accept": "text/html"})).text
        assert f'action="{there}/{note["id"]}' not in hers and "She came." in hers
        assert ticket in [one["id"] for one in (await alice.get("/tickets")).json()["items"]]
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.patch(f"{there}/{note['id']}", json={"body_markdown": "x"})).status_code == 404


async def test_notes_that_do_not_fit(office: Office, ticket: str) -> None:
    path = f"/tickets/{ticket}/notes"
    for body in ("", " \n\t ", "x" * 20_001, None, 5):
        answer = await office.bob.post(path, json={"body_markdown": body})
        assert answer.status_code == 422 and isinstance(answer.json()["detail"], str)
    assert (await office.bob.post(path, json={})).status_code == 422
    assert (await office.bob.post(path, json={"body_markdown": "x" * 20_000})).status_code == 201
    assert len((await office.get(f"/tickets/{ticket}"))["notes"]) == 1


async def test_who_only_looks_changes_nothing(office: Office, ticket: str) -> None:
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.patch(f"/tickets/{ticket}", json={"status": "open"})).status_code == 403
        assert (await vera.post(f"/tickets/{ticket}/notes", json={"body_markdown": "x"})).status_code == 403
        for act in ("status", "closure", "priority", "assignee"):
            assert (await vera.post(f"/tickets/{ticket}/{act}", data={"status": "open"})).status_code == 403
    assert (await office.get(f"/tickets/{ticket}"))["ticket"]["status"] == "new"
