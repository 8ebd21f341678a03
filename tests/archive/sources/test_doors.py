"""Sources through their doors: connected after a try, changed, tested in stages, secrets shown once; two readers."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.fixtures import Product
from tests.wire.zammad import Fault, StandIn, World
from tests.wire.zammad.world import TOKEN
from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.queries import by_id, standing
from waypost.archive.sources.secrets import token_of, webhook_secrets
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.identity.inbound_sources.lookups import organisation_of_source

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


def words(far: StandIn, **changes: Any) -> dict[str, Any]:
    """What a person types."""
    return {"name": "Desk", "base_url": f"{far.base}/api/v1/", "token": TOKEN} | changes


def typed(far: StandIn, **changes: Any) -> dict[str, Any]:
    """The same in the form, whose box for certificates is ticked."""
    return words(far, verify_tls="1", **changes)


async def added(product: Product, far: StandIn, **changes: Any) -> dict[str, Any]:
    """A source that a program of Alice's connected."""
    async with product.visit(product.cast.alice) as alice:
        answer = await alice.post("/archive-sources", json=words(far, **changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kept(product: Product, source_id: str) -> Source:
    """The row."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        return await by_id(work.db, UUID(source_id))


async def test_connecting(lax: Product, far: StandIn) -> None:
    """Tried, kept, sealed; the secret is in this answer only, and the key leads to the organisation."""
    made = await added(lax, far)
    assert made["base_url"] == far.base and made["condition"] == "connected"
    assert made["webhook_url"].endswith(f"/sources/{made['key']}/ingest") and made["key"].startswith("desk-")
    row = await kept(lax, made["id"])
    vault = lax.house.parts.of(Zammads).vault
    assert webhook_secrets(row, vault) == (made["webhook_secret"].encode(),) and token_of(row, vault) == TOKEN
    assert TOKEN.encode() not in row.sealed_token and row.own_id == "7"
    async with lookups.catalogue(lax.house.shards) as db:
        assert await organisation_of_source(db, made["key"]) == lax.cast.alice.org_id
        assert await organisation_of_source(db, "nobody") is None
    async with lax.visit(lax.cast.alice) as alice:
        listed = (await alice.get("/archive-sources")).json()["items"]
        again = (await alice.get(f"/archive-sources/{made['id']}")).json()
    assert [each["id"] for each in listed] == [made["id"]] and "webhook_secret" not in again
    assert TOKEN not in str(listed) and "token" not in again


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"token": ""}, 422),
        ({"token": "wrong"}, 409),
        ({"base_url": "ftp://desk.example"}, 422),
        ({"base_url": "https://user:pw@desk.example"}, 422),
        ({"name": " "}, 422),
        ({"ca_pem": "no certificate"}, 422),
        ({"verify_tls": False}, 422),
        ({"max_file_bytes": -1}, 422),
    ],
)
async def test_nothing_is_kept_that_does_not_work(
    lax: Product, far: StandIn, changes: dict[str, Any], status: int
) -> None:
    """Each with its reason; what was typed is not sent back."""
    async with lax.visit(lax.cast.alice) as alice:
        answer = await alice.post("/archive-sources", json=words(far, **changes))
    assert answer.status_code == status and TOKEN not in answer.text
    async with lax.house.works.open(lax.cast.alice.org_id, MACHINE) as work:
        assert await standing(work.db) == []


async def test_tenants_do_not_lead_us_into_our_own_network(product: Product, far: StandIn) -> None:
    """Ruling 18: without `ALLOWED_PRIVATE_CIDRS` the address is refused, before a token is sent anywhere."""
    async with product.visit(product.cast.alice) as alice:
        plain = await alice.post("/archive-sources", json=words(far))
        private = await alice.post("/archive-sources", json=words(far, base_url="https://127.0.0.1:9"))
    assert (plain.status_code, private.status_code) == (422, 422)
    assert "private" in private.text and far.world.calls == []


async def test_changing(lax: Product, far: StandIn) -> None:
    """What is left out stays, the token too; another host asks for a token of its own."""
    made = await added(lax, far)
    async with lax.visit(lax.cast.alice) as alice:
        changed = await alice.patch(f"/archive-sources/{made['id']}", json={"trigger_tag": "keep", "keep_files": True})
        moved = await alice.patch(f"/archive-sources/{made['id']}", json={"base_url": "https://evil.example"})
        wrong = await alice.patch(f"/archive-sources/{made['id']}", json={"timeout_seconds": "soon"})
    assert (changed.status_code, moved.status_code, wrong.status_code) == (200, 422, 422)
    row = await kept(lax, made["id"])
    assert (row.trigger_tag, row.keep_files, row.name, row.base_url) == ("keep", True, "Desk", far.base)
    assert token_of(row, lax.house.parts.of(Zammads).vault) == TOKEN


async def test_two_secrets_while_one_is_changed(lax: Product, far: StandIn) -> None:
    """The new one is shown once, the former one counts until it is dropped."""
    made = await added(lax, far)
    at = f"/archive-sources/{made['id']}"
    async with lax.visit(lax.cast.alice) as alice:
        fresh = (await alice.post(f"{at}/secret")).json()["webhook_secret"]
        vault = lax.house.parts.of(Zammads).vault
        assert webhook_secrets(await kept(lax, made["id"]), vault) == (
            fresh.encode(),
            made["webhook_secret"].encode(),
        )
        assert (await alice.post(f"{at}/secret")).status_code == 409
        dropped = (await alice.post(f"{at}/former-secret-removal")).json()
    assert dropped["has_former_secret"] is False
    assert webhook_secrets(await kept(lax, made["id"]), vault) == (fresh.encode(),)


async def test_pause(lax: Product, far: StandIn) -> None:
    """And on again; twice is once."""
    made = await added(lax, far)
    async with lax.visit(lax.cast.alice) as alice:
        for act, condition in (("pause", "paused"), ("pause", "paused"), ("resumption", "connected")):
            assert (await alice.post(f"/archive-sources/{made['id']}/{act}")).json()["condition"] == condition


async def stages(product: Product, source_id: str) -> dict[str, Any]:
    """A look at it, as verdicts by stage."""
    async with product.visit(product.cast.alice) as alice:
        answer = (await alice.post(f"/archive-sources/{source_id}/test")).json()
    return {"ready": answer["ready"], **{each["stage"]: each["ok"] for each in answer["stages"]}}


async def test_a_look_in_stages(lax: Product, far: StandIn, world: World) -> None:
    """What is well, what is not, and what could not be found out."""
    made = await added(lax, far)
    world.ticket()
    well = {"address": True, "tls": None, "login": True, "permissions": True, "tags": True, "fields": True}
    assert await stages(lax, made["id"]) == {"ready": True, "version": None, **well}
    assert all(tag == "waypost:connection-test" for _, tag in world.writes())
    world.agents = set()
    assert (await stages(lax, made["id"]))["tags"] is False
    world.faults = [Fault("/object_manager_attributes", status=403), Fault("/version", status=500, times=9)]
    assert (await stages(lax, made["id"]))["fields"] is None
    world.tokens = {}
    refused = await stages(lax, made["id"])
    assert (refused["address"], refused["login"], refused["permissions"]) == (True, False, None)
    assert (await kept(lax, made["id"])).trouble == "token-refused"


async def test_missing_fields_are_named(lax: Product, far: StandIn, world: World) -> None:
    """So that an administrator can add them."""
    made = await added(lax, far, field_path="folder_chain")
    async with lax.visit(lax.cast.alice) as alice:
        answer = (await alice.post(f"/archive-sources/{made['id']}/test")).json()
    assert answer["ready"] is False and answer["stages"][-1] == {
        "stage": "fields",
        "ok": False,
        "detail": "folder_chain",
    }


async def test_pages(lax: Product, far: StandIn, world: World) -> None:
    """Empty, filled, with errors beside what was typed, the secret once; all without scripts."""
    async with lax.visit(lax.cast.alice, HTML) as alice:
        assert "No source yet" in (await alice.get("/archive-sources")).text
        assert "Try and connect" in (await alice.get("/archive-sources/new")).text
        wrong = await alice.post("/archive-sources", data={"name": "Desk", "base_url": "desk", "token": TOKEN})
        assert wrong.status_code == 422 and "begins with https://" in wrong.text and TOKEN not in wrong.text
        refused = await alice.post("/archive-sources", data=typed(far, token="wrong"))
        assert refused.status_code == 409 and "refuses our API token" in refused.text and far.base in refused.text
        shown = await alice.post("/archive-sources", data=typed(far, require_tag="1"))
        assert shown.status_code == 200 and "shown this once" in shown.text
        listed = (await alice.get("/archive-sources")).text
        assert "Desk" in listed and "Connected" in listed
        source_id = await only(lax)
        page = (await alice.get(f"/archive-sources/{source_id}")).text
        assert "shown this once" not in page and TOKEN not in page and "/sources/desk-" in page
        tested = await alice.post(f"/archive-sources/{source_id}/test")
        assert "Tickets may be read" in tested.text and "There is no ticket to try it with." in tested.text
        saved = await alice.post(f"/archive-sources/{source_id}", data=typed(far, token="", keep_raw="1"))
        assert saved.status_code == 303
        assert "shown this once" in (await alice.post(f"/archive-sources/{source_id}/secret")).text
        assert (await alice.post(f"/archive-sources/{source_id}/pause")).status_code == 303
        assert "Paused" in (await alice.get("/archive-sources")).text
    row = await kept(lax, source_id)
    assert (row.require_tag, row.acknowledge, row.keep_raw) == (False, False, True)


async def only(product: Product) -> str:
    """Id of the one source."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        (row,) = await standing(work.db)
    return str(row.id)


@pytest.mark.parametrize("who", ["bob", "vera"])
async def test_admins_only(lax: Product, far: StandIn, who: str) -> None:
    """Neither looking nor steering."""
    made = await added(lax, far)
    async with lax.visit(getattr(lax.cast, who)) as visitor:
        answers: list[httpx2.Response] = [
            await visitor.get("/archive-sources"),
            await visitor.get(f"/archive-sources/{made['id']}"),
            await visitor.post(f"/archive-sources/{made['id']}/secret"),
        ]
    assert {answer.status_code for answer in answers} == {403}


async def test_another_organisation(lax: Product, far: StandIn) -> None:
    """Does not exist there."""
    made = await added(lax, far)
    async with lax.visit(lax.cast.mallory) as mallory:
        assert (await mallory.get("/archive-sources")).json() == {"items": []}
        for path in ("", "/test", "/secret", "/pause"):
            at = f"/archive-sources/{made['id']}{path}"
            answer = await (mallory.post(at) if path else mallory.get(at))
            assert answer.status_code == 404
