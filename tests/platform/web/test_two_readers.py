"""One address, two readers; and the order of doors that no feature has to think about."""

import httpx2
import pytest
from fastapi import APIRouter

from tests.platform.web.stage import ALICE, BROWSER, HTMX, KEY, PROVEN, house
from waypost.platform.web.doors import Doors
from waypost.platform.web.route_map import UndeclaredDoor, doors, ordered

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/html", "text/html"),
        ("application/json, text/html", "text/html"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html;q=0", "application/json"),
        ("text/html;q=much", "application/json"),
        ("image/png", "application/json"),
    ],
)
async def test_the_reader_decides_between_page_and_json(client: httpx2.AsyncClient, accept: str, media: str) -> None:
    answer = await client.get("/boxes/a", headers={**ALICE, "accept": accept})
    assert answer.headers["content-type"].split(";")[0] == media
    assert {"Accept", "HX-Request"} <= set(answer.headers["vary"].split(", "))
    assert answer.headers["cache-control"] == "private, no-store"


async def test_htmx_gets_the_block_and_a_boosted_link_the_page(client: httpx2.AsyncClient) -> None:
    block = await client.get("/boxes/a", headers={**ALICE, **HTMX})
    whole = await client.get("/boxes/a", headers={**ALICE, **HTMX, "hx-boosted": "true"})
    assert block.text.strip() == '<p id="lid">a</p>'
    assert "<title>a" in whole.text and 'id="lid"' in whole.text


async def test_a_program_on_an_address_without_json_gets_the_page(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/welcome", headers={"accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/html")


async def test_literal_segments_come_before_parameters_whatever_the_order_of_declaration(
    client: httpx2.AsyncClient,
) -> None:
    assert (await client.get("/boxes/first")).json() == {"box": "the first"}


async def test_after_a_write_people_are_sent_on_and_htmx_is_given_the_block(client: httpx2.AsyncClient) -> None:
    form = {"csrf_token": "t" * 43, "colour": "blue"}
    sent_on = await client.post("/boxes/a/lid", data=form, headers={**ALICE, **BROWSER})
    block = await client.post("/boxes/a/lid", data=form, headers={**PROVEN, **HTMX})
    elsewhere = await client.post("/boxes/a/removal", headers={**PROVEN, **HTMX})
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, "/boxes/a")
    assert (block.status_code, block.text.strip()) == (200, '<p id="lid">blue</p>')
    assert (elsewhere.status_code, elsewhere.headers["hx-redirect"]) == (204, "/boxes")


async def test_head_is_get_without_the_body(client: httpx2.AsyncClient) -> None:
    asked, told = await client.head("/boxes/a", headers=ALICE), await client.get("/boxes/a", headers=ALICE)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == told.headers["content-length"]


@pytest.mark.parametrize("reader", [BROWSER, {}])
async def test_allow_is_the_union_of_both_readers_doors(client: httpx2.AsyncClient, reader: dict[str, str]) -> None:
    answer = await client.patch("/boxes/a", headers={**KEY, **reader})
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD")


def test_the_map_names_every_door_with_its_declaration() -> None:
    found = {(door.method, door.path, door.page): door.guard for door in doors(house())}
    assert found["POST", "/boxes", False].needs == "tests.boxes.write"
    assert found["GET", "/boxes/{name}", True].public is False
    assert found["GET", "/healthz", False].public is True
    assert len(found) == len(doors(house()))


def test_a_route_that_nobody_declared_stops_the_build() -> None:
    stray = Doors()
    stray.router.add_api_route("/stray", lambda: None)
    with pytest.raises(UndeclaredDoor):
        ordered([stray])
    stray.router = APIRouter()
    stray.router.include_router(Doors().router)
    assert ordered([Doors()]) == []


@pytest.mark.parametrize("said", [{}, {"member": True, "public": True}, {"needs": "a.b.c", "member": True}])
def test_a_door_says_exactly_one_thing_about_who_may_enter(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Doors().get("/x", **said)
    with pytest.raises(ValueError, match="must be public"):
        Doors().post("/x", member=True, foreign=True)
