"""Sources through their doors: for people and for programs, with what is missing said beside its field."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from tests.fixtures import Product
from tests.sourcing.counted import counted
from tests.sourcing.one_job import OneJob
from tests.sourcing.sources.runs import ended_run
from waypost.platform.access import MACHINE
from waypost.platform.facts import KeptFact
from waypost.sourcing.reports.jobs import watch_pause
from waypost.sourcing.runs.models import RunEnded
from waypost.sourcing.sources import budgets, queries
from waypost.sourcing.sources.jobs import forget_sources
from waypost.sourcing.sources.models import SourceDay
from waypost.sourcing.sources.shipped import SHIPPED

pytestmark = pytest.mark.anyio

HERE = "/sourcing/sources"
KEY = "pracuj-pl-it"
OVERRIDE = f"/api/ops/scrape/sources/{KEY}/override"
OWN: dict[str, Any] = {
    "name": "Zeppelin jobs",
    "adapter": "jsonld",
    "listing_url": "https://jobs.zeppelin.example/open",
    "window_from": "22:00",
    "window_until": "05:00",
    "window_zone": "Europe/Warsaw",
}


@pytest.fixture
async def alice(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """Acme's owner with a browser."""
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as client:
        yield client


@pytest.fixture
async def program(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """A program of hers."""
    async with product.visit(product.cast.alice, {"accept": "application/json"}) as client:
        yield client


async def test_a_stranger_to_it_learns_what_to_do(alice: httpx2.AsyncClient) -> None:
    text = (await alice.get(HERE)).text
    assert "None may be asked yet" in text
    assert text.count("No permission written down") == len(SHIPPED)
    one = (await alice.get(f"{HERE}/{KEY}")).text
    assert "Nobody has written down yet why this source may be asked." in one
    assert f"{HERE}/{KEY}/enabling" not in one


async def test_permission_first_then_enabling(product: Product, alice: httpx2.AsyncClient) -> None:
    refused = await alice.post(f"{HERE}/{KEY}/enabling")
    assert (refused.status_code, "Write down first" in refused.text) == (409, True)
    empty = await alice.post(f"{HERE}/{KEY}/permission", data={"note": " "})
    assert (empty.status_code, 'id="field-note-error"' in empty.text) == (422, True)
    await alice.post(f"{HERE}/{KEY}/permission", data={"note": "Their terms, section 4, <b>allow</b> it."})
    await alice.post(f"{HERE}/{KEY}/enabling")
    text = (await alice.get(f"{HERE}/{KEY}")).text
    assert "May be asked" in text
    assert "&lt;b&gt;allow" in text
    assert "Alice, " in text
    async with product.visit(product.cast.mallory, {"accept": "text/html"}) as mallory:
        assert "No permission written down" in (await mallory.get(f"{HERE}/{KEY}")).text


async def test_an_agent_looks_and_steers_nothing(product: Product) -> None:
    async with product.visit(product.cast.bob, {"accept": "text/html"}) as bob:
        text = (await bob.get(f"{HERE}/{KEY}")).text
        assert "/permission" not in text
        for act in ("enabling", "disabling", "permission", "stop", "stop-lifting", "removal", "preview", "override"):
            assert (await bob.post(f"{HERE}/{KEY}/{act}")).status_code == 403, act


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"hosts": "https://jobs.example/x"}, "hosts", "is no host"),
        ({"listing_url": "http://jobs.zeppelin.example/open"}, "listing_url", "over https only"),
        ({"listing_url": "https://evil.example/", "hosts": "jobs.zeppelin.example"}, "listing_url", "is not one of"),
        ({"recipe": "{"}, "recipe", "This is no JSON"),
        ({"recipe": '{"listing": {"links": "a["}}'}, "recipe", "listing.links"),
        ({"recipe": '{"listings": {}}'}, "recipe", "listings: is no word of a recipe"),
        ({"adapter": "magic"}, "adapter", "There is no adapter"),
        ({"window_until": ""}, "window_until", "a beginning and an end"),
        ({"window_from": "25:00"}, "window_from", "Write a time as 06:30"),
        ({"window_zone": "Mars/Olympus"}, "window_zone", "is no time zone"),
        ({"interval_ms": 10}, "interval_ms", "200"),
        ({"name": ""}, "name", ""),
    ],
)
async def test_what_does_not_fit_is_named(
    alice: httpx2.AsyncClient, program: httpx2.AsyncClient, wrong: dict[str, Any], field: str, said: str
) -> None:
    answer = await program.post(HERE, json=OWN | wrong)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"].partition(".")[0], said in error["msg"]) == (field, True)
    page = await alice.post(HERE, data=OWN | {name: str(value) for name, value in wrong.items()})
    assert (page.status_code, f'id="field-{field}-error"' in page.text) == (422, True)


