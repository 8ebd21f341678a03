"""A person's offers for programs: the documented filters, verbs and refusals, and whose they are."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import Player
from tests.fixtures import Product
from tests.sourcing.notebook.making import offers, profile_of, run_of
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.notebook.actions import link

pytestmark = pytest.mark.anyio
HERE = "/api/job-offers"


async def linked(product: Product, who: Player, count: int = 1, *, scored: bool = True, **columns: Any) -> list[UUID]:
    """Offers in this person's notebook, brought by a run."""
    async with product.house.works.open(who.org_id, MACHINE) as work:
        ids, run = await offers(work, count, **columns), await run_of(work, who.person_id)
        name = str(new_id())
        profile = await profile_of(work, who.person_id, name=name, active=False) if scored else None
        await link(work, who.person_id, ids, run_id=run, origin="SCRAPE", profile=profile)
    return ids


async def found(product: Product, who: Player, **asked: Any) -> list[dict[str, Any]]:
    async with product.visit(who) as program:
        answer = await program.get(HERE, params=asked)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        assert answer.json()["total"] >= len(items)
        return items


async def test_items_say_what_is_documented(product: Product) -> None:
    bob = product.cast.bob
    (one,) = await linked(product, bob)
    (item,) = await found(product, bob)
    assert item["jobOfferId"] == str(one) and item["url"].startswith("https://it.pracuj.pl/")
    assert item["sourceRunId"] and item["matchScore"] == 78 and item["matchMeta"]["version"] == 2
    assert (item["status"], item["tags"], item["notes"], item["followUpAt"]) == ("NEW", [], "", None)
    assert (item["workModes"], item["contractTypes"], item["origin"]) == (["remote"], ["b2b"], "SCRAPE")


async def test_views_differ_in_what_they_show_and_in_order(product: Product) -> None:
    bob, roses = product.cast.bob, "Roses and hedges all year round, out of doors, in every weather, near the river."
    (good,) = await linked(product, bob)
    (poor,) = await linked(product, bob, title="Gardener", description=roses)
    (bare,) = await linked(product, bob, scored=False)
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        hard = await profile_of(work, bob.person_id, {"roles": ["Developer"], "hard": {"work_modes": ["onsite"]}})
        (broken,) = await offers(work, 1)
        await link(work, bob.person_id, [broken], run_id=None, origin="SCRAPE", profile=hard)
    modes = {mode: [one["jobOfferId"] for one in await found(product, bob, mode=mode)] for mode in ("strict", "approx")}
    assert modes["strict"] == [str(good), str(poor)]
    assert modes["approx"] == [str(good), str(broken), str(poor), str(bare)]
    newest = [one["jobOfferId"] for one in await found(product, bob, mode="explore")]
    assert newest == [str(broken), str(bare), str(poor), str(good)]
    async with product.visit(bob) as program:
        told = (await program.get(f"{HERE}/summary")).json()
    counts = ("total", "scored", "unscored", "strict", "hiddenByStrict")
    assert [told[name] for name in counts] == [4, 3, 1, 2, 2]
    assert told["byStatus"]["NEW"] == 4 and told["byStatus"]["APPLIED"] == 0


FILTERS: list[tuple[dict[str, Any], int]] = [
    ({}, 2),
    ({"status": "NEW"}, 1),
    ({"status": "SAVED"}, 1),
    ({"source": "elsewhere"}, 0),
    ({"source": "pracuj-pl-it"}, 2),
    ({"minScore": 78}, 1),
    ({"minScore": 79}, 0),
    ({"hasScore": "true"}, 1),
    ({"hasScore": "false"}, 1),
    ({"tag": "hot"}, 1),
    ({"tags": "cold,hot"}, 1),
    ({"tags": ["cold", "mild"]}, 0),
    ({"followUp": "planned"}, 1),
    ({"followUp": "due"}, 0),
    ({"followUp": "none"}, 1),
    ({"includeExpired": "true"}, 3),
    ({"workMode": "remote"}, 1),
    ({"workMode": "onsite"}, 1),
    ({"contractType": "b2b"}, 1),
    ({"salaryMin": 24_000}, 1),
    ({"salaryMin": 24_001}, 0),
    ({"limit": 1}, 1),
    ({"offset": 1}, 1),
    ({"offset": 10_000}, 0),
]


