"""CSRF token, switching, colleagues, and the developers' door, as programs use them."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from tests.cast import Cast, desk_for, enter
from tests.platform.identity.small_app import client_of, small_app
from waypost.platform.access import MACHINE, Role
from waypost.platform.audit.models import AuditLog
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.ids import new_secret

pytestmark = pytest.mark.anyio


async def test_a_stranger_keeps_one_token_over_all_tabs(browser: httpx2.AsyncClient) -> None:
    first = await browser.get("/auth/csrf")
    second = await browser.get("/auth/csrf")
    token = first.json()["csrf_token"]
    assert first.headers["cache-control"] == "no-store" and browser.cookies["oss_csrf"] == token
    assert second.json() == {"csrf_token": token} and len(token) == 43


async def test_a_session_has_a_token_of_its_own(browser: httpx2.AsyncClient, cast: Cast) -> None:
    headers = {"cookie": f"oss_session={cast.bob.token}; oss_csrf={new_secret()}"}
    answer = await browser.get("/auth/csrf", headers=headers)
    assert answer.json() == {"csrf_token": cast.bob.csrf_token}
    assert f"oss_csrf={cast.bob.csrf_token}" in answer.headers["set-cookie"]


async def test_a_token_of_somebody_else_is_refused(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for token in ("", cast.alice.csrf_token, new_secret()):
        headers = cast.bob.headers | {"x-csrf-token": token}
        assert (await browser.post("/auth/logout", headers=headers)).status_code == 403
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 200


async def test_switching_needs_membership(browser: httpx2.AsyncClient, cast: Cast) -> None:
    body = {"organization_id": str(cast.mallory.org_id)}
    assert (await browser.post("/auth/switch-org", json=body, headers=cast.bob.headers)).status_code == 403
    assert await org_of(browser, cast.bob.headers) == str(cast.bob.org_id)
    async with cast.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, cast.bob.person_id, Role.VIEWER, work.now)
    answer = await browser.post("/auth/switch-org", json=body, headers=cast.bob.headers)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert await org_of(browser, cast.bob.headers) == str(cast.mallory.org_id)
    assert await org_of(browser, cast.vera.headers) == str(cast.vera.org_id)


async def test_strangers_have_no_doors(browser: httpx2.AsyncClient) -> None:
    token = (await browser.get("/auth/csrf")).json()["csrf_token"]
    said = [await browser.get(path) for path in ("/me", "/members", "/audit", "/audit/verification")]
    said += [await browser.post(p, headers={"x-csrf-token": token}) for p in ("/auth/logout", "/auth/switch-org")]
    assert [answer.status_code for answer in said] == [401] * 6


async def test_colleagues_for_pickers(browser: httpx2.AsyncClient, cast: Cast) -> None:
    found = (await browser.get("/members", headers=cast.vera.headers)).json()
    assert [(m["name"], m["role"], m["org_role"]) for m in found] == [
        ("Alice", "admin", "owner"),
        ("Bob", "agent", "agent"),
        ("Vera", "viewer", "viewer"),
    ]
    assert [m["name"] for m in (await browser.get("/members", headers=cast.mallory.headers)).json()] == ["Mallory"]


async def test_the_developers_door_makes_what_is_missing(cast: Cast) -> None:
    async with client_of(small_app(open_desk(cast))) as browser:
        body: dict[str, Any] = {
            "email": f" Dev-{new_secret()[:8]}@Example.org ",
            "organization_name": f"Org {new_secret()}",
            "extra": 1,
        }
        first, second = await dev_login(browser, body), await dev_login(browser, body)
        assert first["user"]["email"] == body["email"].strip().lower()
        assert (first["role"], first["org_role"]) == ("admin", "owner")
        assert (first["user"], first["organization"]) == (second["user"], second["organization"])
        assert (await browser.get("/me")).json()["organization"] == first["organization"]
        other = await dev_login(browser, body | {"email": f"{new_secret()}@example.org"})
        assert other["organization"] == first["organization"] and other["org_role"] == "admin"


async def test_the_developers_door_keeps_a_role(cast: Cast) -> None:
    desk, name = open_desk(cast), f"Org {new_secret()}"
    async with client_of(small_app(desk)) as browser:
        made = await dev_login(browser, {"email": f"{new_secret()}@example.org", "organization_name": name})
        async with desk.works.open(made["organization"]["id"], MACHINE) as work:
            vera = await enter(desk, work, "Vera", Role.VIEWER)
            assert "auth.dev_login" in set(await work.db.scalars(select(AuditLog.act)))
        assert (await dev_login(browser, {"email": vera.email, "organization_name": name}))["role"] == "viewer"


async def test_the_developers_door_checks_what_it_is_given(cast: Cast) -> None:
    async with client_of(small_app(open_desk(cast))) as browser:
        for email, name in (("no at sign", "X"), ("a b@c.org", "X"), ("a@", "X"), ("a@b.org", " "), ("a@b.org", "")):
            body = {"email": email, "organization_name": name}
            assert (await browser.post("/auth/dev/login", json=body, headers=await token(browser))).status_code == 422
        fine = {"email": "a@b.org", "organization_name": "X"}
        assert (await browser.post("/auth/dev/login", json=fine)).status_code == 403


@pytest.mark.parametrize(
    ("peer", "host", "forwarded"),
    [
        ("203.0.113.5", "http://localhost:8000", None),
        ("127.0.0.1", "http://rebound.example.org:8000", None),
        ("127.0.0.1", "http://localhost:8000", "203.0.113.5"),
    ],
)
async def test_the_developers_door_is_not_there_for_others(
    cast: Cast, peer: str, host: str, forwarded: str | None
) -> None:
    async with client_of(small_app(open_desk(cast)), peer=peer, host=host) as browser:
        headers = await token(browser) | ({"x-forwarded-for": forwarded} if forwarded else {})
        assert (await browser.post("/auth/dev/login", json={}, headers=headers)).status_code == 404


async def test_the_developers_door_is_shut_unless_allowed_and_never_open_in_production(cast: Cast) -> None:
    shut = desk_for(cast.desk.works)
    prod = desk_for(cast.desk.works, IdentitySettings(allow_dev_login=True), prod=True)
    for desk in (shut, replace(prod, settings=IdentitySettings(allow_dev_login=True))):
        desk.secure = False
        async with client_of(small_app(desk)) as browser:
            body = {"email": "a@b.org", "organization_name": "X"}
            answer = await browser.post("/auth/dev/login", json=body, headers=await token(browser))
            assert answer.status_code == 404


def open_desk(cast: Cast) -> Desk:
    return desk_for(cast.desk.works, IdentitySettings(allow_dev_login=True))


async def token(browser: httpx2.AsyncClient) -> dict[str, str]:
    return {"x-csrf-token": (await browser.get("/auth/csrf")).json()["csrf_token"]}


async def dev_login(browser: httpx2.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await browser.post("/auth/dev/login", json=body, headers=await token(browser))
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def org_of(browser: httpx2.AsyncClient, headers: dict[str, str]) -> str:
    found: str = (await browser.get("/me", headers=headers)).json()["organization"]["id"]
    return found
