"""Google's stand-in, a worker on the queue's role and a clock in the hand."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from tests.cast import Cast
from tests.conftest import Orgs
from tests.database import Logins
from tests.ticketing.mailboxes.conftest import Desk, Hand
from tests.wire.google.pushing import AUDIENCE, SERVICE
from tests.wire.google.server import StandIn
from tests.wire.google.world import READONLY, Account, World
from waypost.platform.access import MACHINE
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.safety.vault import Vault
from waypost.platform.storage.blobs import Blobs
from waypost.platform.web.app import Shell, build
from waypost.platform.web.settings import WebSettings
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.api import api
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.actions import NewGmail, connect
from waypost.ticketing.mailboxes.google.api import api as google_api
from waypost.ticketing.mailboxes.google.pages import pages as google_pages
from waypost.ticketing.mailboxes.google.push import Pushes
from waypost.ticketing.mailboxes.google.source import GmailOpener
from waypost.ticketing.mailboxes.google.terms import GoogleTerms, Push
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.jobs import QUEUE
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.pages import pages
from waypost.ticketing.mailboxes.syncing import Readers

JOURNAL = "journal@acme.example"


@pytest.fixture
def terms() -> ImapTerms:
    """No mail server here."""
    return ImapTerms()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Google, for one test."""
    running = StandIn().start()
    yield running
    running.stop()


@pytest.fixture
def world(stand_in: StandIn) -> World:
    """What it knows."""
    return stand_in.world


@pytest.fixture
def account(world: World) -> Account:
    """The journal's mailbox there."""
    return world.account(JOURNAL)


@dataclass(slots=True)
class GmailDesk(Desk):
    """Mailboxes at the stand-in."""

    google: Google = field(init=False)
    made: list[Google] = field(default_factory=list)

    def at(self, stand_in: StandIn, **changes: Any) -> "GmailDesk":
        """Tell it where Google is, and what an operator set."""
        push = Push("projects/p/topics/mail", AUDIENCE, SERVICE)
        self.use(stand_in.terms(**{"push": push, "page": 10} | changes))
        return self

    def use(self, terms: GoogleTerms) -> None:
        """Like a process that was started anew with these terms."""
        self.google = Google(terms, self.vault)
        self.made.append(self.google)

    def parts(self, terms: ImapTerms | None = None) -> Parts:
        """What the processes are made of."""
        readers = Readers({Provider.GMAIL: GmailOpener(self.google)})
        pushes = Pushes(self.google.terms, self.google.way_out, self.clock)
        return Parts(self.blobs, self.vault, self.terms, self.google, pushes, readers)

    async def join(self, world: World, address: str = JOURNAL, org: UUID | None = None) -> UUID:
        """Connect, as after a consent."""
        new = NewGmail(address, world.grant(address), (READONLY,), world.account(address).now)
        async with self.works.open(org or self.orgs.acme, MACHINE) as work:
            return (await connect(work, self.vault, new)).id

    async def history(self, mailbox_id: UUID) -> int | None:
        """The cursor as it stands."""
        return (await self.mailbox(mailbox_id)).gmail_history_id

    async def work_off_only(self, type_: str, *, minutes: float = 0) -> None:
        """Let time pass, then do what is due of one kind; the rest waits, as if other workers were slow."""
        self.clock.forward(minutes=minutes)
        await self._move(f"type = '{type_}'", "alone")
        await Runner(self.engine, self.url, self.works, parts=self.parts(), plan=Plan(queues=("alone",))).work_off()
        await self._move("queue = 'alone'", QUEUE)

    async def _move(self, those: str, queue: str) -> None:
        async with self.engine.connect() as connection:
            await connection.exec_driver_sql(f"update jobs set queue = '{queue}' where {those}")


@pytest.fixture
async def desk(
    works: Works,
    vault: Vault,
    terms: ImapTerms,
    blobs: Blobs,
    logins: Logins,
    clock: Hand,
    orgs: Orgs,
    stand_in: StandIn,
) -> AsyncIterator[GmailDesk]:
    """The whole arrangement; the queue begins empty."""
    engine = queue_engine(logins.worker)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("delete from jobs")
    made = GmailDesk(works, vault, terms, blobs, engine, logins.worker, clock, orgs).at(stand_in)
    yield made
    for google in made.made:
        await google.close()
    await engine.dispose()


@pytest.fixture
def app(desk: GmailDesk, works: Works, cast: Cast) -> FastAPI:
    """The shell with our doors."""
    settings = WebSettings(rate_limit=0, rate_limit_session=0)
    return build(
        Shell(
            works=works,
            resolve_caller=cast.desk.resolve,
            features=(google_pages, google_api, pages, api),
            settings=settings,
            csrf=cast.desk.csrf(settings.origins),
            parts=desk.parts(),
        )
    )


@pytest.fixture
async def browser(stand_in: StandIn) -> AsyncIterator[httpx2.AsyncClient]:
    """What a person's browser does at Google."""
    async with httpx2.AsyncClient(base_url=stand_in.base) as client:
        yield client