async def test_filters_narrow(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob)
    facets = {"workModes": ["onsite"], "contractTypes": ["uop"]}
    await linked(product, bob, scored=False, facets=facets, salary_max=None, salary_min=None, salary_monthly=None)
    await linked(product, bob, is_expired=True)
    async with product.visit(bob) as program:
        (mine,) = [one for one in await found(product, bob) if one["matchScore"] is None]
        status = await program.patch(f"{HERE}/{mine['id']}/status", json={"status": "SAVED"})
        assert status.status_code == 200 and status.json()["status"] == "SAVED"
        meta = {"tags": [" hot ", "HOT"], "followUpAt": "2099-01-01T09:00:00Z", "notes": "A good one."}
        told = (await program.patch(f"{HERE}/{mine['id']}/meta", json=meta)).json()
        assert told["tags"] == ["HOT"] and told["followUpAt"] == "2099-01-01T09:00:00Z"
        await program.patch(f"{HERE}/{mine['id']}/meta", json={"tags": ["hot"]})
    for asked, count in FILTERS:
        assert len(await found(product, bob, **asked)) == count, asked


async def test_what_does_not_fit_is_a_400_with_the_documented_code(product: Product) -> None:
    async with product.visit(product.cast.bob) as program:
        for asked in ("limit=0", "limit=101", "offset=10001", "mode=best", "status=new", "nothing=1", "minScore=200"):
            answer = await program.get(f"{HERE}?{asked}")
            assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), asked
        await linked(product, product.cast.bob)
        (item,) = await found(product, product.cast.bob)
        for path, body in (
            ("status", {}),
            ("status", {"status": "LOST"}),
            ("status", {"status": "NEW", "more": 1}),
            ("meta", {"tags": ["x" * 51]}),
            ("meta", {"tags": [str(n) for n in range(21)]}),
            ("meta", {"followUpAt": "tomorrow"}),
            ("meta", {"followUpAt": "2026-01-01T09:00:00"}),
            ("meta", {"notes": "x" * 10_001}),
        ):
            answer = await program.patch(f"{HERE}/{item['id']}/{path}", json=body)
            assert answer.status_code == 400, (path, body, answer.text)


async def test_what_was_done_is_kept_line_by_line(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob)
    (item,) = await found(product, bob)
    at = f"{HERE}/{item['id']}"
    async with product.visit(bob) as program:
        for status in ("SEEN", "APPLIED", "APPLIED"):
            await program.patch(f"{at}/status", json={"status": status, "note": f"now {status}"})
        await program.patch(f"{at}/meta", json={"notes": "Secret words.", "tags": ["a"]})
        await program.patch(f"{at}/meta", json={"followUpAt": "2099-01-01T09:00:00Z"})
        await program.patch(f"{at}/meta", json={"followUpAt": None})
        told = (await program.get(f"{at}/history")).json()
    lines = [(one["kind"], one["from"], one["to"]) for one in told["items"]]
    assert told["total"] == 6 and lines[-2:] == [("status", "SEEN", "APPLIED"), ("status", "NEW", "SEEN")]
    assert ("followUp", "2099-01-01T09:00+00:00", None) in lines and "Secret" not in str(told)
    assert told["items"][-1]["note"] == "now SEEN" and told["items"][0]["personId"] == str(bob.person_id)


