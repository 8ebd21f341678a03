"""Every door of the house is knocked at: by strangers, by another organisation, by too low a role, without a token."""

from collections import Counter
from pathlib import Path

import psycopg
import pytest

from tests.cast import enter
from tests.conftest import Orgs
from tests.fixtures import Product
from tests.house.belongings import Belongings, gather_belongings
from tests.house.knocking import all_doors, knock, name_of
from tests.sampling import WEEK, share
from waypost.platform.access import MACHINE, Role, keys_of
from waypost.platform.ids import new_secret
from waypost.platform.schema.security import is_tenant
from waypost.platform.web.csrf import SAFE_METHODS
from waypost.platform.web.route_map import Door
from waypost.tables import everything

pytestmark = pytest.mark.anyio

PUBLIC = {
    "GET /",
    "GET /-/patterns",
    "GET /auth/csrf",
    "GET /auth/oidc/callback",
    "GET /auth/oidc/logout",
    "GET /auth/oidc/start",
    "GET /blobs/{token}",
    "GET /forgotten-password",
    "GET /health",
    "GET /health/test",
    "GET /healthz",
    "GET /join/{token}",
    "GET /metrics",
    "GET /password/{token}",
    "GET /readyz",
    "GET /remote-pictures/{token}",
    "GET /send-identities/verify/{token}",
    "GET /sign-in",
    "GET /archive-exports/files/{token}",
    "GET /admin",
    "GET /admin/api/history",
    "GET /admin/api/queue/stats",
    "GET /jobs/history",
    "GET /jobs/queue/stats",
    "GET /jobs/{ticket_id}",
    "GET /sources/{source_key}/jobs/history",
    "GET /sources/{source_key}/jobs/queue/stats",
    "GET /sources/{source_key}/jobs/{ticket_id}",
    "POST /admin/api/dlq/drain",
    "POST /api/job-sources/complete",
    "POST /api/job-sources/runs/{run_id}/heartbeat",
    "POST /api/job-sources/runs/{run_id}/offers",
    "POST /api/job-sources/runs/{run_id}/offers/batch",
    "POST /api/job-sources/schedule/trigger",
    "POST /api/ops/dispatch-alerts",
    "POST /api/ops/reconcile-stale-runs",
    "POST /admin/api/retry/{ticket_id}",
    "POST /auth/dev/login",
    "POST /auth/login",
    "POST /forgotten-password",
    "POST /ingest",
    "POST /ingest/batch",
    "POST /jobs/queue/dlq/drain",
    "POST /join/{token}",
    "POST /mailboxes/gmail/push",
    "POST /mailboxes/gmail/push/{org_id}",
    "POST /password/{token}",
    "POST /retry/{ticket_id}",
    "POST /send-identities/verify/{token}",
    "POST /sign-in",
    "POST /sign-in/second-step",
    "POST /sources/{source_key}/ingest",
    "POST /sources/{source_key}/ingest/batch",
    "POST /sources/{source_key}/jobs/queue/dlq/drain",
    "POST /sources/{source_key}/retry/{ticket_id}",
}
"""Doors for everybody. Think twice before a line is added."""
MACHINES = {"/health/test"}
"""Says 503 here: these databases were filled, not migrated."""
STREAMS = {"/live"}
"""Answers that never end: asked by their own tests."""
CALLBACKS = {
    "/mailboxes/gmail/oauth/callback",
    "/archives/log/proof",
    "/archives/log/consistency",
    "/api/ops/support/correlate",
}
"""No lists: they want the state of a sign-in that was begun, a place in the log, or an id to look for."""
OPERATORS = {"/admin", "/admin/api/history", "/admin/api/queue/stats", "/jobs/history", "/jobs/queue/stats"}
"""Opened by the operators' token alone; a session of Mallory's is nobody's there."""

Owner = psycopg.AsyncConnection[tuple[object, ...]]


@pytest.fixture
async def things(product: Product, tmp_path: Path) -> Belongings:
    """What Acme owns."""
    return await gather_belongings(product, tmp_path)


async def test_public_doors_are_those_we_know(product: Product) -> None:
    found = {f"{door.method} {door.path}" for door in all_doors(product) if door.guard.public}
    assert found == PUBLIC


