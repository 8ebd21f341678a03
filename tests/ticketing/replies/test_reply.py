"""The documented way to answer: what programs send, what they get, what is refused in which words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, text

from tests.cast import Player
from tests.fixtures import Product
from tests.ticketing.desk import INBOX, MailDesk, mail
from tests.ticketing.replies.conftest import ANNA, put_identity
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.messages.models import AddressKind, Message, OwnAddress
from waypost.ticketing.outbound.models import IdentityStatus, Outgoing
from waypost.ticketing.tickets.models import Participant

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Counter:
    """Acme's desk with its doors; Bob is at it."""

    product: Product
    desk: MailDesk
    bob: httpx2.AsyncClient
    identity_id: UUID
    ticket_id: str

    def words(self, **change: Any) -> dict[str, Any]:
        """A body that is fine."""
        plain = {
            "send_identity_id": str(self.identity_id),
            "to_emails": ["Anna@Client.example"],
            "subject": "Re: Boiler is cold",
            "body_text": "Please turn the knob.",
        }
        return plain | change

    async def reply(self, *, headers: dict[str, str] | None = None, **change: Any) -> httpx2.Response:
        """What Bob's program is told."""
        return await self.bob.post(f"/tickets/{self.ticket_id}/reply", json=self.words(**change), headers=headers)

    async def detail(self) -> Any:
        """The ticket as programs see it."""
        return (await self.bob.get(f"/tickets/{self.ticket_id}")).json()

    async def count(self) -> int:
        """Messages that left or will."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            return len((await work.db.scalars(select(Outgoing.id))).all())


@pytest.fixture
async def counter(product: Product) -> AsyncIterator[Counter]:
    """With one question of Anna's."""
    org = product.cast.alice.org_id
    desk = MailDesk(product.house.works, org, product.house.parts.of(Blobs))
    (ticket_id,) = await desk.deliver(mail("q1", f"Anna <{ANNA}>"))
    async with desk.works.open(org, MACHINE) as work:
        identity_id = await put_identity(work)
    async with product.visit(product.cast.bob) as bob:
        yield Counter(product, desk, bob, identity_id, str(ticket_id))


async def test_the_answer_and_what_it_leaves_behind(counter: Counter) -> None:
    before = (await counter.detail())["ticket"]
    answer = await counter.reply(cc_emails=["boss@client.example", "ANNA@client.example"])
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert set(told) == {"status", "job_id", "message_id", "oss_message_id"}
    assert told["status"] == "queued" and UUID(told["job_id"])
    detail = await counter.detail()
    ours = detail["messages"][-1]
    assert ours["message_id"] == told["message_id"]
    assert (ours["direction"], ours["stitch_reason"], ours["stitch_confidence"]) == (
        "outbound",
        "outbound_send",
        "high",
    )
    assert (ours["from_email"], ours["to_emails"], ours["cc_emails"]) == (INBOX, [ANNA], ["boss@client.example"])
    assert ours["rfc_message_id"] == f"<oss-{told['oss_message_id']}@acme.example>"
    after = detail["ticket"]
    assert after["status"] == before["status"]
    assert after["last_message_at"] > before["last_message_at"]
    assert after["last_activity_at"] > before["last_activity_at"]
    (event,) = [one for one in detail["events"] if one["event_type"] == "outbound_queued"]
    assert set(event["event_data"]) == {"message_id", "oss_message_id", "send_identity_id", "to_emails", "cc_emails"}
    assert event["actor_user_id"] == str(counter.product.cast.bob.person_id)


async def test_its_job_is_known_by_the_documented_key_and_carries_ids_only(counter: Counter) -> None:
    told = (await counter.reply()).json()
    chosen = text("select id, type, dedupe_key, payload, run_at - created_at as pause from jobs where id = :id")
    async with counter.desk.works.open(counter.desk.org, MACHINE, reads=True) as work:
        job = (await work.db.execute(chosen, {"id": UUID(told["job_id"])})).one()
        people = set(await work.db.scalars(select(Participant.address)))
    assert (job.type, job.dedupe_key) == ("outbound_send", f"outbound_send:{told['message_id']}")
    assert set(job.payload) == {"message_id", "ticket_id", "send_identity_id"}
    assert job.pause.total_seconds() == 10
    assert ANNA in people


@pytest.mark.parametrize(
    ("change", "status", "phrase"),
    [
        ({"to_emails": []}, 422, "to_emails"),
        ({"to_emails": [f"p{n}@client.example" for n in range(51)]}, 422, "to_emails"),
        ({"to_emails": ["not an address"]}, 422, "not an e-mail address"),
        ({"to_emails": ["anna@client.example\r\nBcc: eve@evil.example"]}, 422, "not an e-mail address"),
        ({"cc_emails": ["<anna>@client.example"]}, 422, "not an e-mail address"),
        ({"to_emails": [INBOX]}, 422, "at least one address"),
        ({"to_emails": ["  "]}, 422, "at least one address"),
        ({"subject": "Re: Fwd: "}, 422, "subject"),
        ({"subject": "x" * 999}, 422, "subject"),
        ({"body_text": " \n "}, 422, "some text"),
        ({"body_text": "x" * 100_001}, 422, "body_text"),
        ({"send_identity_id": str(new_id())}, 404, "Send identity not found"),
        ({"send_identity_id": "not an id"}, 422, "send_identity_id"),
    ],
)
async def test_what_is_refused(counter: Counter, change: dict[str, Any], status: int, phrase: str) -> None:
    answer = await counter.reply(**change)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert isinstance(told["detail"], str)
    assert phrase in answer.text
    assert "evil" not in answer.text
    assert await counter.count() == 0


