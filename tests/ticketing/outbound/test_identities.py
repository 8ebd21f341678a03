"""Send identities: an admin adds an address, its owner says yes by a mailed link, once."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, text

from tests.cast import Player
from tests.fixtures import ORIGIN, Product
from tests.wire.smtp import Fault, MailServer, mail_server
from waypost.platform.ids import new_id
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.work import Work, Works
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose
from waypost.ticketing.messages.models import OwnAddress
from waypost.ticketing.outbound import asking
from waypost.ticketing.outbound.jobs import send_identity_link
from waypost.ticketing.outbound.models import LinkDue, SendIdentity
from waypost.ticketing.outbound.sender import NotNow, Senders
from waypost.ticketing.outbound.smtp import Relay, SmtpSender

pytestmark = pytest.mark.anyio

KEYS = {"id", "mailbox_id", "from_email", "from_name", "status", "is_enabled", "created_at", "updated_at"}
PAGE = {"accept": "text/html"}


def gmail(work: Work, address: str) -> Mailbox:
    """A connected account."""
    now = {"created_at": work.now, "updated_at": work.now}
    kind = {"purpose": Purpose.JOURNAL, "provider": Provider.GMAIL}
    return Mailbox(id=new_id(), email_address=address, is_enabled=True, **kind, **now)


@dataclass(slots=True)
class Post:
    """Acme's admins, a relay, and the job at call."""

    product: Product
    relay: MailServer
    alice: httpx2.AsyncClient

    async def add(self, **words: Any) -> dict[str, Any]:
        """A new address, as JSON."""
        answer = await self.alice.post("/tickets/send-identities", json={"from_email": "Help@Acme.example"} | words)
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        return added

    async def mail_link(self, identity_id: str) -> str:
        """The job runs; the path of the link that arrived."""
        await self.run_job(identity_id)
        text = message_from_bytes(self.relay.taken[-1].raw, policy=policy.default).get_content()
        link = re.search(re.escape(ORIGIN) + r"(\S+)", text)
        assert link is not None
        return link[1]

    async def run_job(self, identity_id: str, *, works: Works | None = None, asked_by: UUID | None = None) -> None:
        """One attempt."""
        claimed = Claimed.__new__(Claimed)
        object.__setattr__(claimed, "org_id", self.product.cast.alice.org_id)
        run = OneRun(works or self.product.house.works, self.product.house.parts, [claimed])
        await send_identity_link(run, LinkDue(UUID(identity_id), asked_by))

    async def stored(self) -> SendIdentity:
        """The one that Acme has."""
        alice = self.product.cast.alice
        async with self.product.house.works.open(alice.org_id, alice.actor, reads=True) as work:
            return (await work.db.scalars(select(SendIdentity))).one()


@pytest.fixture
async def post(product: Product) -> AsyncIterator[Post]:
    """With nothing yet."""
    async with mail_server() as relay, product.visit(product.cast.alice) as alice:
        product.house.parts.of(Senders).relay = SmtpSender(Relay("127.0.0.1", relay.port, "plain", timeout=2))
        yield Post(product, relay, alice)


async def test_from_the_first_word_to_the_first_use(post: Post) -> None:
    added = await post.add(from_name="Acme\r\nBcc: eve@evil.example")
    assert set(added) == KEYS
    assert (added["from_email"], added["from_name"]) == ("help@acme.example", "Acme Bcc: eve@evil.example")
    assert (added["status"], added["mailbox_id"], added["is_enabled"]) == ("pending", None, True)
    path = await post.mail_link(added["id"])
    (taken,) = post.relay.taken
    assert (taken.sender, taken.recipients) == ("help@acme.example", ("help@acme.example",))
    assert b"Auto-Submitted: auto-generated" in taken.raw
    async with post.product.visit() as owner:
        page = await owner.get(path, headers=PAGE)
        assert page.status_code == 200 and "help@acme.example" in page.text
        assert (await post.stored()).status == "pending"
        assert (await owner.post(path, headers=PAGE)).status_code == 403
        token = owner.cookies["oss_csrf"]
        said = await owner.post(path, data={"csrf_token": token}, headers=PAGE)
        assert said.status_code == 200, said.text
        assert (await owner.post(path, data={"csrf_token": token}, headers=PAGE)).status_code == 404
        assert (await owner.get(path, headers=PAGE)).status_code == 404
    assert (await post.stored()).status == "verified"
    (listed,) = (await post.alice.get("/tickets/send-identities")).json()
    assert (set(listed), listed["status"]) == (KEYS, "verified")
    alice = post.product.cast.alice
    async with post.product.house.works.open(alice.org_id, alice.actor, reads=True) as work:
        assert set(await work.db.scalars(select(OwnAddress.address))) == {"help@acme.example"}


