"""The whole story on the whole product: Google's page, a connected journal, everything read, new mail in the inbox.

Once in a browser, once from a terminal.
"""

import asyncio
import html
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from tests.cast import gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import ORIGIN, Product, house_on
from tests.ticketing.desk import mail
from tests.ticketing.mailboxes.conftest import FORM
from tests.ticketing.mailboxes.google.conftest import JOURNAL
from tests.wire.google.server import StandIn
from tests.wire.google.world import CLIENT, CLIENT_SECRET, Account, World
from waypost.cli.connecting import change_login, connect_gmail
from waypost.cli.consenting import AnotherAccount
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Runner
from waypost.ticketing.mailboxes.google.queries import at_address

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(logins: Logins, tmp_path: Path, stand_in: StandIn) -> AsyncIterator[House]:
    """The product, told by its documented settings where Google is."""
    places = stand_in.places()
    named = {
        "GOOGLE_CLIENT_ID": CLIENT,
        "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        "GOOGLE_AUTH_URL": places.consent,
        "GOOGLE_TOKEN_URL": places.token,
        "GOOGLE_REVOKE_URL": places.revocation,
        "GOOGLE_JWKS_URL": places.keys,
        "GMAIL_API_BASE_URL": places.api,
    }
    made = house_on(logins, tmp_path, **named)
    yield made
    await made.close()
    send_through(None)


@pytest.fixture
async def product(house: House, orgs: Orgs) -> AsyncIterator[Product]:
    """With its people and doors."""
    app = web_app(house, loopback=True)
    yield Product(house, app, await gather(house.works, orgs, app.state.identity))
    await app.state.identity.close()


@pytest.fixture
def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


async def work_off(house: House) -> None:
    """A worker does what is due."""
    engine = queue_engine(house.database.worker)
    await Runner(engine, house.database.worker, house.works, parts=house.parts).work_off()
    await engine.dispose()


async def browse(browser: httpx2.AsyncClient, address: str, email: str = JOURNAL) -> str:
    """Read Google's page, fill in its form, and give where the browser is sent."""
    page = (await browser.get(address)).text
    found = re.findall(r'type=hidden name="(\w+)" value="([^"]*)"', page)
    hidden = {name: html.unescape(value) for name, value in found}
    allowed = [html.unescape(scope) for scope in re.findall(r'name=allowed value="([^"]*)"', page)]
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None
    back = await browser.post(action[1], data={**hidden, "email": email, "allowed": allowed})
    return back.headers["location"]


async def test_from_googles_page_to_the_inbox(
    product: Product, browser: httpx2.AsyncClient, account: Account, owner: object
) -> None:
    account.deliver(mail("first", "anna@client.example", subject="Boiler is cold"))
    alice = product.cast.alice
    async with product.visit(alice) as program, product.visit(alice, FORM) as person:
        started = await program.post("/mailboxes/gmail/journal/oauth/start")
        back = await browse(browser, started.json()["authorization_url"])
        assert back.startswith(f"{ORIGIN}/mailboxes/gmail/oauth/callback?")
        done = await person.get(urlsplit(back).path, params=dict(parse_qsl(urlsplit(back).query)))
        assert done.status_code == 303
        assert JOURNAL in (await person.get(done.headers["location"])).text
        await work_off(product.house)
        shown = await program.get("/tickets")
        assert [row["subject"] for row in shown.json()["items"]] == ["Boiler is cold"]
        account.deliver(mail("second", "ines@other.example", subject="Where is my invoice"))
        mailbox_id = dict(parse_qsl(urlsplit(done.headers["location"]).query))["mailbox_id"]
        await program.post(f"/mailboxes/{mailbox_id}/sync/history")
        await work_off(product.house)
        assert "Where is my invoice" in (await person.get("/tickets")).text
    async with product.visit(product.cast.mallory) as other:
        assert (await other.get("/tickets")).json()["items"] == []


class Shown:
    """A terminal whose reader opens what it shows."""

    def __init__(self, browser: httpx2.AsyncClient, email: str = JOURNAL) -> None:
        self.browser, self.email, self.tasks = browser, email, list[asyncio.Task[int]]()

    def __call__(self, where: str) -> None:
        self.tasks.append(asyncio.create_task(self._open(where)))

    async def _open(self, where: str) -> int:
        back = await browse(self.browser, where, self.email)
        async with httpx2.AsyncClient() as here:
            guessed = await here.get(back.partition("?")[0], params={"state": "guessed", "code": "x"})
            assert guessed.status_code == 404
            return (await here.get(back)).status_code


async def test_from_a_terminal(product: Product, browser: httpx2.AsyncClient, world: World, free_port: int) -> None:
    house, org = product.house, "Acme Terminal"

    async with lookups.catalogue(house.shards) as db:
        org_id = await lookups.make_organisation(db, org, house.works.clock())
    shown = Shown(browser)
    async with asyncio.timeout(60):
        address, mailbox_id = await connect_gmail(org, free_port, shown)(house)
    assert address == JOURNAL and await shown.tasks[0] == 200
    async with house.works.open(org_id, MACHINE) as work:
        found = await at_address(work.db, JOURNAL)
        assert found is not None and found.id == mailbox_id
    await change_login(org, JOURNAL, None, free_port, shown)(house)
    assert len(world.refresh) == 2
    with pytest.raises(AnotherAccount):
        await change_login(org, JOURNAL, None, free_port, Shown(browser, "x@acme.example"))(house)