async def test_an_identity_must_be_verified_and_enabled(counter: Counter) -> None:
    async with counter.desk.works.open(counter.desk.org, MACHINE) as work:
        pending = await put_identity(work, from_email="p@acme.example", status=IdentityStatus.PENDING)
        resting = await put_identity(work, from_email="r@acme.example", is_enabled=False)
    answer = await counter.reply(send_identity_id=str(pending))
    assert answer.status_code == 422 and "verified" in answer.json()["detail"]
    assert (await counter.reply(send_identity_id=str(resting))).status_code == 404


async def test_other_organisations_and_viewers(counter: Counter) -> None:
    async def as_one(player: Player) -> int:
        async with counter.product.visit(player) as client:
            return (await client.post(f"/tickets/{counter.ticket_id}/reply", json=counter.words())).status_code

    cast = counter.product.cast
    assert await as_one(cast.vera) == 403
    assert await as_one(cast.mallory) == 404
    assert (await counter.bob.post(f"/tickets/{new_id()}/reply", json=counter.words())).status_code == 404
    async with counter.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        foreign = await put_identity(work)
    assert (await counter.reply(send_identity_id=str(foreign))).status_code == 404
    assert await counter.count() == 0


async def test_nobody_writes_to_a_journal(counter: Counter) -> None:
    async with counter.desk.works.open(counter.desk.org, MACHINE) as work:
        work.db.add(OwnAddress(address="journal@acme.example", kind=AddressKind.JOURNAL))
    assert (await counter.reply(to_emails=["Journal@acme.example"])).status_code == 422
    told = (await counter.reply(to_emails=[ANNA, "journal@acme.example"])).json()
    async with counter.desk.works.open(counter.desk.org, MACHINE, reads=True) as work:
        (outgoing,) = (await work.db.scalars(select(Outgoing))).all()
    assert str(outgoing.message_id) == told["message_id"]
    assert outgoing.recipients == [ANNA]


async def test_the_same_key_is_answered_once(counter: Counter) -> None:
    key = {"idempotency-key": "reply-1"}
    first = await counter.reply(headers=key)
    assert (await counter.reply(headers=key)).json() == first.json()
    assert (await counter.reply(headers=key, body_text="Other words.")).status_code == 409
    assert await counter.count() == 1


async def test_the_same_words_within_a_minute_are_a_second_click(counter: Counter) -> None:
    first = (await counter.reply()).json()
    assert (await counter.reply()).json() == first
    assert (await counter.reply(body_text="And the other knob.")).json()["message_id"] != first["message_id"]
    assert await counter.count() == 2


async def test_five_clicks_at_once_are_one(counter: Counter) -> None:
    answers = await asyncio.gather(*(counter.reply() for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["message_id"] for answer in answers}) == 1
    assert await counter.count() == 1


async def test_a_reply_past_a_new_word_is_held_up_with_the_news(counter: Counter) -> None:
    path = f"/tickets/{counter.ticket_id}/replies"
    seen = (await counter.bob.get(path)).json()["version"]
    await counter.desk.deliver(mail("q2", f"Anna <{ANNA}>", refs=["q1"]))
    answer = await counter.reply(seen=seen)
    assert answer.status_code == 409, answer.text
    newest = (await counter.detail())["messages"][-1]["message_id"]
    assert answer.json()["errors"][0]["messages"] == [newest]
    assert await counter.count() == 0
    assert (await counter.reply(seen=seen, send_anyway=True)).status_code == 202
    again = (await counter.bob.get(path)).json()
    assert (await counter.reply(seen=again["version"], body_text="More.")).status_code == 202
    assert [one["state"] for one in again["items"]] == ["held"]
    assert (await counter.reply(seen="nonsense", body_text="Even more.")).status_code == 422


async def test_a_note_of_a_colleague_is_news_but_not_ones_own(counter: Counter) -> None:
    seen = (await counter.bob.get(f"/tickets/{counter.ticket_id}/replies")).json()["version"]
    note = {"body_markdown": "Careful, she is angry."}
    assert (await counter.bob.post(f"/tickets/{counter.ticket_id}/notes", json=note)).status_code == 201
    async with counter.product.visit(counter.product.cast.alice) as alice:
        assert (await alice.post(f"/tickets/{counter.ticket_id}/notes", json=note)).status_code == 201
        blind = await alice.post(f"/tickets/{counter.ticket_id}/reply", json=counter.words(seen=seen))
    assert len(blind.json()["errors"][0]["notes"]) == 1
    assert len((await counter.reply(seen=seen)).json()["errors"][0]["notes"]) == 1


