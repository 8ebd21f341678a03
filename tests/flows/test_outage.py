"""A mailbox whose server goes away: what came before, meanwhile and after becomes tickets, each mail exactly once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import func, select

from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.fixtures import LOOPBACK, house_on
from tests.needs import needs
from tests.ticketing.desk import mail
from tests.wire.dovecot import PASSWORD, Dovecot, MailUser
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.http.addresses import Trust
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.ticketing.mailboxes.actions import NewImap, add_imap
from waypost.ticketing.mailboxes.imap_words import ImapLogin, Tls
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.messages.models import Occurrence, State
from waypost.ticketing.tickets.models import Ticket

pytestmark = pytest.mark.anyio

Reached = Callable[[], Awaitable[bool]]


class Hand:
    """A clock that is moved: an outage of a night takes no night."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("outage")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A mail server to be stopped and started."""
    needs("dovecot")
    with TemporaryDirectory(prefix="waypost-dovecot-") as root:
        Path(root).chmod(0o755)
        server = Dovecot(Path(root))
        server.prepare()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def clock() -> Hand:
    """Time as the test wants it."""
    return Hand()


@pytest.fixture
async def house(logins: Logins, tmp_path: Path, dovecot: Dovecot, clock: Hand) -> AsyncIterator[House]:
    """The product on that clock; it trusts our mail server's certificate."""
    made = house_on(logins, tmp_path, **LOOPBACK, IMAP_CA_FILE=str(dovecot.ca))
    yield replace(made, works=replace(made.works, clock=clock))
    await made.close()


async def test_an_outage_loses_nothing_and_doubles_nothing(
    house: House, orgs: Orgs, dovecot: Dovecot, clock: Hand
) -> None:
    inbox = dovecot.add_user("support@acme.example")
    await connect(house, orgs, inbox)
    async with at_work(house):
        inbox.deliver(*letters("before"))
        await until(lambda: settled(house, orgs, 3))
        dovecot.stop()
        clock.forward(minutes=2)
        await until(lambda: in_trouble(house, orgs))
        inbox.deliver(*letters("meanwhile"))
        clock.forward(hours=9)
        dovecot.start()
        inbox.deliver(*letters("after"))
        clock.forward(minutes=10)
        await until(lambda: settled(house, orgs, 9))
        clock.forward(minutes=10)
        await until(lambda: is_well(house, orgs))
    async with house.works.open(orgs.acme, MACHINE, reads=True) as work:
        counts = list(await work.db.scalars(select(Ticket.message_count)))
        assert counts == [3, 3, 3]


def letters(when: str) -> list[bytes]:
    """A conversation of three."""
    return [mail(f"{when}-{n}", subject=when, refs=[f"{when}-{m}" for m in range(n)]) for n in range(3)]


async def connect(house: House, orgs: Orgs, user: MailUser) -> None:
    """As an operator does it."""
    login = ImapLogin("localhost", user.server.tls, Tls.SSL, user.name, PASSWORD, trust=Trust.OPERATOR)
    async with house.works.open(orgs.acme, MACHINE) as work:
        await add_imap(work, house.secrets.vault, NewImap(user.name, login))


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[None]:
    """A worker."""
    engine = queue_engine(house.database.worker)
    plan = Plan(poll=0.05, drain=5)
    runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=plan)
    await runner.start()
    yield
    await runner.stop()
    await engine.dispose()


async def until(reached: Reached) -> None:
    """Wait for something that is about to happen."""
    for _ in range(600):
        if await reached():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not happen")


async def settled(house: House, orgs: Orgs, count: int) -> bool:
    """Exactly so many copies are here, all routed."""
    async with house.works.open(orgs.acme, MACHINE, reads=True) as work:
        rows = await work.db.execute(select(Occurrence.state, func.count()).group_by(Occurrence.state))
        return [tuple(row) for row in rows] == [(State.ROUTED, count)]


async def in_trouble(house: House, orgs: Orgs) -> bool:
    """The mailbox says that it cannot be read."""
    async with house.works.open(orgs.acme, MACHINE, reads=True) as work:
        return await work.db.scalar(select(Mailbox.trouble)) is not None


async def is_well(house: House, orgs: Orgs) -> bool:
    """And no longer says so."""
    return not await in_trouble(house, orgs)
