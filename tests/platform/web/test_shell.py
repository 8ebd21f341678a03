"""The shell's own doors: assets, patterns, the description of the interface; and what every page finds around it."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from starlette.requests import Request

from tests.platform.web.stage import ALICE, BROWSER, PEOPLE, WRITE, drawing, house, visit
from waypost.platform.web.moments import filesize, telling
from waypost.platform.web.nav import Room, rail

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
ROOMS = [
    Room(key="inbox", href="/tickets", label="Inbox", icon="inbox", key_hint="g i", covers=("/views",)),
    Room(key="field", href="/field", label="Field", icon="map", needs=WRITE),
    Room(key="home", href="/", label="Home", icon="house"),
]


async def test_an_asset_is_kept_for_ever_and_packed(client: httpx2.AsyncClient) -> None:
    url = drawing()[0].url("app.css")
    assert url.startswith("/-/assets/")
    packed, plain = await client.get(url), await client.get(url, headers={"accept-encoding": "identity"})
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip" and packed.content == plain.content
    assert packed.headers["vary"] == "Accept-Encoding, Origin"
    known = await client.get(url, headers={"if-none-match": packed.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("name", ["app.css", "app.0000000000.css", "..%2f..%2fapp.py"])
async def test_an_asset_under_any_other_name_is_not_there(client: httpx2.AsyncClient, name: str) -> None:
    assert (await client.get(f"/-/assets/{name}")).status_code == 404


@pytest.mark.parametrize(("outside_prod", "status"), [(True, 200), (False, 303)])
async def test_the_patterns_are_open_outside_production_only(outside_prod: bool, status: int) -> None:
    async with visit(house(outside_prod=outside_prod)) as client:
        assert (await client.get("/-/patterns", headers=BROWSER)).status_code == status
        assert (await client.get("/-/patterns", headers={**BROWSER, **ALICE})).status_code == 200


async def test_members_get_the_description_of_all_doors_for_programs(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).status_code == 401
    described = (await client.get("/openapi.json", headers=ALICE)).json()
    assert {"/boxes", "/boxes/{box_id}", "/healthz", "/readyz"} <= set(described["paths"])
    assert not {"/welcome", "/-/assets/{name}", "/live"} & set(described["paths"])
    for path in ("/docs", "/redoc"):
        assert (await client.get(path)).status_code == 404


async def test_a_whole_page_names_the_rules_for_fetching_ahead(client: httpx2.AsyncClient) -> None:
    rules = (await client.get("/welcome", headers=BROWSER)).headers["speculation-rules"].strip('"')
    assert (await client.get(rules)).headers["content-type"] == "application/speculationrules+json"


async def test_a_page_shows_who_is_signed_in_and_where(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/-/patterns", headers={**BROWSER, **ALICE})).text
    assert "Alice Ames" in page and "Acme" in page and ">AA<" in page


def test_the_rail_has_the_rooms_that_a_person_may_enter() -> None:
    seen = rail(ROOMS, PEOPLE["alice"], "/tickets/7", str.upper)
    assert [(item.label, item.active) for item in seen] == [("INBOX", True), ("FIELD", False), ("HOME", False)]
    assert [item.key for item in rail(ROOMS, PEOPLE["vera"], "/views/1", str) if item.active] == ["inbox"]
    assert [item.key for item in rail(ROOMS, PEOPLE["vera"], "/ticketsale", str) if item.active] == []
    assert [item.key for item in rail(ROOMS, PEOPLE["vera"], "/", str)] == ["inbox", "home"]
    assert rail(ROOMS, None, "/", str) == []


def test_in_a_part_of_a_room_one_is_in_the_room_too() -> None:
    whole = Room(key="settings", href="/settings", label="Settings", icon="settings")
    rooms = [whole, Room(key="people", href="/people", label="People", icon="users", part_of="settings", says="Who")]
    assert [item.active for item in rail(rooms, PEOPLE["vera"], "/people/7", str)] == [True, True]
    assert [item.active for item in rail(rooms, PEOPLE["vera"], "/settings", str)] == [True, False]


@pytest.mark.parametrize(
    ("locale", "zone", "age", "near", "whole"),
    [
        ("en", "UTC", timedelta(minutes=3), "3 minutes ago", "Mar 29, 2026, 11:57\N{NARROW NO-BREAK SPACE}AM"),
        ("de", "Europe/Berlin", timedelta(hours=12), "vor 12 Stunden", "29.03.2026, 01:00"),
        ("en", "No/Where", timedelta(minutes=-5), "in 5 minutes", "Mar 29, 2026, 12:05\N{NARROW NO-BREAK SPACE}PM"),
    ],
)
def test_times_are_near_in_lists_and_whole_on_hover(
    locale: str, zone: str, age: timedelta, near: str, whole: str
) -> None:
    tell, at = telling(locale, zone, NOW), NOW - age
    stamp = at.isoformat(timespec="seconds")
    assert tell["ago"](at) == f'<time datetime="{stamp}" title="{whole}">{near}</time>'
    assert tell["moment"](at) == f'<time datetime="{stamp}">{whole}</time>'


@pytest.mark.parametrize(
    ("size", "locale", "words"),
    [
        (0, "en", "0 B"),
        (999, "en", "999 B"),
        (1_500, "de", "1,5 kB"),
        (25_000_000, "en", "25 MB"),
        (10**16, "en", "10,000 TB"),
    ],
)
def test_sizes_have_a_unit(size: int, locale: str, words: str) -> None:
    assert filesize(size, locale).replace("\N{NO-BREAK SPACE}", " ") == words


def test_every_template_of_the_house_is_compiled_before_it_is_asked_for() -> None:
    renderer = drawing()[1]
    renderer.warm()
    known = {name for _, name in renderer._env.cache or {}}
    assert {"base.html", "error.html", "patterns.html", "ui.html"} <= known


async def test_blocks_are_drawn_one_after_the_other() -> None:
    renderer = drawing()[1]
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "app": house()}
    )
    drawn = await renderer.draw(request, "box.html", ["title", "lid"], {"name": "<b>"})
    assert drawn.replace("\n", "") == '&lt;b&gt;<p id="lid">&lt;b&gt;</p>'
