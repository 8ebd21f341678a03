"""The log's doors: what programs and people are told, and that nobody sees another organisation's."""

from typing import Any

import httpx2
import pytest

from tests.archive.evidence.logbook import Clock, Logbook, Owner, folder_of
from tests.archive.evidence.tokens import OneToken
from tests.database import Logins
from tests.fixtures import Product
from waypost.archive.evidence import tree
from waypost.archive.evidence.entries import Kind
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.timing import Pace, prove
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Runner

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


@pytest.fixture
def log(product: Product) -> Logbook:
    """Acme's log, kept where the product keeps it."""
    keeper = product.house.parts.of(Keeper)
    seeds = tuple(keeper.notary.seeds)
    return Logbook(product.house.works, product.cast.alice.org_id, folder_of(keeper), seeds)


async def told(client: httpx2.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_empty_log_is_said_and_shown(product: Product) -> None:
    async with product.visit(product.cast.vera) as client:
        said = await told(client, "/archives/log")
        assert (said["size"], said["checkpoint"], said["doubt"], said["findings"]) == (0, None, None, [])
        assert (await told(client, "/archives/log/entries"))["items"] == []
        page = await client.get("/archives/log", headers=HTML)
    assert page.status_code == 200 and "The log is empty" in page.text


async def test_programs_can_verify_all_they_are_told(product: Product, log: Logbook) -> None:
    await log.grow(4)
    await log.checkpoint()
    await log.grow(3)
    await log.checkpoint()
    async with product.visit(product.cast.vera) as client:
        said = await told(client, "/archives/log")
        newest, first = (await told(client, "/archives/log/checkpoints"))["items"]
        entries = await told(client, "/archives/log/entries?from=2&limit=3")
        proof = await told(client, "/archives/log/proof?position=1")
        under = await told(client, "/archives/log/proof?position=1&size=4")
        grown = await told(client, "/archives/log/consistency?from=4&to=7")
    keeper = product.house.parts.of(Keeper)
    assert said["keys"] == keeper.notary.keys(said["log"]) and said["checkpoint"] == newest
    assert (said["size"], newest["size"], first["size"]) == (7, 7, 4)
    assert [one["entry"]["position"] for one in entries["items"]] == [2, 3, 4] and entries["next_from"] == 5
    for given, checkpoint in ((proof, newest), (under, first)):
        path = [bytes.fromhex(each) for each in given["inclusion"]]
        leaf, root = bytes.fromhex(given["leaf"]["hash"]), bytes.fromhex(checkpoint["root"])
        assert tree.proves_inclusion(leaf, 1, checkpoint["size"], path, root)
        assert given["checkpoint"]["note"] == checkpoint["note"]
    steps = [bytes.fromhex(each) for each in grown["proof"]]
    assert tree.proves_consistency(4, 7, bytes.fromhex(first["root"]), bytes.fromhex(newest["root"]), steps)


async def test_pages_of_lists_follow_each_other(product: Product, log: Logbook) -> None:
    for _ in range(3):
        await log.grow(1)
        await log.checkpoint()
    async with product.visit(product.cast.alice) as client:
        one = await told(client, "/archives/log/checkpoints?limit=2")
        two = await told(client, f"/archives/log/checkpoints?limit=2&below={one['next_below']}")
        assert [each["size"] for each in one["items"] + two["items"]] == [3, 2, 1] and two["next_below"] is None
        assert (await told(client, "/archives/log/time-proofs"))["items"] == []


async def test_what_is_not_there_or_does_not_fit(product: Product, log: Logbook) -> None:
    await log.grow(2)
    async with product.visit(product.cast.bob) as client:
        for path, status in (
            ("proof?position=2", 404),
            ("proof?position=0&size=1", 404),
            ("proof?position=-1", 422),
            ("proof?position=9007199254740992", 422),
            ("proof", 422),
            ("consistency?from=0&to=1", 422),
            ("consistency?from=1&to=3", 422),
            ("entries?limit=5000", 422),
        ):
            assert (await client.get(f"/archives/log/{path}")).status_code == status, path


async def test_another_organisation_sees_its_own_log_only(product: Product, log: Logbook) -> None:
    await log.grow(2)
    await log.checkpoint()
    async with product.visit(product.cast.mallory) as client:
        said = await told(client, "/archives/log")
        assert said["size"] == 0 and str(log.org) not in str(said)
        assert (await client.get("/archives/log/proof?position=0")).status_code == 404


async def test_the_page_shows_what_is_signed_and_what_is_wrong(product: Product, log: Logbook) -> None:
    await log.grow(5)
    await log.checkpoint()
    assert await prove(log.work, OneToken(Clock()), Pace(entries=1))
    async with product.visit(product.cast.alice) as client:
        whole = (await client.get("/archives/log", headers=HTML)).text
        assert "waypost/evidence/" in whole and "CN=The clock tower" in whole and "A case was kept" in whole
        assert "No new checkpoint is signed" not in whole
        log.folder.rename(log.folder.with_name("away"))
        await log.walk()
        red = (await client.get("/archives/log", headers=HTML)).text
    assert "The place of checkpoints outside is empty." in red and "No new checkpoint is signed" in red
    assert "A checkpoint stands nowhere outside" not in red


async def test_somebody_orders_a_walk_and_reads_what_it_found(
    product: Product, log: Logbook, logins: Logins, owner: Owner
) -> None:
    await log.grow(5, Kind.RELEASE)
    await log.checkpoint()
    await owner.execute(f"update evidence_leaves set kind = 'hold' where org_id = '{log.org}' and position = 3")
    async with product.visit(product.cast.vera) as client:
        assert (await client.post("/archives/log/walks")).status_code == 403
    async with product.visit(product.cast.bob) as client:
        assert (await client.post("/archives/log/walks", json={})).status_code == 202
        again = await client.post("/archives/log/walks", headers=HTML)
        assert (again.status_code, again.headers["location"]) == (303, "/archives/log?asked=1")
        engine = queue_engine(logins.worker)
        await Runner(engine, logins.worker, product.house.works, parts=product.house.parts).work_off()
        await engine.dispose()
        said = await told(client, "/archives/log")
        assert said["findings"] == [{"what": "leaf_changed", "where": "3"}] and said["walked_at"]
        assert "An entry was changed" in (await client.get("/archives/log?asked=1", headers=HTML)).text