async def test_a_program_sets_one_up_and_changes_it(product: Product, program: httpx2.AsyncClient) -> None:
    made = (await program.post(HERE, json=OWN)).json()
    assert (made["key"], made["condition"], made["hosts"]) == (
        "zeppelin-jobs",
        "unpermitted",
        ["jobs.zeppelin.example"],
    )
    assert (made["window_from"], made["window_until"]) == ("22:00", "05:00")
    at = f"{HERE}/{made['key']}"
    await program.post(f"{at}/permission", json={"note": "Ours."})
    assert (await program.post(f"{at}/enabling")).json()["enabled"]
    misspelt = await program.patch(at, json={"intervall_ms": 9_000})
    assert (misspelt.status_code, misspelt.json()["errors"][0]["field"]) == (400, "intervall_ms")
    changed = (await program.patch(at, json={"interval_ms": 5_000})).json()
    assert (changed["interval_ms"], changed["enabled"], changed["window_from"]) == (5_000, True, "22:00")
    stopped = (await program.post(f"{at}/stop", json={"reason": "They asked."})).json()
    assert (stopped["condition"], stopped["killed_because"]) == ("stopped", "They asked.")
    assert (await program.post(f"{at}/stop-lifting")).json()["killed_at"] is None
    assert (await program.delete(at)).status_code == 204
    assert (await program.get(at)).status_code == 404
    assert (await program.get(f"{HERE}/{KEY}")).json()["pages_left_today"] == 1_000


async def test_the_form_changes_it_and_a_new_host_ends_the_permission(alice: httpx2.AsyncClient) -> None:
    await alice.post(HERE, data=OWN)
    at = f"{HERE}/zeppelin-jobs"
    await alice.post(f"{at}/permission", data={"note": "Ours."})
    await alice.post(f"{at}/enabling")
    hosts = "jobs.zeppelin.example\r\nairships.example"
    answer = await alice.post(at, data=OWN | {"name": "Airships", "hosts": hosts})
    assert (answer.status_code, answer.headers["location"]) == (303, at)
    text = (await alice.get(at)).text
    assert "Airships" in text
    assert "No permission written down" in text
    await alice.post(f"{at}/removal")
    assert (await alice.get(at)).status_code == 404


async def test_a_pause_is_remembered_shown_and_overridden(
    product: Product, alice: httpx2.AsyncClient, program: httpx2.AsyncClient
) -> None:
    org = product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        failed = [ended_run(KEY, work.now - timedelta(minutes=n), status="FAILED", failure="network") for n in range(3)]
        work.db.add_all(failed)
    for _ in range(2):
        await watch_pause(OneJob(product.house, org), RunEnded(failed[0].id, "FAILED"))
    async with product.house.works.open(org, MACHINE, reads=True) as work:
        told = (await work.db.scalars(select(KeptFact.event).where(KeptFact.event == "source_paused"))).all()
        state = await queries.automation(work.db, KEY)
    assert state is not None
    assert (len(told), state.paused_reason, state.failure_mix) == (1, "network_cluster", {"network": 3})
    assert "Runs by the clock wait until" in (await alice.get(f"{HERE}/{KEY}")).text
    assert (await program.get(HERE)).json()["items"][2]["pause"]["reason"] == "network_cluster"
    shorter = (await program.post(OVERRIDE, json={"expiresInMinutes": 5, "note": "Back soon"})).json()
    assert shorter["pause"]["reason"] == "operator_override"
    misspelt = await program.post(OVERRIDE, json={"expiresInMinute": 30})
    assert misspelt.status_code == 400, "it would have ended the pause at once"
    cleared = (await program.post(OVERRIDE)).json()
    assert (cleared["ok"], cleared["pause"]) == (True, None)
    assert (await program.post(OVERRIDE, json={"expiresInMinutes": 241})).status_code == 400
    assert "Runs by the clock wait until" not in (await alice.get(f"{HERE}/{KEY}")).text
    await watch_pause(OneJob(product.house, org), RunEnded(failed[0].id, "FAILED"))
    async with product.house.works.open(org, MACHINE, reads=True) as work:
        state = await queries.automation(work.db, KEY)
    assert state is not None
    assert state.expires_at is None


async def test_pages_ask_as_much_for_many_as_for_few(product: Product, alice: httpx2.AsyncClient) -> None:
    async def asked(path: str) -> int:
        with counted(product.house.shards.engine) as statements:
            assert (await alice.get(path)).status_code == 200
        return len(statements)

    few = [await asked(path) for path in (HERE, f"{HERE}/{KEY}")]
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        work.db.add_all([ended_run(KEY, work.now - timedelta(minutes=n), status="FAILED") for n in range(20)])
    for number in range(5):
        await alice.post(HERE, data=OWN | {"name": f"Board {number}"})
    assert [await asked(path) for path in (HERE, f"{HERE}/{KEY}")] == few


async def test_what_is_old_leaves(product: Product) -> None:
    org = product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        for days in (0, 40):
            await budgets.note_pages(work.db, KEY, 3, now=work.now - timedelta(days=days))
        host = f"{org.hex}.example"
        await budgets.grant(work.db, host, 1, interval_ms=1_000, now=work.now - timedelta(days=40))
    await forget_sources(OneJob(product.house, org))
    async with product.house.works.open(org, MACHINE, reads=True) as work:
        assert len((await work.db.scalars(select(SourceDay.day))).all()) == 1
        assert await budgets.states(work.db, [host]) == []
