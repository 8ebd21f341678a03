"""Offers as people read them: the list, one offer, what they do with it; each page asks a fixed number of things."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Product
from tests.house.test_questions import counted
from tests.sourcing.notebook.making import PYTHON, offers, profile_of, run_of
from tests.sourcing.notebook.test_api import found, linked
from waypost.platform.access import MACHINE
from waypost.sourcing.notebook.actions import link

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}
HERE = "/sourcing/offers"


async def test_empty_pages_say_the_next_step(product: Product) -> None:
    async with product.visit(product.cast.bob, HTML) as browser:
        for path, words in (
            (HERE, "No offers yet"),
            (f"{HERE}?mode=strict", "No offer fits yet"),
            (f"{HERE}?mode=catalog", "The catalogue is empty"),
            (f"{HERE}?q=zeppelin", "Nothing found"),
            ("/sourcing/profiles", "No profile yet"),
            ("/sourcing/searches", "No saved searches yet"),
        ):
            shown = await browser.get(path)
            assert shown.status_code == 200 and words in shown.text, (path, shown.text[:400])
        assert "Write a profile" in (await browser.get(HERE)).text


async def test_the_list_in_both_looks(product: Product) -> None:
    bob = product.cast.bob
    (one,) = await linked(product, bob, title="<b>Bold</b> developer")
    async with product.visit(bob, HTML) as browser:
        for look, mark in (("", 'class="table"'), ("cards", "offer-cards")):
            shown = (await browser.get(f"{HERE}?show={look}&mode=explore")).text
            assert mark in shown and f"/sourcing/offers/{one}" in shown
            assert 'title="20 000 - 24 000 PLN"><span class="pay-amount">20,000–24,000 PLN</span> a month' in shown
            assert "&lt;b&gt;Bold&lt;/b&gt; developer" in shown and "<b>Bold" not in shown
            assert "show=cards" in shown
        part = await browser.get(f"{HERE}?mode=explore", headers={"hx-request": "true"})
        assert 'id="offers-list"' in part.text and "<html" not in part.text


async def test_pay_is_told_as_people_write_it(product: Product) -> None:
    """Amounts in the reader's way, the board's own words beside them; what could not be read stands as written."""
    bob = product.cast.bob
    hour: Any = {"salary_min": 12_050, "salary_max": 12_050, "salary_period": "hour", "salary_kind": "net-plus-vat"}
    (one,) = await linked(product, bob, salary="120,50 EUR/h netto + VAT", salary_currency="EUR", **hour)
    unread: Any = dict.fromkeys(("salary_min", "salary_max", "salary_currency", "salary_period", "salary_monthly"))
    await linked(product, bob, salary="<b>a lot</b>", **unread)
    yen: Any = {"salary_min": 400_000, "salary_max": 500_000, "salary_monthly": 500_000, "salary_currency": "JPY"}
    (other,) = await linked(product, bob, salary="¥400,000-¥500,000", **yen)
    async with product.visit(bob, HTML) as browser:
        shown = (await browser.get(HERE)).text
        assert "120.5 EUR</span> an hour, net, VAT on top" in shown and "400,000–500,000 JPY</span> a month" in shown
        assert "<bdi>&lt;b&gt;a lot&lt;/b&gt;</bdi>" in shown
        whole = (await browser.get(f"{HERE}/{one}")).text
        assert "120,50 EUR/h netto + VAT</span>" in whole, "what the board wrote stands beneath"
        german = (await browser.get(HERE, headers={"accept-language": "de"})).text
        assert "120,5 EUR" in german and "400.000–500.000 JPY" in german
        for least, is_there in (("450000", True), ("600000", False)):
            narrowed = (await browser.get(f"{HERE}?salary={least}&currency=jpy")).text
            assert (str(other) in narrowed) is is_there and str(one) not in narrowed
        assert (await browser.get(f"{HERE}?salary=1&currency=XAU")).status_code == 422
        file = (await browser.get(f"{HERE}/export.csv?salary=450000&currency=JPY")).text.splitlines()
    assert len(file) == 2 and ",400000,500000,JPY,month," in file[1]


async def test_pages_walk_by_keyset_in_every_view(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob, 53)
    async with product.visit(bob, HTML) as browser:
        for mode in ("strict", "approx", "explore", "catalog"):
            first = (await browser.get(f"{HERE}?mode={mode}")).text
            older = re.search(r'rel="next" href="([^"]+)"', first)
            assert older is not None, mode
            second = (await browser.get(older[1].replace("&amp;", "&"))).text
            pattern = r'href="/sourcing/offers/([0-9a-f-]{36})'
            seen = [set(re.findall(pattern, page)) for page in (first, second)]
            assert (len(seen[0]), len(seen[1])) == (50, 3) and not seen[0] & seen[1], mode
        assert (await browser.get(f"{HERE}?mode=strict&cursor=nonsense")).status_code == 422


async def test_one_offer_with_its_reasons(product: Product) -> None:
    bob = product.cast.bob
    text = "<p>We <script>alert(1)</script>need you:</p><ul><li>Python</li><li>Tea</li></ul> from 2015-2019."
    (one,) = await linked(product, bob, description=text)
    async with product.visit(bob, HTML) as browser:
        shown = (await browser.get(f"{HERE}/{one}")).text
    assert "<li>Tea</li>" in shown and "alert(1)" not in shown and "We need you:" in shown
    assert "score-bar" in shown and "of 100 points" in shown and "Backend Developer" in shown
    assert "PostgreSQL" in shown, "what is missing is named too"
    async with product.visit(product.cast.alice, HTML) as other:
        shown = (await other.get(f"{HERE}/{one}")).text
        assert "Keep it" in shown and "Your notes" not in shown
    async with product.visit(product.cast.mallory, HTML) as stranger:
        assert (await stranger.get(f"{HERE}/{one}")).status_code == 404


async def test_a_day_with_an_offer_without_scripts(product: Product) -> None:
    bob = product.cast.bob
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        (one,) = await offers(work, 1)
        await profile_of(work, bob.person_id)
    at = f"{HERE}/{one}"
    async with product.visit(bob, HTML) as browser:
        token = {"csrf_token": bob.csrf_token}
        for path, form in (
            ("pick", {}),
            ("status", {"status": "APPLIED", "note": "By mail."}),
            (
                "meta",
                {"notes": "Ask for Ines.", "tags": "hot, north", "follow_up": "2026-01-05", "follow_up_note": "Ring"},
            ),
            ("score", {}),
        ):
            answer = await browser.post(f"{at}/{path}", data={**token, **form})
            assert answer.status_code == 303, (path, answer.text)
        shown = (await browser.get(at)).text
        for words in ("Ask for Ines.", "hot, north", 'value="2026-01-05"', "New → Applied", "By mail.", "Ring"):
            assert words in shown, words
        assert "1 follow-up is due." in (await browser.get(HERE)).text
        wrong = await browser.post(f"{at}/meta", data={**token, "notes": "Kept?", "follow_up": "soon"})
        assert wrong.status_code == 422 and "Kept?" in wrong.text and "write a day as" in wrong.text
        assert (await browser.post(f"{at}/status", data={**token, "status": "LOST"})).status_code == 422
    (item,) = await found(product, bob)
    assert (item["status"], item["tags"], item["followUpAt"]) == ("APPLIED", ["hot", "north"], "2026-01-05T08:00:00Z")


async def test_searches_are_kept_opened_and_let_go(product: Product) -> None:
    bob, token = product.cast.bob, {"csrf_token": product.cast.bob.csrf_token}
    await linked(product, bob)
    async with product.visit(bob, HTML) as browser:
        sent = {**token, "mode": "strict", "score": "70", "name": "  The  best "}
        kept = await browser.post("/sourcing/searches", data=sent)
        assert (kept.status_code, kept.headers["location"]) == (303, f"{HERE}?mode=strict&score=70")
        assert (await browser.post("/sourcing/searches", data=sent)).status_code == 409
        assert (await browser.post("/sourcing/searches", data={**sent, "name": " "})).status_code == 422
        assert (await browser.post("/sourcing/searches", data={**sent, "name": "x", "score": "a"})).status_code == 422
        listed = (await browser.get("/sourcing/searches")).text
        (search,) = set(re.findall(r"/sourcing/searches/([0-9a-f-]{36})/default", listed))
        assert "The best" in (await browser.get(HERE)).text
        await browser.post(f"/sourcing/searches/{search}/default", data={**token, "on": "1"})
        assert 'value="70"' in (await browser.get(HERE)).text, "the list opens with it"
        async with product.visit(product.cast.alice, HTML) as alice:
            hers = {"csrf_token": product.cast.alice.csrf_token}
            assert (await alice.post(f"/sourcing/searches/{search}/removal", data=hers)).status_code == 404
        assert (await browser.post(f"/sourcing/searches/{search}/removal", data=token)).status_code == 303
        assert "No saved searches yet" in (await browser.get("/sourcing/searches")).text


async def test_the_file_has_every_row_of_the_list_and_runs_nothing(product: Product) -> None:
    bob = product.cast.bob
    await linked(product, bob, 3, title="=cmd|' /C calc'!A0")
    await linked(product, bob, 2, scored=False, title="Other")
    async with product.visit(bob, HTML) as browser:
        file = await browser.get(f"{HERE}/export.csv?mode=explore")
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        lines = file.text.splitlines()
        assert len(lines) == 6 and lines[0].startswith("jobOfferId,title,")
        assert sum("'=cmd|" in line for line in lines) == 3
        assert len((await browser.get(f"{HERE}/export.csv?mode=strict")).text.splitlines()) == 4
        assert len((await browser.get(f"{HERE}/export.csv?mode=catalog")).text.splitlines()) == 6


async def test_a_run_leads_to_its_offers(product: Product) -> None:
    bob = product.cast.bob
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        run, ids = await run_of(work, bob.person_id), await offers(work, 2)
        await link(work, bob.person_id, ids[:1], run_id=run, origin="SCRAPE", profile=None)
        await link(work, bob.person_id, ids[1:], run_id=None, origin="PICKED", profile=None)
    async with product.visit(bob, HTML) as browser:
        shown = (await browser.get(f"{HERE}?run={run}")).text
        assert str(ids[0]) in shown and str(ids[1]) not in shown
        assert (await browser.get(f"{HERE}?run=none")).status_code == 422


async def test_profiles_are_written_tried_and_changed(product: Product) -> None:
    bob, token = product.cast.bob, {"csrf_token": product.cast.bob.csrf_token}
    await linked(product, bob, scored=False)
    form = {
        **token,
        "name": "Backend",
        "roles": "Backend Developer",
        "competencies": "Python: high\nPostgreSQL: low 50%",
        "keywords": "tools, hangars",
        "soft_work_modes": ["remote", "hybrid"],
        "hard_salary": "15 000",
        "currency": "pln",
    }
    async with product.visit(bob, HTML) as browser:
        tried = await browser.post("/sourcing/profiles/preview", data=form, headers={"hx-request": "true"})
        assert "1 of the newest 1 offers fit" in tried.text and "<html" not in tried.text
        whole = await browser.post("/sourcing/profiles/preview", data=form)
        assert "<html" in whole.text and "Python: high" in whole.text
        kept = await browser.post("/sourcing/profiles", data=form)
        assert kept.status_code == 303, kept.text
        at = kept.headers["location"]
        shown = (await browser.get(at)).text
        assert "PostgreSQL: low 50%" in shown and 'value="15000"' in shown and 'value="remote" checked' in shown
        for change, words in (
            ({"competencies": "Python: very"}, "not understood: Python: very"),
            ({"hard_salary": "much"}, "hard"),
            ({"name": ""}, "name"),
            ({"currency": "zloty"}, "soft"),
        ):
            wrong = await browser.post(f"{at}/changes", data={**form, **change})
            assert wrong.status_code == 422 and words in wrong.text, change
        assert (await browser.post(f"{at}/changes", data={**form, "name": "Other"})).status_code == 303
        listed = (await browser.get("/sourcing/profiles")).text
        assert "Other" in listed and "active" in listed
        async with product.visit(product.cast.alice, HTML) as alice:
            assert (await alice.get(at)).status_code == 404
        assert (await browser.post(f"{at}/removal", data=token)).status_code == 303
        assert "No profile yet" in (await browser.get("/sourcing/profiles")).text


async def test_profiles_for_programs(product: Product) -> None:
    at = "/sourcing/profiles"
    async with product.visit(product.cast.bob) as program:
        body = {"name": "Mine", **PYTHON.stated()}
        made = await program.post(at, json=body)
        assert made.status_code == 201, made.text
        told = made.json()
        assert (told["state"], told["active"], told["revision"], told["ceiling"]) == ("READY", True, 1, 78)
        draft = (await program.post(at, json={"name": "Draft"})).json()
        assert (draft["state"], draft["active"], draft["ceiling"]) == ("DRAFT", False, 0)
        assert (await program.post(at, json=body)).status_code == 409
        for wrong in ({"name": ""}, {"name": "x", "more": 1}, {"name": "x", "hard": {"levels": ["king"]}}):
            assert (await program.post(at, json=wrong)).status_code == 400, wrong
        one = f"{at}/{told['id']}"
        same = (await program.patch(one, json={**body, "name": "Renamed"})).json()
        assert (same["name"], same["revision"]) == ("Renamed", 1), "a new name scores nothing anew"
        more = (await program.patch(one, json={**body, "keywords": ["tea"]})).json()
        assert (more["revision"], more["keywords"]) == (2, ["tea"])
        await program.post(f"{at}/{draft['id']}/activation")
        items = (await program.get(at)).json()["items"]
        assert [(item["name"], item["active"]) for item in items] == [("Draft", True), ("Mine", False)]
        assert (await program.delete(f"{at}/{draft['id']}")).status_code == 204
        assert (await program.get(one)).json()["active"] is True, "the next one takes its place"
    async with product.visit(product.cast.alice) as other:
        assert (await other.get(one)).status_code == 404 and (await other.get(at)).json()["items"] == []


async def test_follow_ups_in_the_future_are_not_due(product: Product) -> None:
    bob = product.cast.bob
    ids: list[UUID] = await linked(product, bob)
    day = (product.house.works.clock() + timedelta(days=30)).strftime("%Y-%m-%d")
    async with product.visit(bob, HTML) as browser:
        form = {"csrf_token": bob.csrf_token, "follow_up": day}
        assert (await browser.post(f"{HERE}/{ids[0]}/meta", data=form)).status_code == 303
        assert "is due" not in (await browser.get(HERE)).text
        assert str(ids[0]) in (await browser.get(f"{HERE}?follow=planned")).text


async def test_pages_ask_as_much_for_many_as_for_one(product: Product) -> None:
    """Beside what tells who calls, which now and then also notes that they were seen."""
    bob = product.cast.bob
    (one,) = await linked(product, bob)
    paths = {
        f"{HERE}?mode=explore": 8,
        f"{HERE}?mode=strict&show=cards": 8,
        f"{HERE}?mode=catalog": 9,
        f"{HERE}/{one}": 7,
        "/sourcing/profiles": 2,
        "/sourcing/searches": 2,
    }

    async def asked() -> dict[str, int]:
        found = {}
        async with product.visit(bob, HTML) as browser:
            for path in paths:
                with counted(product) as statements:
                    assert (await browser.get(path)).status_code == 200
                found[path] = len([one for one in statements if "identity_" not in one])
        return found

    few = await asked()
    await linked(product, bob, 20)
    async with product.visit(bob) as program:
        for item in await found(product, bob):
            await program.patch(f"/api/job-offers/{item['id']}/meta", json={"tags": [item["id"][-6:]]})
    assert await asked() == few
    assert {path: count for path, count in few.items() if count > paths[path]} == {}
