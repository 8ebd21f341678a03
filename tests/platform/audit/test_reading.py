"""The log as admins read it, and that nobody else does."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import psycopg
import pytest

from tests.cast import Cast
from tests.platform.identity.small_app import HTML, client_of, small_app
from waypost.platform.audit.actions import chain, cut_off, record
from waypost.platform.audit.queries import lines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(cast: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """Five acts of Alice in Acme, one of Mallory in Globex."""
    for player, count in ((cast.alice, 5), (cast.mallory, 1)):
        async with cast.desk.works.open(player.org_id, player.actor) as work:
            for number in range(count):
                await record(work, "box.opened", "box", None, {"number": number, "label": "<b>"})
    async with client_of(small_app(cast.desk)) as client:
        yield client


async def test_pages_by_cursor_meet_every_entry_once(browser: httpx2.AsyncClient, cast: Cast) -> None:
    seen, path = [], "/audit?limit=2"
    while path:
        page = (await browser.get(path, headers=cast.alice.headers)).json()
        seen += [(item["detail"]["number"], item["actor_name"]) for item in page["items"]]
        path = f"/audit?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == [(number, "Alice") for number in (4, 3, 2, 1, 0)]


async def test_another_organisation_reads_its_own(browser: httpx2.AsyncClient, cast: Cast) -> None:
    page = (await browser.get("/audit", headers=cast.mallory.headers)).json()
    assert [item["actor_id"] for item in page["items"]] == [str(cast.mallory.person_id)]
    cursor = (await browser.get("/audit?limit=2", headers=cast.alice.headers)).json()["next_cursor"]
    assert (await browser.get(f"/audit?cursor={cursor}", headers=cast.mallory.headers)).json()["items"] == []


@pytest.mark.parametrize("path", ["/audit", "/audit/verification"])
async def test_only_admins_read(browser: httpx2.AsyncClient, cast: Cast, path: str) -> None:
    for player, status in ((cast.alice, 200), (cast.bob, 403), (cast.vera, 403)):
        assert (await browser.get(path, headers=player.headers)).status_code == status


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%20", "ü", "A" * 200])
async def test_garbage_for_a_cursor_is_422(browser: httpx2.AsyncClient, cast: Cast, cursor: str) -> None:
    assert (await browser.get(f"/audit?cursor={cursor}", headers=cast.alice.headers)).status_code == 422


async def test_the_page_and_the_verdict(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor) as work:
        await chain(work, [line.entry.id for line in await lines(work.db, limit=9)])
    verdict = (await browser.get("/audit/verification", headers=cast.alice.headers)).json()
    assert (verdict["intact"], verdict["length"], verdict["broken_at"]) == (True, 5, None)
    page = await browser.get("/audit?verify=1", headers=cast.alice.headers | HTML)
    assert page.status_code == 200 and verdict["head"] in page.text.replace("<wbr>", "")
    assert "Alice" in page.text and "label: &lt;b&gt;" in page.text
    empty = await browser.get("/audit", headers=cast.mallory.headers | HTML)
    assert empty.status_code == 200 and "Verify the chain" in empty.text


async def test_what_was_removed_by_age_is_said(
    browser: httpx2.AsyncClient, cast: Cast, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor) as work:
        await chain(work, [line.entry.id for line in await lines(work.db, limit=9)])
    past = "update admin_audit_logs set at = at - interval '1 year' where org_id = %s"
    await owner.execute(past, (cast.alice.org_id,))
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor) as work:
        assert await cut_off(work, work.now - timedelta(days=90), 100) == 5
    verdict = (await browser.get("/audit/verification", headers=cast.alice.headers)).json()
    assert (verdict["intact"], verdict["length"], verdict["removed"]) == (True, 5, 5) and verdict["removed_until"]
    page = await browser.get("/audit?verify=1", headers=cast.alice.headers | HTML)
    assert "The oldest 5 of them were removed when their time was over" in page.text
    theirs = (await browser.get("/audit/verification", headers=cast.mallory.headers)).json()
    assert (theirs["removed"], theirs["removed_until"]) == (0, None)