async def test_a_stranger_is_sent_to_sign_in(product: Product, things: Belongings) -> None:
    token = new_secret()
    async with product.visit(headers={"cookie": f"oss_csrf={token}", "x-csrf-token": token}) as stranger:
        for door in all_doors(product):
            if door.guard.public:
                continue
            answer = await knock(stranger, door, things)
            assert answer.status_code == (303 if door.page else 401), name_of(door)
            if door.page:
                assert answer.headers["location"].startswith("/sign-in?next="), name_of(door)


async def test_acme_does_not_exist_for_globex(product: Product, things: Belongings, owner: Owner, orgs: Orgs) -> None:
    before = await rows_of(owner, orgs)
    async with product.visit(product.cast.mallory) as mallory:
        for door in all_doors(product):
            if "{" in door.path and not door.guard.public:
                answer = await knock(mallory, door, things)
                assert answer.status_code == 404, f"{name_of(door)}: {answer.status_code} {answer.text[:300]}"
                assert not leaked(answer.text, things, door), name_of(door)
    assert await rows_of(owner, orgs) == before


async def test_lists_show_nothing_of_acme(product: Product, things: Belongings) -> None:
    async with product.visit(product.cast.mallory) as mallory:
        for door in all_doors(product):
            if (
                door.method == "GET"
                and "{" not in door.path
                and door.path not in STREAMS | CALLBACKS | OPERATORS | MACHINES
            ):
                answer = await knock(mallory, door, things)
                assert answer.status_code < 400, f"{name_of(door)}: {answer.status_code} {answer.text[:300]}"
                assert not leaked(answer.text, things, door), name_of(door)
        found = await mallory.get("/tickets", params={"q": "zeppelin"})
        assert found.json()["items"] == []
    async with product.visit(product.cast.alice) as alice:
        assert len((await alice.get("/tickets", params={"q": "zeppelin"})).json()["items"]) == 1


async def test_a_role_without_the_key_stays_out(product: Product, things: Belongings, owner: Owner, orgs: Orgs) -> None:
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        people = [await enter(product.cast.desk, work, role.value.title(), role) for role in Role]
    before, refusals = await rows_of(owner, orgs), 0
    for turn, person in enumerate(people):
        async with product.visit(person) as client:
            for door in share(all_doors(product), WEEK, turn):
                if door.guard.needs is not None and door.guard.needs not in keys_of(person.role):
                    answer = await knock(client, door, things)
                    assert answer.status_code == 403, f"{person.role}: {name_of(door)}: {answer.status_code}"
                    refusals += 1
    assert refusals and await rows_of(owner, orgs) == before


async def test_no_change_without_proof_of_our_own_page(
    product: Product, things: Belongings, owner: Owner, orgs: Orgs
) -> None:
    alice, mallory = product.cast.alice, product.cast.mallory
    without: dict[str, str] = {}
    anothers = {"x-csrf-token": mallory.csrf_token}
    from_elsewhere = {"x-csrf-token": alice.csrf_token, "origin": "https://elsewhere.example"}
    unsafe = [door for door in all_doors(product) if door.method not in SAFE_METHODS and not door.guard.foreign]
    before = await rows_of(owner, orgs)
    for turn, proof in enumerate((without, anothers, from_elsewhere)):
        async with product.visit(headers={"cookie": alice.headers["cookie"], **proof}) as client:
            for door in share(unsafe, WEEK, turn):
                answer = await knock(client, door, things)
                assert answer.status_code == 403, f"{name_of(door)} with {list(proof)}: {answer.status_code}"
    assert len(unsafe) > 20 and await rows_of(owner, orgs) == before


async def test_a_page_and_its_twin_ask_for_the_same_key(product: Product) -> None:
    guards: dict[tuple[str, str], set[object]] = {}
    for door in all_doors(product):
        guards.setdefault((door.method, door.path), set()).add((door.guard.needs, door.guard.public))
    assert {place for place, found in guards.items() if len(found) > 1} == set()


async def rows_of(owner: Owner, orgs: Orgs) -> Counter[str]:
    """Everything that Acme has, as text: what must not change while others knock."""
    found: Counter[str] = Counter()
    for table in everything().sorted_tables:
        if is_tenant(table):
            rows = await owner.execute(f"select t::text from {table.name} t where org_id = %s".encode(), (orgs.acme,))
            found.update(f"{table.name} {text}" for (text,) in await rows.fetchall())
    return found


def leaked(text: str, things: Belongings, door: Door) -> list[str]:
    """Acme's words and ids in an answer; an address that was asked for may be repeated."""
    asked = {value for name, value in things.of.items() if f"{{{name}" in door.path}
    return [secret for secret in things.secrets if secret in text and secret not in asked]