async def test_a_score_can_be_asked_for(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob, scored=False)
    (item,) = await found(product, bob)
    async with product.visit(bob) as program:
        refused = await program.post(f"{HERE}/{item['id']}/score")
        assert (refused.status_code, refused.json()["code"]) == (404, "CAREER_PROFILE_NOT_READY")
        async with product.house.works.open(bob.org_id, MACHINE) as work:
            await profile_of(work, bob.person_id)
        told = await program.post(f"{HERE}/{item['id']}/score", json={})
        assert (told.status_code, told.json()["matchScore"]) == (201, 78)
        lines = (await program.get(f"{HERE}/{item['id']}/history")).json()["items"]
        assert [(one["kind"], one["from"], one["to"]) for one in lines] == [("score", None, "78")]


async def test_a_notebook_is_its_persons_alone_and_offers_are_everybodys(product: Product) -> None:
    bob, alice, mallory = product.cast.bob, product.cast.alice, product.cast.mallory
    (offer,) = await linked(product, bob)
    (item,) = await found(product, bob)
    for who in (alice, mallory):
        assert await found(product, who) == []
        async with product.visit(who) as program:
            for method, path, body in (
                ("PATCH", "status", {"status": "SAVED"}),
                ("PATCH", "meta", {"notes": "Mine?"}),
                ("POST", "score", {}),
                ("GET", "history", None),
            ):
                answer = await program.request(method, f"{HERE}/{item['id']}/{path}", json=body)
                assert answer.status_code == 404, (who.name, path)
    (seen,) = await found(product, alice, mode="catalog")
    assert (seen["jobOfferId"], seen["id"], seen["status"]) == (str(offer), None, None)
    assert await found(product, mallory, mode="catalog") == []
    async with product.visit(alice) as program:
        kept = await program.post(f"{HERE}/picks", json={"jobOfferId": str(offer)})
        assert (kept.status_code, kept.json()["status"]) == (201, "NEW")
        await program.patch(f"{HERE}/{kept.json()['id']}/status", json={"status": "SAVED"})
        assert (await program.post(f"{HERE}/picks", json={"jobOfferId": str(offer)})).json()["status"] == "SAVED"
    (mine,) = await found(product, bob)
    assert mine["status"] == "NEW"
    async with product.visit(mallory) as program:
        assert (await program.post(f"{HERE}/picks", json={"jobOfferId": str(offer)})).status_code == 404
    async with product.visit(product.cast.vera) as viewer:
        assert (await viewer.post(f"{HERE}/picks", json={"jobOfferId": str(offer)})).status_code == 403
        assert (await viewer.get(HERE)).status_code == 200


async def test_rematching_now(product: Product) -> None:
    bob, alice = product.cast.bob, product.cast.alice
    async with product.visit(bob) as program:
        empty = await program.post("/api/job-sources/rematch-now")
        assert empty.status_code == 201
        keys = ("status", "sourceRunId", "traceId", "acceptedAt", "inserted", "totalOffers", "matchedOffers")
        assert [empty.json()[key] for key in keys] == ["empty", None, None, None, 0, 0, 0]
        async with product.house.works.open(bob.org_id, MACHINE) as work:
            await offers(work, 3)
            for who in (bob, alice):
                await profile_of(work, who.person_id)
        told = (await program.post("/api/job-sources/rematch-now", json={"limit": 2})).json()
        assert (told["ok"], told["status"], told["inserted"], told["totalOffers"], told["matchedOffers"]) == (
            (True, "reused", 2, 3, 3)
        )
        assert {one["sourceRunId"] for one in await found(product, bob)} == {told["sourceRunId"]}
        assert (await program.post(f"/api/ops/catalog/rematch/users/{alice.person_id}")).status_code == 403
    async with product.visit(alice) as operator:
        again = await operator.post(f"/api/ops/catalog/rematch/users/{bob.person_id}", json={})
        assert (again.status_code, again.json()["inserted"]) == (201, 1)
        nobody = await operator.post(f"/api/ops/catalog/rematch/users/{product.cast.mallory.person_id}", json={})
        assert nobody.status_code == 404