async def test_a_status_after_the_reply(counter: Counter) -> None:
    assert (await counter.reply(status_after="pending")).status_code == 202
    assert (await counter.detail())["ticket"]["status"] == "pending"
    assert (await counter.reply(status_after="asleep", body_text="x")).status_code == 422


async def test_taking_it_back_leaves_the_ticket_as_it_was(counter: Counter) -> None:
    before = await counter.detail()
    told = (await counter.reply(status_after="closed", cc_emails=["boss@client.example"])).json()
    path = f"/tickets/{counter.ticket_id}/replies/{told['message_id']}/cancellation"
    async with counter.product.visit(counter.product.cast.mallory) as mallory:
        assert (await mallory.post(path)).status_code == 404
    answer = await counter.bob.post(path)
    assert answer.status_code == 200, answer.text
    draft = answer.json()["draft"]
    assert draft == counter.words(to_emails=[ANNA], cc_emails=["boss@client.example"])
    after = await counter.detail()
    assert after["messages"] == before["messages"]
    changed = {"updated_at", "last_activity_at"}
    assert {k: v for k, v in after["ticket"].items() if k not in changed} == {
        k: v for k, v in before["ticket"].items() if k not in changed
    }
    assert (await counter.bob.post(path)).status_code == 404
    assert (await counter.bob.get(f"/tickets/{counter.ticket_id}/replies")).json()["items"] == []
    async with counter.desk.works.open(counter.desk.org, MACHINE, reads=True) as work:
        assert "boss@client.example" not in set(await work.db.scalars(select(Participant.address)))
        assert len((await work.db.scalars(select(Message.id))).all()) == 1
    assert (await counter.reply()).status_code == 202


async def test_a_message_of_another_ticket_cannot_be_taken_back_here(counter: Counter) -> None:
    told = (await counter.reply()).json()
    (other,) = await counter.desk.deliver(mail("x1", "carl@client.example", subject="Another matter"))
    path = f"/tickets/{other}/replies/{told['message_id']}/cancellation"
    assert (await counter.bob.post(path)).status_code == 404
    for act in ("repetition", "arrival"):
        path = f"/tickets/{counter.ticket_id}/replies/{told['message_id']}/{act}"
        assert (await counter.bob.post(path)).status_code == 409


PLAN = ("files", ("C:\\plans\\plan ü.pdf", b"%PDF-1.7 up", "application/pdf"))


async def test_a_form_takes_files_along_and_comes_twice_without_harm(counter: Counter) -> None:
    path, key = f"/tickets/{counter.ticket_id}/reply", {"idempotency-key": "with files"}
    words = counter.words(to_emails=[ANNA, "ben@client.example"], status_after="")
    first = await counter.bob.post(path, data=words, files=[PLAN, ("files", ("", b"", "text/plain"))], headers=key)
    assert first.status_code == 202, first.text
    again = await counter.bob.post(path, data=words, files=[PLAN], headers={})
    assert again.json() == first.json() and await counter.count() == 1
    ours = (await counter.detail())["messages"][-1]
    assert ours["to_emails"] == [ANNA, "ben@client.example"]
    (file,) = ours["attachments"]
    assert (file["filename"], file["content_type"], file["size_bytes"]) == ("plan ü.pdf", "application/pdf", 11)
    got = await counter.bob.get(
        f"/tickets/{counter.ticket_id}/attachments/{file['id']}/download", follow_redirects=True
    )
    assert got.content == b"%PDF-1.7 up"
    other = ("files", ("plan ü.pdf", b"%PDF-1.7 down", "application/pdf"))
    assert (await counter.bob.post(path, data=words, files=[other], headers=key)).status_code == 409
    assert (await counter.bob.post(path, data=words, files=[other])).status_code == 202


async def test_a_form_is_refused_like_any_other_body(counter: Counter) -> None:
    path, bob = f"/tickets/{counter.ticket_id}/reply", counter.bob
    for change, files, phrase in (
        ({"to_emails": []}, [PLAN], "to_emails: Field required"),
        ({"subject": ""}, [PLAN], "subject"),
        ({"status_after": "asleep"}, [PLAN], "status_after"),
        ({}, [("files", (f"{n}", b"x", "text/plain")) for n in range(21)], "at most 20 files"),
    ):
        answer = await bob.post(path, data=counter.words(**change), files=files)
        assert answer.status_code == 422 and phrase in answer.json()["detail"], answer.text
    assert (await bob.post(path, content=b"{", headers={"content-type": "application/json"})).status_code == 422
    async with counter.product.visit(counter.product.cast.mallory) as mallory:
        assert (await mallory.post(path, data=counter.words(), files=[PLAN])).status_code == 404
    assert await counter.count() == 0
