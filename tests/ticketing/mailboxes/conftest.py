"""A mail server, a worker on the queue's role and a clock in the hand: mailboxes as they live in production."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.cast import Cast, Player, gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.wire import dovecot
from tests.wire.dovecot import PASSWORD, Dovecot, MailUser
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.web.app import Shell, build
from waypost.platform.web.settings import WebSettings
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.actions import NewImap, add_imap
from waypost.ticketing.mailboxes.api import api
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.terms import GoogleTerms
from waypost.ticketing.mailboxes.imap_source import ImapOpener
from waypost.ticketing.mailboxes.imap_words import ImapLogin, ImapTerms, Tls
from waypost.ticketing.mailboxes.jobs import QUEUE
from waypost.ticketing.mailboxes.models import Mailbox, Provider
from waypost.ticketing.mailboxes.pages import pages
from waypost.ticketing.mailboxes.queries import by_id
from waypost.ticketing.mailboxes.syncing import Readers

FORM = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(slots=True)
class Hand:
    """A clock that moves when it is told to."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

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


@pytest.fixture(scope="session")
def running_server() -> Iterator[Dovecot]:
    """One Dovecot for this worker's tests, in a folder that its own unprivileged user can reach."""
    if dovecot.BINARY is None:
        pytest.skip(dovecot.ABSENT)
    with TemporaryDirectory(prefix="waypost-dovecot-") as root:
        Path(root).chmod(0o755)
        server = Dovecot(Path(root))
        server.prepare()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(running_server: Dovecot) -> Iterator[Dovecot]:
    """The same, running again should the test have stopped it."""
    yield running_server
    if not running_server.is_running:
        running_server.start()


@pytest.fixture
def user(server: Dovecot, orgs: Orgs) -> MailUser:
    """A mailbox of this test alone."""
    return server.add_user(f"support-{orgs.acme.hex}@acme.example")


@pytest.fixture
def terms(server: Dovecot) -> ImapTerms:
    """Our certificate is trusted and loopback is allowed."""
    return ImapTerms(LOOPBACK, server.ca, timeout=5)


@pytest.fixture
def vault() -> Vault:
    """Keys of this test."""
    return Vault((b"v" * 32,))


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """A folder store."""
    return Blobs(FolderStore(tmp_path / "blobs"))


def login_to(user: MailUser, **changes: Any) -> ImapLogin:
    """The right login, over TLS, unless changed."""
    return replace(ImapLogin("localhost", user.server.tls, Tls.SSL, user.name, PASSWORD), **changes)


@dataclass(slots=True)
class Desk:
    """What tests do with mailboxes, and what they look at."""

    works: Works
    vault: Vault
    terms: ImapTerms
    blobs: Blobs
    engine: AsyncEngine
    url: str
    clock: Hand
    orgs: Orgs

    def parts(self, terms: ImapTerms | None = None) -> Parts:
        """What the worker is made of."""
        opener = ImapOpener(self.vault, terms or self.terms)
        google = Google(GoogleTerms(), self.vault)
        return Parts(self.blobs, self.vault, self.terms, google, Readers({Provider.IMAP: opener}))

    async def connect(self, user: MailUser, *, org: UUID | None = None, **options: Any) -> UUID:
        """Connect a mailbox; nothing is read yet."""
        login = options.pop("login", None) or login_to(user)
        async with self.works.open(org or self.orgs.acme, MACHINE) as work:
            return (await add_imap(work, self.vault, NewImap(user.name, login, **options))).id

    async def mailbox(self, mailbox_id: UUID, org: UUID | None = None) -> Mailbox:
        """Its row as it stands."""
        async with self.works.open(org or self.orgs.acme, MACHINE, reads=True) as work:
            return await by_id(work.db, mailbox_id)

    async def rows(self, statement: str) -> list[Any]:
        """Rows of the queue's table, seen by the queue's role."""
        async with self.engine.connect() as connection:
            return list((await connection.exec_driver_sql(statement)).all())

    async def subjects(self, owner: Any, mailbox_id: UUID) -> list[str]:
        """Subjects of all copies that a mailbox has brought, from the stored bytes, in the order they came."""
        found = await owner.execute(
            "select b.storage_key from message_occurrences o join blobs b on b.org_id = o.org_id"
            " and b.id = o.raw_blob_id where o.mailbox_id = %s order by o.id",
            (mailbox_id,),
        )
        raws = await self.blobs.get_many([row[0] for row in await found.fetchall()])
        return [raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for raw in raws]

    async def work_off(self, *, minutes: float = 0, terms: ImapTerms | None = None) -> None:
        """Let time pass, then let a worker do what is due, until nothing is."""
        self.clock.forward(minutes=minutes)
        plan = Plan(queues=(QUEUE,))
        await Runner(self.engine, self.url, self.works, parts=self.parts(terms), plan=plan).work_off()


async def until(reached: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait for something that is about to happen."""
    for _ in range(int(seconds / 0.02)):
        if await reached():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen")


@pytest.fixture
async def desk(
    works: Works, vault: Vault, terms: ImapTerms, blobs: Blobs, logins: Logins, clock: Hand, orgs: Orgs
) -> AsyncIterator[Desk]:
    """The whole arrangement; the queue begins empty, because claims see every organisation."""
    engine = queue_engine(logins.worker)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("delete from jobs")
    yield Desk(works, vault, terms, blobs, engine, logins.worker, clock, orgs)
    await engine.dispose()


def mail(subject: str, body: str = "Hello") -> bytes:
    """A small mail."""
    return f"From: ines@customer.example\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


@pytest.fixture
async def cast(works: Works, orgs: Orgs) -> Cast:
    """Everybody."""
    return await gather(works, orgs)


@pytest.fixture
def app(desk: Desk, works: Works, cast: Cast) -> FastAPI:
    """The shell with our doors."""
    settings = WebSettings(rate_limit=0, rate_limit_session=0)
    csrf = cast.desk.csrf(settings.origins)
    return build(
        Shell(
            works=works,
            resolve_caller=cast.desk.resolve,
            features=(pages, api),
            settings=settings,
            csrf=csrf,
            parts=desk.parts(),
        )
    )


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without cookies of its own."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


def typed(user: MailUser, **changes: Any) -> dict[str, Any]:
    """The form as a person fills it in."""
    right = {"email_address": user.name, "host": "localhost", "port": user.server.tls, "password": PASSWORD}
    return right | changes


async def connected(door: httpx2.AsyncClient, player: Player, user: MailUser) -> UUID:
    """A mailbox that the player connected through the door."""
    answer = await door.post("/mailboxes/imap", json=typed(user), headers=player.headers)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])
