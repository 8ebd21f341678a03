"""A Zammad for the folder, a source of Acme's that is connected to it, and a hand that runs an origin's steps."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.cast import SECRETS, gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import LOOPBACK, Product, house_on
from tests.wire.zammad import StandIn, World
from tests.wire.zammad.world import TOKEN
from waypost.archive.sources.models import DEFAULT, Described, Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.origin import ZammadOrigin
from waypost.archive.sources.secrets import seal_token
from waypost.archive.sources.zammad.calls import Calls
from waypost.archive.sources.zammad.client import Zammad
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.hardening import Hardening
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import send_through
from waypost.platform.parts import Part, Parts
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.work import Work, Works

LAX = Hardening(allow_insecure_http=True, allow_local_upstreams=True)
HERE = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="session")
def standing() -> Iterator[StandIn]:
    """One server for the folder."""
    running = StandIn().start()
    yield running
    running.stop()


@pytest.fixture
def far(standing: StandIn) -> StandIn:
    """The same with a world of the test's own."""
    standing.world = World()
    return standing


@pytest.fixture
def world(far: StandIn) -> World:
    """What the far side knows."""
    return far.world


@dataclass(slots=True)
class Slept:
    """Pauses that were asked for, none of which took time."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        """Remember it."""
        self.seconds.append(seconds)


@pytest.fixture
def slept() -> Slept:
    """Nobody waits."""
    return Slept()


@pytest.fixture
async def zammad(far: StandIn, slept: Slept) -> AsyncIterator[Zammad]:
    """A client that is signed in and never sleeps."""
    wait = Patience(connect=2, read=0.6, total=5, max_bytes=1_000_000)
    async with WayOut(Trust.OPERATOR, patience=wait) as out:
        yield Zammad(Calls(far.base, TOKEN, out, out, sleep=slept))


def described(far: StandIn, **changes: Any) -> Described:
    """The stand-in as an operator would describe it."""
    words: dict[str, Any] = {"name": "Zammad", "base_url": far.base, "trust": Trust.OPERATOR, "token": TOKEN}
    return Described(**words | changes)


def source_of(org: UUID, described: Described, moment: datetime, key: str = DEFAULT) -> Source:
    """A row, not yet added."""
    stamps = {"created_at": moment, "updated_at": moment}
    made = Source(org_id=org, id=new_id(), key=key, sealed_token=b"", **described.columns(), **stamps)
    seal_token(made, SECRETS.vault, described.token)
    return made


@dataclass(slots=True)
class Hand:
    """Runs steps as a worker would: real works, real parts, a clock that can be set."""

    works: Works
    org: UUID
    parts: Parts
    attempt: int = 1
    job_ids: list[UUID] = field(default_factory=lambda: [new_id()])

    @property
    def now(self) -> datetime:
        """The works' clock."""
        return self.works.clock()

    def of(self, kind: type[Part]) -> Part:
        """A part."""
        return self.parts.of(kind)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A short work of its own."""
        async with self.works.open(self.org, MACHINE) as work:
            yield work

    finishing = work


@pytest.fixture
def zammads() -> Zammads:
    """Opens the stand-in."""
    return Zammads(SECRETS.vault, LAX, HERE)


@pytest.fixture
def hand(works: Works, orgs: Orgs, zammads: Zammads, tmp_path: Path) -> Hand:
    """A worker's hand in Acme."""
    parts = Parts(zammads)
    parts.add(Blobs(FolderStore(tmp_path / "blobs")))
    return Hand(works, orgs.acme, parts)


@pytest.fixture
async def source(hand: Hand, far: StandIn) -> Source:
    """Acme's Zammad, with all that can be kept."""
    made = source_of(hand.org, described(far, keep_files=True, keep_raw=True, keep_history=True), hand.now)
    async with hand.work() as work:
        work.db.add(made)
    return made


@pytest.fixture
async def lax(logins: Logins, orgs: Orgs, tmp_path: Path) -> AsyncIterator[Product]:
    """The product where operators and tenants may name addresses on this machine, without encryption."""
    named = ("HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP", "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS")
    house = house_on(logins, tmp_path, **LOOPBACK, **dict.fromkeys(named, True))
    app = web_app(house, loopback=True)
    yield Product(house, app, await gather(house.works, orgs, app.state.identity))
    await app.state.identity.close()
    await house.close()
    send_through(None)


@pytest.fixture
def origin(zammads: Zammads) -> ZammadOrigin:
    """Version 9.8."""
    return ZammadOrigin(zammads, "9.8")
