"""What a browser's cookie may do, and what it may not without proof."""

import httpx2
import pytest

from tests.platform.web.stage import ALICE, BROWSER, HTMX, KEY, PROVEN, TOKEN, house, visit
from waypost.platform.web.csrf import Csrf
from waypost.platform.web.doors import Doors

pytestmark = pytest.mark.anyio

OTHER = "u" * 43
BOX = {"limit": 1}

signing = Doors()


@signing.post("/sign", public=True)
async def sign() -> dict[str, bool]:
    return {"signed": True}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (ALICE, 403),
        ({**ALICE, "x-csrf-token": OTHER}, 403),
        ({**ALICE, "x-csrf-token": ""}, 403),
        ({"cookie": f"oss_session=alice; oss_csrf={OTHER}", "x-csrf-token": OTHER}, 403),
        (PROVEN, 201),
        ({**PROVEN, "origin": "http://acme.example"}, 201),
        ({**PROVEN, "origin": "https://evil.example"}, 403),
        ({**PROVEN, "origin": "null"}, 403),
        ({**PROVEN, "sec-fetch-site": "cross-site"}, 403),
        ({**PROVEN, "sec-fetch-site": "same-origin"}, 201),
        (KEY, 201),
        ({**KEY, **ALICE, "origin": "https://evil.example"}, 201),
    ],
)
async def test_a_change_needs_the_sessions_own_token_from_one_of_our_pages(
    client: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    assert (await client.post("/boxes", json=BOX, headers=headers)).status_code == status


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_form_may_carry_the_token_as_a_field(client: httpx2.AsyncClient, media: str) -> None:
    files = {"unused": ("a.txt", b"a")} if media.startswith("multipart") else None
    good = await client.post("/boxes/a/lid", data={"csrf_token": TOKEN, "colour": "red"}, files=files, headers=ALICE)
    bad = await client.post("/boxes/a/lid", data={"csrf_token": OTHER}, files=files, headers=ALICE)
    assert (good.status_code, bad.status_code) == (303, 403)


async def test_another_origin_of_ours_may_act_when_it_is_listed() -> None:
    app = house(csrf=Csrf(origins=frozenset({"https://desk.example"})))
    async with visit(app) as client:
        answer = await client.post("/boxes", json=BOX, headers={**PROVEN, "origin": "https://desk.example"})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("cookie", "header", "status"), [(OTHER, OTHER, 200), (OTHER, TOKEN, 403), (OTHER, "", 403), ("", "", 403)]
)
async def test_before_sign_in_the_cookie_and_the_header_must_agree(cookie: str, header: str, status: int) -> None:
    async with visit(house(features=[signing])) as client:
        answer = await client.post("/sign", headers={"cookie": f"oss_csrf={cookie}", "x-csrf-token": header})
    assert answer.status_code == status


async def test_a_strangers_first_page_brings_the_token_that_its_form_sends_back(client: httpx2.AsyncClient) -> None:
    first = await client.get("/welcome", headers=BROWSER)
    token = first.cookies["oss_csrf"]
    again = await client.get("/welcome", headers=BROWSER)
    assert f'name="csrf_token" value="{token}"' in first.text
    assert token in again.text and "set-cookie" not in again.headers


async def test_a_forged_token_cookie_is_never_written_into_a_page(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/welcome", headers={**BROWSER, "cookie": 'oss_csrf="><script>'})
    assert "><script>" not in answer.text and "oss_csrf" in answer.headers["set-cookie"]


async def test_another_system_needs_no_token_and_is_nobody_even_with_a_cookie(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/hooks", content=b"abc", headers=ALICE)).json() == {"size": 3}


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        (ALICE | {"x-csrf-token": OTHER}, 403, "csrf-refused"),
        ({"cookie": f"oss_csrf={OTHER}", "x-csrf-token": OTHER}, 401, "not-signed-in"),
        ({"cookie": "oss_session=vera", "x-csrf-token": TOKEN}, 403, "role-too-low"),
        (PROVEN, 422, "invalid"),
    ],
)
async def test_refusals_come_in_their_order(
    client: httpx2.AsyncClient, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = await client.post("/boxes", json={"limit": 0}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, kind)


async def test_the_refusal_reaches_an_htmx_page_in_its_place_for_problems(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/boxes/a/lid", headers={**ALICE, **HTMX})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (403, "#problems")
