"""The second factor: set up with a code, asked at sign-in, each code good for one time, tries counted."""

from dataclasses import replace
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cast import Cast
from tests.platform.identity.conftest import Hand
from tests.platform.identity.manners import (
    PASSWORD,
    give_password,
    hidden,
    set_up_factor,
    show,
    submit,
    submit_as_stranger,
)
from waypost.platform.access import MACHINE
from waypost.platform.identity.second_factor import lookups
from waypost.platform.identity.second_factor.codes import (
    matching_step,
    new_recovery_codes,
    plain_recovery_code,
    step_of,
)
from waypost.platform.identity.second_factor.proving import about, confirmed_factor, prove
from waypost.platform.safety.vault import Vault

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
HERE = "/account/second-factor"
RFC_6238 = [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924")]
"""Appendix B: moments and their codes of eight digits; ours are the last six."""


@pytest.fixture
async def bob_has_it(browser: httpx2.AsyncClient, cast: Cast) -> Any:
    """Bob's app and his recovery codes."""
    await give_password(cast, cast.bob)
    return await set_up_factor(browser, cast, cast.bob)


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_codes_are_those_of_the_standard(seconds: int, code: str, hand: Hand) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = hand.now.fromtimestamp(seconds, hand.now.tzinfo)
    assert matching_step(secret, code[-6:], moment) == step_of(moment) == seconds // 30
    assert matching_step(secret, f" {code[2:5]} {code[5:]} ", moment) == seconds // 30
    assert matching_step(secret, code, moment) is None
    assert matching_step(secret, "", moment) is None and matching_step(secret, "١٢٣٤٥٦", moment) is None


def test_recovery_codes_are_read_however_they_are_typed() -> None:
    code = new_recovery_codes()[0]
    plain = plain_recovery_code(code)
    assert plain == plain_recovery_code(f" {code.upper().replace('-', ' ')} ") == code.replace("-", "")
    assert plain_recovery_code("") is None and plain_recovery_code("illegible1") is None
    assert len(set(new_recovery_codes())) == 10


async def test_setting_up_needs_the_password_and_a_code(browser: httpx2.AsyncClient, cast: Cast) -> None:
    await give_password(cast, cast.bob)
    assert (await submit(browser, cast.bob, HERE, current="not this one")).status_code == 422
    assert "data:image" not in (await show(browser, cast.bob, HERE)).text
    assert (await submit(browser, cast.bob, HERE, current=PASSWORD)).headers["location"] == HERE
    assert (await submit(browser, cast.bob, f"{HERE}/confirmation", code="000000")).status_code == 422
    assert await signs_in(browser, cast) == 200, "it does not count before it is confirmed"


async def test_the_secret_is_sealed_and_its_codes_are_hashed(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, owner: Owner
) -> None:
    app, codes = bob_has_it
    found = await owner.execute("select f::text from second_factors f union all select c::text from recovery_codes c")
    stored = " ".join(str(row[0]) for row in await found.fetchall())
    assert app.secret not in stored and app.secret.encode().hex() not in stored
    assert not [code for code in codes if code.replace("-", "").encode().hex() in stored]
    page = await show(browser, cast.bob, HERE)
    assert app.secret[:8] not in page.text and page.headers["cache-control"] == "no-store"


async def test_the_form_asks_in_two_steps(browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, hand: Hand) -> None:
    app, _ = bob_has_it
    hand.move(minutes=1)
    asked = await submit_as_stranger(
        browser, "/sign-in", {"email": cast.bob.email, "password": PASSWORD, "next": "/account"}
    )
    assert asked.status_code == 200 and "set-cookie" not in asked.headers
    fields = {"challenge": hidden(asked, "challenge"), "next": hidden(asked, "next")}
    wrong = await submit_as_stranger(browser, "/sign-in/second-step", fields | {"code": "000000"})
    assert wrong.status_code == 401 and hidden(wrong, "challenge") == fields["challenge"]
    sent = fields | {"code": app.at(hand.now)}
    done = await submit_as_stranger(browser, "/sign-in/second-step", sent)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert "oss_session" in done.headers["set-cookie"]
    hand.move(minutes=1)
    again = await submit_as_stranger(browser, "/sign-in/second-step", fields | {"code": app.at(hand.now)})
    assert again.status_code == 403, "a challenge ends with its success"


async def test_a_challenge_lives_ten_minutes(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, hand: Hand
) -> None:
    app, _ = bob_has_it
    asked = await submit_as_stranger(browser, "/sign-in", {"email": cast.bob.email, "password": PASSWORD})
    hand.move(minutes=10, seconds=1)
    fields = {"challenge": hidden(asked, "challenge"), "code": app.at(hand.now)}
    assert (await submit_as_stranger(browser, "/sign-in/second-step", fields)).status_code == 403


async def test_programs_send_the_code_with_the_password(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, hand: Hand
) -> None:
    app, _ = bob_has_it
    hand.move(minutes=1)
    assert await signs_in(browser, cast) == 403
    assert await signs_in(browser, cast, "000000") == 401
    assert await signs_in(browser, cast, app.at(hand.now)) == 200


async def test_a_code_works_once_and_neither_do_older_ones(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, hand: Hand
) -> None:
    app, _ = bob_has_it
    assert await signs_in(browser, cast, app.at(hand.now)) == 401, "the one that confirmed it is used, too"
    hand.move(minutes=1)
    code, older = app.at(hand.now), app.generate_otp(step_of(hand.now) - 1)
    assert [await signs_in(browser, cast, each) for each in (code, code, older)] == [200, 401, 401]


async def test_a_recovery_code_works_once(browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any) -> None:
    _, codes = bob_has_it
    assert [await signs_in(browser, cast, each) for each in (codes[3].upper(), codes[3], codes[4])] == [200, 401, 200]
    assert '<dd dir="auto">8</dd>' in (await show(browser, cast.bob, HERE)).text


async def test_two_at_once_spend_a_step_once(cast: Cast, bob_has_it: Any, hand: Hand) -> None:
    step = step_of(hand.now) + 5
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        spent = [await lookups.spend_step(work.db, cast.bob.person_id, step) for _ in range(2)]
    assert spent == [True, False]


async def test_tries_at_codes_run_out_for_the_person(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any, hand: Hand
) -> None:
    app, _ = bob_has_it
    hand.move(minutes=1)
    asked = await submit_as_stranger(browser, "/sign-in", {"email": cast.bob.email, "password": PASSWORD})
    fields = {"challenge": hidden(asked, "challenge")}
    answers = [
        (await submit_as_stranger(browser, "/sign-in/second-step", fields | {"code": f"{n:06}"})).status_code
        for n in range(11)
    ]
    assert answers == [401] * 10 + [429]
    assert await signs_in(browser, cast, app.at(hand.now)) == 429


async def test_new_codes_void_the_old_and_removal_needs_the_password(
    browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any
) -> None:
    _, codes = bob_has_it
    fresh = await submit(browser, cast.bob, f"{HERE}/recovery-codes", current=PASSWORD)
    assert fresh.status_code == 200 and codes[0] not in fresh.text
    assert await signs_in(browser, cast, codes[0]) == 401
    assert (await submit(browser, cast.bob, f"{HERE}/removal", current="no")).status_code == 422
    assert await signs_in(browser, cast) == 403
    assert (await submit(browser, cast.bob, f"{HERE}/removal", current=PASSWORD)).status_code == 303
    assert await signs_in(browser, cast) == 200


async def test_a_standing_factor_is_not_replaced(browser: httpx2.AsyncClient, cast: Cast, bob_has_it: Any) -> None:
    assert (await submit(browser, cast.bob, HERE, current=PASSWORD)).status_code == 409
    assert (await submit(browser, cast.bob, f"{HERE}/confirmation", code="123456")).status_code == 409


async def test_an_organisation_may_ask_it_of_its_admins(browser: httpx2.AsyncClient, cast: Cast) -> None:
    await give_password(cast, cast.alice)
    refused = await submit(browser, cast.alice, "/members/second-factor", of_whom="admins")
    assert refused.status_code == 409, "who asks must have one"
    await set_up_factor(browser, cast, cast.alice)
    assert (await submit(browser, cast.bob, "/members/second-factor", of_whom="admins")).status_code == 403
    assert (await submit(browser, cast.alice, "/members/second-factor", of_whom="everyone")).status_code == 303
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 403
    sent = await show(browser, cast.bob, "/members")
    assert (sent.status_code, sent.headers["location"]) == (303, HERE)
    assert (await show(browser, cast.bob, HERE)).status_code == 200
    assert (await browser.get("/me", headers=cast.mallory.headers)).status_code == 200
    assert (await submit(browser, cast.alice, "/members/second-factor", of_whom="admins")).status_code == 303
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 200
    await give_password(cast, cast.bob)
    await set_up_factor(browser, cast, cast.bob)
    assert (await browser.get("/me", headers=cast.alice.headers)).status_code == 200


async def signs_in(browser: httpx2.AsyncClient, cast: Cast, code: str | None = None) -> int:
    """What Bob's program is answered."""
    browser.cookies.clear()
    token = (await browser.get("/auth/csrf")).json()["csrf_token"]
    body = {"email": cast.bob.email, "password": PASSWORD} | ({"code": code} if code else {})
    answer = await browser.post("/auth/login", json=body, headers={"x-csrf-token": token})
    browser.cookies.clear()
    return answer.status_code


async def test_a_secret_follows_a_change_of_the_key_when_it_is_used(
    cast: Cast, bob_has_it: Any, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = bob_has_it
    ring = Vault((bytes(range(1, 33)), *cast.desk.vault.keys))
    desk = replace(cast.desk, vault=ring)
    hand.move(minutes=1)
    factor = await confirmed_factor(desk, cast.bob.person_id)
    assert factor is not None and ring.needs_rewrap(factor.sealed_secret)
    assert await prove(desk, cast.bob.person_id, factor, app.at(hand.now)) == "totp"
    fresh = await confirmed_factor(desk, cast.bob.person_id)
    assert fresh is not None and not ring.needs_rewrap(fresh.sealed_secret)
    assert Vault(ring.keys[:1]).open(fresh.sealed_secret, about(cast.bob.person_id)).decode() == app.secret
