"""An auditor's ZIP: all of it, nobody else's, and the same when a process died on the way."""

import csv
import json
import subprocess
import sys
import zipfile
from asyncio import to_thread
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.archive.records.keeping import Case, put
from tests.archive.records.running import Running
from tests.database import Logins
from tests.fixtures import Product
from waypost.archive.completeness.actions import state
from waypost.archive.records.exports import building, queries
from waypost.archive.records.exports.jobs import build_export, forget_what_is_over
from waypost.archive.records.exports.models import ExportAsked
from waypost.platform.access import MACHINE
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.storage.blobs import BlobMissing, Blobs

pytestmark = pytest.mark.anyio

VERIFIER = Path(__file__).parents[4] / "scripts" / "ops" / "waypost-verify.py"
WorkOff = Callable[[], Awaitable[object]]


@pytest.fixture
async def work_off(product: Product, logins: Logins) -> AsyncIterator[WorkOff]:
    """Do what is due, as the product's own worker does."""
    engine = queue_engine(logins.worker)
    plan = Plan(queues=("archive_exports",))
    house = product.house
    yield Runner(engine, logins.worker, house.works, parts=house.parts, plan=plan).work_off
    await engine.dispose()


async def kept(product: Product, count: int = 3) -> list[UUID]:
    """Some records of Acme, the first with attachments and two versions."""
    org = product.cast.alice.org_id
    first = Case(number="1", ref="1", attachments=[b"plan", b"photo" * 1000])
    found = [(await put(product.house, org, first)).record_id]
    await put(product.house, org, Case(number="1", ref="1", pdf=b"%PDF again"))
    for number in range(2, count + 1):
        case = Case(number=str(number), ref=str(number), folder=f"case/{number}", title=f"Case {number}")
        found.append((await put(product.house, org, case)).record_id)
    return found


