"""Sign-in and account as people see them, without scripts."""

import re

import httpx2
import pytest

from tests.cast import Cast
from tests.platform.identity.small_app import HTML
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups

pytestmark = pytest.mark.anyio

PASSWORD = "a quiet valve in the cellar"


@pytest.fixture
async def ready(cast: Cast) -> Cast:
    """Bob has a password."""
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        hashed = await cast.desk.passwords.hash(PASSWORD)
        await lookups.set_password(work.db, cast.bob.person_id, hashed, for_once=False)
    return cast


def field_of(page: httpx2.Response, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


async def test_sign_in_by_form_goes_on_to_where_one_was_going(browser: httpx2.AsyncClient, ready: Cast) -> None:
    form = await browser.get("/sign-in?next=/tickets%3Fq=a", headers=HTML)
    assert form.status_code == 200 and form.headers["cache-control"] == "no-store"
    data = {"email": ready.bob.email, "password": PASSWORD, "next": field_of(form, "next")}
    data["csrf_token"] = field_of(form, "csrf_token")
    done = await browser.post("/sign-in", data=data, headers=HTML)
    assert (done.status_code, done.headers["location"]) == (303, "/tickets?q=a")
    assert (await browser.get("/me")).json()["user"]["email"] == ready.bob.email
    assert (await browser.get("/sign-in?next=/account", headers=HTML)).headers["location"] == "/account"


async def test_nobody_is_sent_elsewhere(browser: httpx2.AsyncClient, ready: Cast) -> None:
    form = await browser.get("/sign-in", headers=HTML)
    data = {
        "email": ready.bob.email,
        "password": PASSWORD,
        "next": "//evil.example",
        "csrf_token": field_of(form, "csrf_token"),
    }
    assert (await browser.post("/sign-in", data=data, headers=HTML)).headers["location"] == "/"


async def test_a_wrong_password_keeps_the_address_and_no_password(browser: httpx2.AsyncClient, ready: Cast) -> None:
    form = await browser.get("/sign-in", headers=HTML)
    data = {"email": ready.bob.email, "password": "certainly not this", "csrf_token": field_of(form, "csrf_token")}
    again = await browser.post("/sign-in", data=data, headers=HTML)
    assert again.status_code == 401 and "E-mail or password is wrong." in again.text
    assert f'value="{ready.bob.email}"' in again.text and "certainly not this" not in again.text
    data["csrf_token"] = "forged"
    assert (await browser.post("/sign-in", data=data, headers=HTML)).status_code == 403


async def test_a_one_time_password_asks_for_ones_own(browser: httpx2.AsyncClient, ready: Cast) -> None:
    async with ready.desk.works.open(ready.bob.org_id, MACHINE) as work:
        hashed = await ready.desk.passwords.hash(PASSWORD)
        await lookups.set_password(work.db, ready.bob.person_id, hashed, for_once=True)
    form = await browser.get("/sign-in", headers=HTML)
    data = {"email": ready.bob.email, "password": PASSWORD, "csrf_token": field_of(form, "csrf_token")}
    asked = await browser.post("/sign-in", data=data, headers=HTML)
    assert asked.status_code == 403 and 'name="new_password"' in asked.text
    short = await browser.post("/sign-in", data=data | {"new_password": "short"}, headers=HTML)
    assert short.status_code == 422 and "too short" in short.text
    done = await browser.post("/sign-in", data=data | {"new_password": "another valve"}, headers=HTML)
    assert done.status_code == 303


async def test_when_tries_are_used_up_the_form_says_so(browser: httpx2.AsyncClient, ready: Cast) -> None:
    form = await browser.get("/sign-in", headers=HTML)
    data = {"email": ready.bob.email, "password": "wrong", "csrf_token": field_of(form, "csrf_token")}
    answers = [await browser.post("/sign-in", data=data, headers=HTML) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) == 901 and "Too many tries" in answers[-1].text


async def test_the_account_page_and_its_profile(browser: httpx2.AsyncClient, ready: Cast) -> None:
    page = await browser.get("/account", headers=ready.bob.headers | HTML)
    assert page.status_code == 200 and "this one" in page.text and ready.bob.email in page.text
    data = {"display_name": "Bob <b>Ähm</b>", "locale": "de", "theme": "dark", "csrf_token": ready.bob.csrf_token}
    saved = await browser.post("/account", data=data, headers=ready.bob.headers | HTML)
    assert saved.headers["location"] == "/account?saved=profile"
    page = await browser.get("/account?saved=profile", headers=ready.bob.headers | HTML)
    assert 'lang="de"' in page.text and 'data-theme="dark"' in page.text and "<b>Ähm" not in page.text
    await browser.post("/settings/theme", data=data | {"theme": "light"}, headers=ready.bob.headers | HTML)
    page = await browser.get("/account", headers=ready.bob.headers | HTML)
    assert 'data-theme="light"' in page.text and "Ähm" in page.text


async def test_a_new_password_needs_the_present_one_and_ends_other_sessions(
    browser: httpx2.AsyncClient, ready: Cast
) -> None:
    form = await browser.get("/sign-in", headers=HTML)
    data = {"email": ready.bob.email, "password": PASSWORD, "csrf_token": field_of(form, "csrf_token")}
    await browser.post("/sign-in", data=data, headers=HTML)
    data = {"csrf_token": browser.cookies["oss_csrf"], "new_password": "another valve"}
    for current, new, status in (("wrong", "another valve", 422), (PASSWORD, PASSWORD, 422), (PASSWORD, "x", 422)):
        sent = data | {"current": current, "new_password": new}
        assert (await browser.post("/account/password", data=sent, headers=HTML)).status_code == status
    assert (await browser.get("/me", headers=ready.bob.headers)).status_code == 200
    done = await browser.post("/account/password", data=data | {"current": PASSWORD}, headers=HTML)
    assert done.headers["location"] == "/account?saved=password"
    assert (await browser.get("/me")).status_code == 200
    assert (await browser.get("/me", headers=ready.bob.headers)).status_code == 401


async def test_only_ones_own_sessions_can_be_revoked(browser: httpx2.AsyncClient, ready: Cast) -> None:
    data = {"csrf_token": ready.bob.csrf_token}
    for player, status in ((ready.alice, 404), (ready.mallory, 404), (ready.bob, 303)):
        path = f"/account/sessions/{player.session_id}/revocation"
        assert (await browser.post(path, data=data, headers=ready.bob.headers | HTML)).status_code == status
    assert (await browser.get("/me", headers=ready.alice.headers)).status_code == 200
    assert (await browser.get("/me", headers=ready.bob.headers)).status_code == 401


async def test_all_other_sessions_can_be_revoked_and_each_says_where_it_is(
    browser: httpx2.AsyncClient, ready: Cast
) -> None:
    form = await browser.get("/sign-in", headers=HTML)
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"}
    data = {"email": ready.bob.email, "password": PASSWORD, "csrf_token": field_of(form, "csrf_token")}
    await browser.post("/sign-in", data=data, headers=HTML | agent)
    page = await browser.get("/account", headers=HTML)
    assert "Firefox · Linux" in page.text and "127.0.0.1" in page.text
    sent = {"csrf_token": browser.cookies["oss_csrf"]}
    done = await browser.post("/account/sessions/revocation", data=sent, headers=HTML)
    assert done.headers["location"] == "/account?saved=sessions"
    assert (await browser.get("/me")).status_code == 200
    assert (await browser.get("/me", headers=ready.bob.headers)).status_code == 401
    assert (await browser.get("/me", headers=ready.vera.headers)).status_code == 200


async def test_sign_out_and_switching_by_form(browser: httpx2.AsyncClient, ready: Cast) -> None:
    async with ready.desk.works.open(ready.mallory.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, ready.bob.person_id, Role.VIEWER, work.now)
    assert "Globex" in (await browser.get("/account", headers=ready.bob.headers | HTML)).text
    data = {"csrf_token": ready.bob.csrf_token, "organization_id": str(ready.mallory.org_id)}
    switched = await browser.post("/auth/switch-org", data=data, headers=ready.bob.headers | HTML)
    assert (switched.status_code, switched.headers["location"]) == (303, "/")
    out = await browser.post("/auth/logout", data=data, headers=ready.bob.headers | HTML)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?left=true")


async def test_strangers_are_sent_to_sign_in(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/account", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/account")