async def test_a_connected_gmail_account_vouches_for_its_own_address_only(post: Post) -> None:
    alice = post.product.cast.alice
    async with post.product.house.works.open(alice.org_id, alice.actor) as work:
        mailbox = gmail(work, "help@acme.example")
        work.db.add(mailbox)
    own = await post.add(mailbox_id=str(mailbox.id))
    alias = await post.add(from_email="sales@acme.example", mailbox_id=str(mailbox.id))
    assert (own["status"], alias["status"]) == ("verified", "pending")
    page = await post.alice.get("/send-identities", headers=PAGE)
    assert "The mail relay" in page.text and str(mailbox.id) in page.text


async def test_a_newer_link_makes_the_older_one_void(post: Post) -> None:
    added = await post.add()
    older = await post.mail_link(added["id"])
    newer = await post.mail_link(added["id"])
    async with post.product.visit() as owner:
        assert (await owner.get(older, headers=PAGE)).status_code == 404
        assert (await owner.get(newer, headers=PAGE)).status_code == 200
        assert (await owner.get(newer[:-2] + "zz", headers=PAGE)).status_code == 404


async def test_a_link_ends_after_three_days(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    added = await post.add()
    works = post.product.house.works
    earlier = Works(works.shards, works.settle, lambda: works.clock() - timedelta(days=3, seconds=1))
    await post.run_job(added["id"], works=earlier)
    text = message_from_bytes(post.relay.taken[-1].raw, policy=policy.default).get_content()
    link = re.search(re.escape(ORIGIN) + r"(\S+)", text)
    assert link is not None
    async with post.product.visit() as owner:
        answer = await owner.get(link[1], headers=PAGE)
    assert answer.status_code == 404
    assert "expired" in answer.text


async def test_only_a_hash_of_the_link_is_kept(post: Post) -> None:
    path = await post.mail_link((await post.add())["id"])
    token = path.rpartition("/")[2]
    stored = await post.stored()
    assert stored.link_hash is not None and len(stored.link_hash) == 32
    assert token.encode() not in stored.link_hash


async def test_an_address_that_cannot_be_reached_says_why(post: Post) -> None:
    added = await post.add()
    post.relay.faults.append(Fault.NOBODY_AT_RCPT)
    await post.run_job(added["id"])
    stored = await post.stored()
    assert stored.status == "failed"
    assert stored.failure is not None and "550" in stored.failure
    page = await post.alice.get("/send-identities", headers=PAGE)
    assert "Could not be reached" in page.text
    stored_again = await post.alice.post(f"/tickets/send-identities/{added['id']}/verification")
    assert stored_again.status_code == 409, "less than a minute ago"


async def test_the_mail_speaks_the_language_of_whoever_asks(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    plain = asking.words

    def words(to: str, link: str, locale: str) -> tuple[str, str]:
        spoken.append(locale)
        return plain(to, link, locale)

    monkeypatch.setattr(asking, "words", words)
    alice, added = post.product.cast.alice, await post.add()
    async with post.product.house.works.open(alice.org_id, alice.actor, reads=True) as work:
        chosen = text("select payload from jobs where type = 'send_identity_link'")
        assert (await work.db.scalar(chosen))["asked_by"] == str(alice.person_id)
    await post.run_job(added["id"], asked_by=alice.person_id)
    form = {"csrf_token": alice.csrf_token, "display_name": "Alice", "locale": "de"}
    assert (await post.alice.post("/account", data=form, headers=PAGE)).status_code == 303
    await post.run_job(added["id"], asked_by=alice.person_id)
    await post.run_job(added["id"])
    assert spoken == ["en", "de", "en"]


async def test_a_relay_that_is_away_is_asked_again(post: Post) -> None:
    added = await post.add()
    post.relay.faults.append(Fault.BUSY_AT_DATA)
    with pytest.raises(NotNow):
        await post.run_job(added["id"])
    assert await post.mail_link(added["id"])


async def test_agents_list_them_and_only_admins_keep_them(post: Post) -> None:
    added = await post.add()
    path = f"/tickets/send-identities/{added['id']}"

    async def asked(player: Player) -> list[int]:
        async with post.product.visit(player) as client:
            answers = [
                await client.get("/tickets/send-identities"),
                await client.post("/tickets/send-identities", json={"from_email": "x@acme.example"}),
                await client.patch(path, json={"is_enabled": False}),
                await client.post(f"{path}/verification"),
                await client.get("/send-identities", headers=PAGE),
            ]
        return [answer.status_code for answer in answers]

    cast = post.product.cast
    assert await asked(cast.bob) == [200, 403, 403, 403, 403]
    assert await asked(cast.vera) == [403, 403, 403, 403, 403]
    assert await asked(cast.mallory) == [200, 201, 404, 404, 200]
    async with post.product.visit(cast.mallory) as mallory:
        assert "help@acme.example" not in (await mallory.get("/send-identities", headers=PAGE)).text


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"from_email": "help@acme.example"}, 409),
        ({"from_email": "not an address"}, 422),
        ({"from_email": "y@acme.example", "mailbox_id": "00000000-0000-7000-8000-000000000000"}, 422),
        ({"from_email": "y@acme.example", "from_name": "x" * 201}, 422),
    ],
)
async def test_what_is_refused(post: Post, words: dict[str, Any], status: int) -> None:
    await post.add()
    answer = await post.alice.post("/tickets/send-identities", json=words)
    assert answer.status_code == status, answer.text
    form = {**words, "csrf_token": post.product.cast.alice.csrf_token}
    page = await post.alice.post("/send-identities", data=form, headers=PAGE)
    assert page.status_code == status
    assert words["from_email"] in page.text


