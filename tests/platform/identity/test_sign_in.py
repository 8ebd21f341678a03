"""Signing in with a password: who gets in, who is told what, how often one may try."""

from datetime import timedelta

import httpx2
import psycopg
import pytest
from argon2 import PasswordHasher

from tests.cast import CHEAP, Cast
from tests.platform.identity.conftest import Hand
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.refusals import TooManyTries, WrongPassword
from waypost.platform.identity.sign_in import Credentials, sign_in
from waypost.platform.ids import new_secret

pytestmark = pytest.mark.anyio

PASSWORD = "a quiet valve in the cellar"
STRANGER = new_secret()
CSRF = {"cookie": f"oss_csrf={STRANGER}", "x-csrf-token": STRANGER}


@pytest.fixture
async def bobs_password(cast: Cast) -> str:
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        hashed = await cast.desk.passwords.hash(PASSWORD)
        await lookups.set_password(work.db, cast.bob.person_id, hashed, for_once=False)
    return PASSWORD


async def test_the_answer_and_its_cookies(browser: httpx2.AsyncClient, cast: Cast, bobs_password: str) -> None:
    body = {"email": f" {cast.bob.email.upper()} ", "password": bobs_password}
    answer = await browser.post("/auth/login", json=body, headers=CSRF)
    said = answer.json()
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert set(said) == {"user", "organization", "role", "org_role", "session", "csrf_token"}
    assert set(said["session"]) == {"id", "created_at", "expires_at"} and said["session"]["expires_at"].endswith("Z")
    session, csrf = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in session and "Max-Age=2592000" in session and "SameSite=lax" in session and "Path=/" in session
    assert "HttpOnly" not in csrf and said["csrf_token"] in csrf
    assert (await browser.get("/me")).json()["user"]["email"] == cast.bob.email
    out = await browser.post("/auth/logout", headers={"x-csrf-token": said["csrf_token"]})
    assert out.status_code == 200 and not browser.cookies


async def test_wrong_passwords_and_unknown_people_sound_alike(
    browser: httpx2.AsyncClient, cast: Cast, bobs_password: str
) -> None:
    said = []
    for email, password in ((cast.bob.email, "not this one, surely"), ("nobody@example.org", PASSWORD)):
        answer = await browser.post("/auth/login", json={"email": email, "password": password}, headers=CSRF)
        said.append((answer.status_code, answer.json()["detail"], "set-cookie" in answer.headers))
    assert said == [(401, "E-mail or password is wrong", False)] * 2


async def test_a_person_without_a_password_cannot_sign_in(browser: httpx2.AsyncClient, cast: Cast) -> None:
    answer = await browser.post("/auth/login", json={"email": cast.vera.email, "password": "x"}, headers=CSRF)
    assert answer.status_code == 401


async def test_sign_in_without_the_token_is_refused(
    browser: httpx2.AsyncClient, cast: Cast, bobs_password: str
) -> None:
    body = {"email": cast.bob.email, "password": bobs_password}
    for headers in ({}, {"cookie": f"oss_csrf={STRANGER}"}, {"x-csrf-token": STRANGER}, CSRF | {"x-csrf-token": "x"}):
        assert (await browser.post("/auth/login", json=body, headers=headers)).status_code == 403


async def test_another_organisation_cannot_be_named(
    browser: httpx2.AsyncClient, cast: Cast, bobs_password: str
) -> None:
    body = {"email": cast.bob.email, "password": bobs_password, "organization": str(cast.mallory.org_id)}
    assert (await browser.post("/auth/login", json=body, headers=CSRF)).status_code == 403
    body["organization"] = str(cast.bob.org_id)
    assert (await browser.post("/auth/login", json=body, headers=CSRF)).status_code == 200


async def test_tries_of_an_account_run_out_and_come_back(cast: Cast, hand: Hand, bobs_password: str) -> None:
    for number in range(10):
        await refused(cast, cast.bob.email, f"wrong password {number}", address=f"203.0.113.{number}")
    with pytest.raises(TooManyTries) as blocked:
        await sign_in(cast.desk, Credentials(cast.bob.email, bobs_password, address="198.51.100.1"))
    assert blocked.value.retry_after == timedelta(minutes=15)
    hand.move(minutes=15, seconds=1)
    assert (await sign_in(cast.desk, Credentials(cast.bob.email, bobs_password))).person.id == cast.bob.person_id


async def test_tries_of_an_address_run_out_for_known_and_unknown_accounts(
    browser: httpx2.AsyncClient, cast: Cast
) -> None:
    await full_bucket(cast, "127.0.0.1")
    for email in (cast.bob.email, f"{new_secret()}@example.org"):
        answer = await browser.post("/auth/login", json={"email": email, "password": "whatever"}, headers=CSRF)
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) in range(890, 902)


async def test_success_frees_the_account_but_not_the_address(cast: Cast, bobs_password: str) -> None:
    for _ in range(3):
        for number in range(9):
            await refused(cast, cast.bob.email, f"wrong password {number}", address="2001:db8::1")
        await sign_in(cast.desk, Credentials(cast.bob.email, bobs_password, address="2001:db8::2"))
    for number in range(20):
        await refused(cast, f"{new_secret()}@example.org", "wrong", address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyTries):
        await sign_in(cast.desk, Credentials(cast.bob.email, bobs_password, address="2001:db8::ffff"))


async def test_an_old_hash_is_made_anew(cast: Cast, owner: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        await lookups.set_password(work.db, cast.bob.person_id, weak.hash(PASSWORD), for_once=False)
    await sign_in(cast.desk, Credentials(cast.bob.email, PASSWORD))
    found = await owner.execute("select password_hash from people where id = %s", (cast.bob.person_id,))
    stored = str((await found.fetchall())[0][0])
    assert not CHEAP.check_needs_rehash(stored) and CHEAP.verify(stored, PASSWORD)


async def test_a_one_time_password_opens_nothing_without_a_new_one(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        await lookups.set_password(work.db, cast.bob.person_id, await Passwords(CHEAP).hash(PASSWORD), for_once=True)
    for new, status in ((None, 403), (PASSWORD, 422), ("short", 422), ("another valve altogether", 200)):
        body = {"email": cast.bob.email, "password": PASSWORD, "new_password": new}
        assert (await browser.post("/auth/login", json=body, headers=CSRF)).status_code == status
    await refused(cast, cast.bob.email, PASSWORD, address="203.0.113.7")
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 401, "the old sessions ended"


async def test_unknown_fields_are_refused(browser: httpx2.AsyncClient) -> None:
    answer = await browser.post("/auth/login", json={"email": "a@b.c", "password": "x", "role": "owner"}, headers=CSRF)
    assert answer.status_code == 422


async def refused(cast: Cast, email: str, password: str, *, address: str) -> None:
    with pytest.raises(WrongPassword):
        await sign_in(cast.desk, Credentials(email, password, address=address))


async def full_bucket(cast: Cast, address: str) -> None:
    bucket = cast.desk.tokens.bucket("address", address)
    async with lookups.catalogue(cast.desk.works.shards) as db:
        for _ in range(cast.desk.settings.attempts_per_address):
            await lookups.attempt(db, [(bucket, 50)], cast.desk.works.clock(), cast.desk.settings.window)
