"""From "close" to evidence: a real worker, a real folder, real pages; the mail itself is inside the file."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.bridges.test_origin import rich
from tests.cast import gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import LOOPBACK, Product, house_on
from tests.ticketing.desk import MailDesk, mail
from waypost.main.web import web_app
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.storage.blobs import Blobs

pytestmark = pytest.mark.anyio
JSON = {"accept": "application/json"}


@pytest.fixture
async def keeping(logins: Logins, orgs: Orgs, tmp_path: Path) -> AsyncIterator[tuple[Product, Path]]:
    """A product whose archive is a folder; what other tests left in the queue would be kept in it, too."""
    root = tmp_path / "tree"
    engine = queue_engine(logins.worker)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("delete from jobs")
    await engine.dispose()
    house = house_on(logins, tmp_path / "data", STORAGE_ROOT=str(root), **LOOPBACK)
    app = web_app(house, loopback=True)
    yield Product(house, app, await gather(house.works, orgs, app.state.identity)), root
    await app.state.identity.close()
    await house.close()
    send_through(None)


async def work_off(product: Product) -> None:
    """A worker does what is due, and what follows from it."""
    house = product.house
    engine = queue_engine(house.database.worker)
    plan = Plan(lease=timedelta(seconds=30))
    runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=plan)
    while await runner.work_off():
        continue
    await engine.dispose()


def sidecars(root: Path) -> dict[str, dict[str, Any]]:
    """By the path of the file they stand beside, below the root."""
    found = sorted(root.rglob("*.pdf.json"))
    return {str(path.relative_to(root)).removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in found}


async def test_a_closed_ticket_becomes_evidence_and_a_second_closing_a_second_version(
    keeping: tuple[Product, Path],
) -> None:
    product, root = keeping
    desk = MailDesk(product.house.works, product.cast.alice.org_id, product.house.parts.of(Blobs))
    letter = rich()
    (ticket,) = await desk.deliver(letter)
    async with product.visit(product.cast.alice, JSON) as alice:
        await alice.patch("/archive-policy", json={"keeps": "on_close"})
        await alice.patch(f"/tickets/{ticket}", json={"status": "closed"})
        await work_off(product)
        told = (await alice.get(f"/tickets/{ticket}/archive")).json()
        assert told["request"]["state"] == "archived", told
        code = (await alice.get(f"/tickets/{ticket}")).json()["ticket"]["ticket_code"]
        ((first, sidecar),) = sidecars(root).items()
        year = sidecar["created_at"][:4]
        assert first.startswith(f"Acme/{year}/no_queue/Ticket-{code}_") and sidecar["ticket_number"] == code
        assert inside(root / first) >= {"snapshot.json"} and letter in contents(root / first)
        await desk.deliver(mail("again", refs=("rich",), text="Cold again."))
        await alice.patch(f"/tickets/{ticket}", json={"status": "open"})
        await alice.patch(f"/tickets/{ticket}", json={"status": "closed"})
        await work_off(product)
        assert (await alice.get(f"/tickets/{ticket}/archive")).json()["record"]["version"] == 2
        page = (await alice.get(f"/tickets/{ticket}/archive", headers={"accept": "text/html"})).text
    assert "Version 2" in page and len(sidecars(root)) == 2 and (root / first).exists()
    async with product.visit(product.cast.mallory, JSON) as mallory:
        assert (await mallory.get(f"/archives/{told['record']['id']}")).status_code == 404


def inside(path: Path) -> set[str]:
    """Names of the files that a PDF carries."""
    with pikepdf.open(path) as pdf:
        return set(pdf.attachments)


def contents(path: Path) -> list[bytes]:
    """What they hold."""
    with pikepdf.open(BytesIO(path.read_bytes())) as pdf:
        return [one.get_file().read_bytes() for one in pdf.attachments.values()]
