"""A desk that can answer: a verified identity, a relay that takes mail, a clock in the hand, and the job at call."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Orgs
from tests.ticketing.desk import INBOX, STAMPS, MailDesk, mail
from tests.wire.smtp import MailServer, mail_server
from waypost.platform.access import MACHINE, Actor, ActorKind
from waypost.platform.db import Shards
from waypost.platform.facts import KeptFact
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import ATTACHMENT, Blobs
from waypost.platform.work import Work, Works
from waypost.ticketing.outbound import queries as outbound
from waypost.ticketing.outbound.jobs import outbound_send
from waypost.ticketing.outbound.models import IdentityStatus, Outgoing, SendDue, SendIdentity
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import Senders
from waypost.ticketing.outbound.smtp import Relay, SmtpSender
from waypost.ticketing.replies import actions
from waypost.ticketing.replies.actions import Queued
from waypost.ticketing.replies.writing import Enclosed, Reply
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import Ticket

POSTING = Posting(STAMPS, "http://localhost:8000", "mail.acme.example", "in.acme.example")
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
ANNA = "anna@client.example"


@dataclass(slots=True)
class Hand:
    """A clock that moves when it is told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Hand:
    """Time as the test wants it."""
    return Hand()


@pytest.fixture
def works(shards: Shards, clock: Hand) -> Works:
    """Works on that clock."""
    return Works(shards, settle, clock)


@dataclass(slots=True)
class Bureau:
    """Acme's desk with its way out."""

    desk: MailDesk
    clock: Hand
    relay: MailServer
    parts: Parts
    identity_id: UUID
    agent: Actor = field(default_factory=lambda: Actor(ActorKind.PERSON, new_id()))
    attempt: int = 0

    async def asked(self, name: str = "q1", **words: Any) -> UUID:
        """A customer's mail; its ticket."""
        (ticket_id,) = await self.desk.deliver(mail(name, f"Anna <{ANNA}>", **words))
        assert ticket_id is not None
        return ticket_id

    def wanted(self, **change: Any) -> Reply:
        """A small reply."""
        plain = Reply(self.identity_id, (ANNA,), "Re: Boiler is cold", "Please turn the knob.\n")
        return replace(plain, **change)

    async def reply(self, ticket_id: UUID, **change: Any) -> Queued:
        """Bob answers."""
        async with self.desk.works.open(self.desk.org, self.agent) as work:
            return await actions.reply(work, self.parts.of(Posting), ticket_id, self.wanted(**change))

    async def stored(self, data: bytes, *, org: UUID | None = None) -> Enclosed:
        """A file that was uploaded."""
        org = org or self.desk.org
        refs = await self.desk.blobs.put_many(org, [(ATTACHMENT, data)])
        async with self.desk.works.open(org, self.agent) as work:
            (blob_id,) = await register(work, refs)
        return Enclosed(blob_id, "Plan ü.pdf", "application/pdf")

    async def send(self, queued: Queued, *, works: Works | None = None) -> None:
        """One run of the job; the engine's side of "not yet" and "again" is the test's."""
        self.attempt += 1
        claimed = Claimed.__new__(Claimed)
        object.__setattr__(claimed, "org_id", self.desk.org)
        object.__setattr__(claimed, "attempt", self.attempt)
        run = OneRun(works or self.desk.works, self.parts, [claimed])
        await outbound_send(run, SendDue(queued.message_id, new_id(), self.identity_id))

    async def sent(self, queued: Queued) -> None:
        """The time of grace passes, and it leaves."""
        self.clock.forward(seconds=11)
        await self.send(queued)

    async def outgoing(self, queued: Queued) -> Outgoing:
        """As it stands now."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            return await outbound.outgoing(work.db, queued.message_id, lock=False)

    async def ticket(self, ticket_id: UUID) -> Ticket:
        """As it stands now."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            return await tickets.by_id(work.db, ticket_id)

    async def events(self, ticket_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """The timeline, oldest first."""
        chosen = select(KeptFact.event, KeptFact.data).where(KeptFact.thing_id == ticket_id).order_by(KeptFact.id)
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            return [(event, data) for event, data in await work.db.execute(chosen)]


async def put_identity(work: Work, **change: Any) -> UUID:
    """An address that may be used."""
    plain: dict[str, Any] = {
        "id": new_id(),
        "from_email": INBOX,
        "from_name": "Acme Support",
        "status": IdentityStatus.VERIFIED,
        "is_enabled": True,
        "signature": "",
        "created_at": work.now,
        "updated_at": work.now,
    }
    identity = SendIdentity(**plain | change)
    work.db.add(identity)
    await work.db.flush()
    return identity.id


@pytest.fixture
async def relay() -> AsyncIterator[MailServer]:
    """The operator's."""
    async with mail_server() as server:
        yield server


@pytest.fixture
async def bureau(works: Works, orgs: Orgs, clock: Hand, relay: MailServer, tmp_path: Path) -> Bureau:
    """Acme's."""
    desk = MailDesk.at(works, orgs.acme, tmp_path)
    sender = SmtpSender(Relay("127.0.0.1", relay.port, "plain", timeout=2))
    parts = Parts(POSTING, STAMPS, Senders(sender))
    parts.add(desk.blobs, Blobs)
    async with works.open(orgs.acme, MACHINE) as work:
        identity_id = await put_identity(work)
    return Bureau(desk, clock, relay, parts, identity_id)
