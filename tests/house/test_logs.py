"""Logs tell what happened and to which id, never who wrote what: a whole flow, and no word of a mail in any line."""

import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from tests.database import Databases, Logins
from tests.fixtures import Product
from tests.house.belongings import BODY, SENDER, SUBJECT, with_file
from tests.ticketing.desk import INBOX, mail
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Runner
from waypost.platform.observe.logs import configure
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes.bring_in import bring_in

pytestmark = pytest.mark.anyio

PRIVATE = (SUBJECT, SENDER, INBOX, "quicksilver", "stuck.pdf", "Zeppelin", "zeppelin", "client.example")
NOTE = "Gold is in the cellar"


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own: a worker takes whatever it finds."""
    return databases.clone("logs")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything this process logs, as in production."""
    root, stream = logging.getLogger(), StringIO()
    before = (root.handlers, root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    configure("info", "json")
    yield stream
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def runner(product: Product, logins: Logins, written: StringIO) -> AsyncIterator[Runner]:
    """A worker that works off what is there; its lines go where ours go."""
    engine = queue_engine(logins.worker)
    yield Runner(engine, logins.worker, product.house.works, parts=product.house.parts)
    await stop_children()
    await engine.dispose()


async def test_no_line_tells_who_wrote_what(
    written: StringIO, product: Product, runner: Runner, tmp_path: Path
) -> None:
    (tmp_path / "first.eml").write_bytes(with_file())
    (tmp_path / "second.eml").write_bytes(mail("second", SENDER, subject=SUBJECT, refs=("first",), text=BODY))
    (tmp_path / "broken.eml").write_bytes(b"")
    house, alice = product.house, product.cast.alice
    await bring_in(house.works, house.parts.of(Blobs), alice.org_id, [tmp_path], inbox=INBOX)
    await runner.work_off()
    await use(product)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    events = [line["event"] for line in lines]
    assert {"job.finished", "http.request.completed"} <= set(events), events
    everything = written.getvalue()
    people = [product.cast.alice.email, alice.name, NOTE, "wrong-password"]
    assert [word for word in (*PRIVATE, *people) if word in everything] == []


async def use(product: Product) -> None:
    """What people do with it, and what they do wrong."""
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as browser:
        (ticket,) = (await browser.get("/tickets", headers={"accept": "application/json"})).json()["items"]
        at = f"/tickets/{ticket['id']}"
        assert SUBJECT in (await browser.get("/tickets", params={"q": "zeppelin"})).text
        assert BODY in (await browser.get(at)).text
        assert (await browser.post(f"{at}/notes", data={"body_markdown": NOTE})).status_code == 303
        assert (await browser.post(f"{at}/assignee", data={"assignee_user_id": SENDER})).status_code == 422
        wrong = {"email": product.cast.alice.email, "password": "wrong-password"}
        assert (await browser.post("/auth/login", json=wrong)).status_code == 401