def verified_offline(folder: Path) -> str:
    """What the verifier says of it; it is given nothing else."""
    command = [sys.executable, str(VERIFIER), str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 1, done.stdout + done.stderr
    return done.stdout


async def asked(product: Product, **wanted: Any) -> dict[str, Any]:
    """What a program is told when it asks."""
    async with product.visit(product.cast.bob) as program:
        answer = await program.post("/archive-exports", json=wanted)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def fetched(product: Product, export: str) -> zipfile.ZipFile:
    """The ZIP, by the link that the door gives."""
    async with product.visit(product.cast.bob) as program:
        link = await program.get(f"/archive-exports/{export}/download")
        assert link.status_code == 307, link.text
    async with product.visit() as anybody:
        answer = await anybody.get(link.headers["location"])
    assert answer.status_code == 200 and answer.headers["content-length"] == str(len(answer.content))
    opened = zipfile.ZipFile(BytesIO(answer.content))
    assert opened.testzip() is None
    return opened


async def test_everything_is_in_it_and_checks_without_a_server(
    product: Product, work_off: WorkOff, tmp_path: Path
) -> None:
    await kept(product)
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        day = (await state(work, date(2026, 11, 1))).day
    made = await asked(product)
    assert (made["state"], made["records"]) == ("queued", 3)
    await work_off()
    async with product.visit(product.cast.vera) as program:
        export = (await program.get(f"/archive-exports/{made['id']}")).json()
    assert (export["state"], export["done"], export["problems"]) == ("ready", 3, 0)
    zipped = await fetched(product, made["id"])
    names = zipped.namelist()
    assert len(names) == len(set(names))
    assert len([one for one in names if one.endswith(".pdf")]) == 4
    assert len([one for one in names if one.endswith(".pdf.json")]) == 4
    assert len([one for one in names if one.startswith("files/") and one.endswith(".proof.json")]) == 4
    assert {"index.csv", "index.json", "PROCEDURE.de.txt", "PROCEDURE.en.txt", "log/keys.txt"} <= set(names)
    assert {f"statements/{day}-1.json", f"statements/{day}-1.proof.json"} <= set(names)
    rows = list(csv.DictReader(StringIO(zipped.read("index.csv").decode())))
    assert [one["number"] for one in rows] == ["1", "2", "3"]
    index = json.loads(zipped.read("index.json"))
    assert [len(one["versions"]) for one in index["items"]] == [2, 1, 1]
    zipped.extractall(tmp_path)
    said = await to_thread(verified_offline, tmp_path / "files")
    assert "FAIL" not in said


async def test_a_choice_holds_what_was_chosen(product: Product, work_off: WorkOff) -> None:
    first, *_ = await kept(product)
    one = await asked(product, record_ids=[str(first)])
    other = await asked(product, q="Case 3")
    await work_off()
    for made, numbers in ((one, ["1"]), (other, ["3"])):
        index = json.loads((await fetched(product, made["id"])).read("index.json"))
        assert [item["number"] for item in index["items"]] == numbers


async def test_a_missing_and_a_changed_file_are_named(product: Product, work_off: WorkOff) -> None:
    await kept(product)
    root = product.house.settings.data / "archive" / product.cast.alice.org_id.hex / "case"
    (root / "2").rename(root / "away")
    changed = next((root / "3").glob("*.pdf"))
    changed.chmod(0o640)
    changed.write_bytes(b"%PDF other")
    made = await asked(product)
    await work_off()
    index = json.loads((await fetched(product, made["id"])).read("index.json"))
    problems = {item["number"]: len(item["problems"]) for item in index["items"]}
    assert problems == {"1": 0, "2": 2, "3": 1}


async def test_a_death_on_the_way_costs_a_piece_and_no_file_twice(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept(product, 6)
    monkeypatch.setattr(building, "PIECE", 2_000)
    monkeypatch.setattr(building, "PACK", 2)
    made = await asked(product)
    run, fact = Running(product.house, product.cast.alice.org_id), ExportAsked(UUID(made["id"]))

    class Dies(RuntimeError):
        pass

    whole, puts, fatal = building.Building._put, 0, {2, 7, 11, 14}

    async def dying(self: building.Building) -> None:
        nonlocal puts
        await whole(self)
        puts += 1
        if puts in fatal:
            raise Dies

    monkeypatch.setattr(building.Building, "_put", dying)
    for _ in range(50):
        try:
            await build_export(run, fact)
            break
        except Dies:
            continue
    assert puts > max(fatal)
    zipped = await fetched(product, made["id"])
    names = zipped.namelist()
    assert len(names) == len(set(names)) and len([one for one in names if one.endswith(".pdf")]) == 7
    assert len(json.loads(zipped.read("index.json"))["items"]) == 6


async def test_nothing_to_export_is_refused_in_both_languages_of_the_house(product: Product) -> None:
    async with product.visit(product.cast.bob) as program:
        refused = await program.post("/archive-exports", json={"q": "nothing at all"})
        wrong = await program.post("/archive-exports", json={"level": "B-Z"})
    assert (refused.status_code, wrong.status_code) == (422, 422)
    async with product.visit(product.cast.bob, {"accept": "text/html"}) as browser:
        form = {"csrf_token": product.cast.bob.csrf_token, "from": "2001-01-01", "to": "2001-02-01"}
        page = await browser.post("/archive-exports", data=form)
    assert page.status_code == 422 and "there is nothing to export" in page.text and 'value="2001-01-01"' in page.text


async def test_pages_show_the_wish_its_progress_and_its_end(product: Product, work_off: WorkOff) -> None:
    bob = product.cast.bob
    async with product.visit(bob, {"accept": "text/html"}) as browser:
        assert "No export yet" in (await browser.get("/archive-exports")).text
        await kept(product)
        sent = await browser.post("/archive-exports", data={"csrf_token": bob.csrf_token})
        assert sent.status_code == 303
        page = sent.headers["location"]
        assert "Records in the ZIP" in (await browser.get(page)).text
        await work_off()
        assert "Download the ZIP" in (await browser.get(page)).text
        assert "Everything" in (await browser.get("/archive-exports")).text


async def test_a_cancelled_one_is_built_no_further_and_its_time_ends(product: Product, work_off: WorkOff) -> None:
    await kept(product)
    made, ready = await asked(product), await asked(product)
    async with product.visit(product.cast.bob) as program:
        assert (await program.post(f"/archive-exports/{made['id']}/cancellation")).json()["state"] == "cancelled"
        await work_off()
        assert (await program.get(f"/archive-exports/{made['id']}/download")).status_code == 409
        assert (await program.post(f"/archive-exports/{ready['id']}/cancellation")).status_code == 409
    run = Running(product.house, product.cast.alice.org_id)
    async with product.house.works.open(run.org, MACHINE) as work:
        export = await queries.by_id(work.db, UUID(ready["id"]))
        keys = [key for key, _size in await queries.pieces(work.db, export.id)]
        export.expires_at = work.now
    await forget_what_is_over(run)
    with pytest.raises(BlobMissing):
        await product.house.parts.of(Blobs).read(keys[0])
    async with product.visit(product.cast.bob) as program:
        assert (await program.get(f"/archive-exports/{ready['id']}")).json()["state"] == "expired"


async def test_nobody_else_sees_or_fetches_it(product: Product, work_off: WorkOff) -> None:
    await kept(product)
    made = await asked(product)
    await work_off()
    async with product.visit(product.cast.mallory) as stranger:
        assert (await stranger.get(f"/archive-exports/{made['id']}")).status_code == 404
        assert (await stranger.get(f"/archive-exports/{made['id']}/download")).status_code == 404
        assert (await stranger.get("/archive-exports")).json()["items"] == []
    async with product.visit(product.cast.vera) as viewer:
        assert (await viewer.get(f"/archive-exports/{made['id']}/download")).status_code == 403
    async with product.visit() as anybody:
        assert (await anybody.get("/archive-exports/files/made-up")).status_code == 404