async def test_the_page_does_all_of_it_by_forms(post: Post) -> None:
    token = {"csrf_token": post.product.cast.alice.csrf_token}
    empty = await post.alice.get("/send-identities", headers=PAGE)
    assert "No address yet" in empty.text
    words = {"from_email": "help@acme.example", "from_name": "Help", **token}
    assert (await post.alice.post("/send-identities", data=words, headers=PAGE)).status_code == 303
    identity_id = (await post.stored()).id
    for act, change in (
        ("description", {"from_name": "Help desk", "signature": "Yours,\r\nHelp"}),
        ("deactivation", {}),
    ):
        answer = await post.alice.post(f"/send-identities/{identity_id}/{act}", data={**token, **change}, headers=PAGE)
        assert answer.status_code == 303, answer.text
    stored = await post.stored()
    assert (stored.from_name, stored.signature, stored.is_enabled) == ("Help desk", "Yours,\nHelp", False)
    assert (await post.alice.get("/tickets/send-identities")).json() == []
    assert "Switched off" in (await post.alice.get("/send-identities", headers=PAGE)).text
    await post.alice.post(f"/send-identities/{identity_id}/activation", data=token, headers=PAGE)
    assert len((await post.alice.get("/tickets/send-identities")).json()) == 1


async def test_a_program_changes_what_it_names(post: Post) -> None:
    added = await post.add(from_name="Help")
    path = f"/tickets/send-identities/{added['id']}"
    assert (await post.alice.patch(path, json={"signature": "Bye"})).json()["from_name"] == "Help"
    assert (await post.alice.patch(path, json={"from_name": None})).json()["from_name"] is None
    assert (await post.alice.patch(path, json={"is_enabled": False})).json()["is_enabled"] is False
    assert (await post.stored()).signature == "Bye"
