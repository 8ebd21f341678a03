"""API keys: shown once, never more than their person, without CSRF, in one organisation, until they end."""

from typing import Any

import httpx2
import psycopg
import pytest

from tests.cast import Cast, Player
from tests.platform.identity.conftest import Hand
from tests.platform.identity.manners import show, submit
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.identity.api_keys.secrets import bearer_of, is_api_key, new_api_key

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]


def test_keys_are_known_by_their_look() -> None:
    key = new_api_key()
    assert is_api_key(key) and not is_api_key(key[:-1]) and not is_api_key(key + "a") and not is_api_key("wpk_")
    assert bearer_of(f"bearer {key}") == bearer_of(f"Bearer  {key} ") == key
    assert bearer_of(f"Basic {key}") is None and bearer_of(None) is None and bearer_of("") is None


async def test_a_key_speaks_for_its_person_without_csrf(browser: httpx2.AsyncClient, cast: Cast, hand: Hand) -> None:
    said = await made(browser, cast.alice, role="owner")
    headers = {"authorization": f"Bearer {said['key']}"}
    me = (await browser.get("/me", headers=headers)).json()
    assert (me["user"]["email"], me["organization"]["name"], me["org_role"]) == (cast.alice.email, "Acme", "owner")
    body = {"email": "nora@client.example", "role": "agent"}
    assert (await browser.post("/invitations", json=body, headers=headers)).status_code == 201
    cookie = {"cookie": cast.alice.headers["cookie"]}
    assert (await browser.post("/invitations", json=body, headers=cookie)).status_code == 403
    hand.move(minutes=3)
    await browser.get("/me", headers=headers)
    await cast.desk.seen.write()
    (listed,) = (await browser.get("/api-keys", headers=cast.alice.headers)).json()
    assert listed["last_used_at"] and "key" not in listed and listed["prefix"] == said["key"][:10]


async def test_a_key_may_less_than_its_person_and_never_more(browser: httpx2.AsyncClient, cast: Cast) -> None:
    low = {"authorization": f"Bearer {(await made(browser, cast.alice, role='viewer'))['key']}"}
    assert (await browser.get("/invitations", headers=low)).status_code == 403
    mighty = await browser.post("/api-keys", json={"name": "x", "role": "admin"}, headers=cast.bob.headers)
    assert mighty.status_code == 422
    high = {"authorization": f"Bearer {(await made(browser, cast.bob, role='agent'))['key']}"}
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        person = cast.bob.person_id
        await lookups.change_member(work.db, work.org, person, Role.VIEWER, work.now, disabled=False)
    seen = await browser.get("/me", headers=high)
    assert seen.json()["org_role"] == "viewer", "who is less now has keys that may less"


async def test_a_key_makes_no_keys_and_opens_no_account(browser: httpx2.AsyncClient, cast: Cast) -> None:
    said = await made(browser, cast.alice, role="owner")
    headers = {"authorization": f"Bearer {said['key']}"}
    tries = [
        await browser.post("/api-keys", json={"name": "more"}, headers=headers),
        await browser.delete(f"/api-keys/{said['id']}", headers=headers),
        await browser.post("/account/second-factor", headers=headers),
        await browser.post("/account/password", headers=headers, data={"current": "x", "new_password": "y" * 12}),
    ]
    assert [answer.status_code for answer in tries] == [403, 403, 403, 403]


async def test_a_key_ends_by_time_by_word_and_with_the_account(
    browser: httpx2.AsyncClient, cast: Cast, hand: Hand, owner: Owner
) -> None:
    keys = [await made(browser, cast.bob, days=days) for days in (1, 30, 366)]
    headers = [{"authorization": f"Bearer {one['key']}"} for one in keys]
    assert await statuses(browser, headers) == [200, 200, 200]
    assert (await browser.delete(f"/api-keys/{keys[1]['id']}", headers=cast.alice.headers)).status_code == 404
    assert (await browser.delete(f"/api-keys/{keys[1]['id']}", headers=cast.bob.headers)).status_code == 204
    hand.move(days=1, seconds=1)
    assert await statuses(browser, headers) == [401, 401, 200]
    await owner.execute("update people set is_disabled = true where id = %s", (cast.bob.person_id,))
    assert await statuses(browser, headers) == [401, 401, 403]


async def test_only_a_hash_is_kept(browser: httpx2.AsyncClient, cast: Cast, owner: Owner) -> None:
    said = await made(browser, cast.bob)
    found = await owner.execute("select k::text from api_keys k union all select a::text from admin_audit_logs a")
    stored = " ".join(str(row[0]) for row in await found.fetchall())
    assert said["key"] not in stored and said["key"][4:].encode().hex() not in stored and "api_key.made" in stored


async def test_invented_keys_are_nobody_even_beside_a_session(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for key in (new_api_key(), "wpk_", "x", cast.bob.token):
        headers = {"authorization": f"Bearer {key}"}
        assert (await browser.get("/me", headers=headers)).status_code == 401
        assert (await browser.get("/me", headers=headers | cast.bob.headers)).status_code == 401


async def test_the_page_shows_a_key_once(browser: httpx2.AsyncClient, cast: Cast) -> None:
    page = await submit(browser, cast.bob, "/api-keys", name="the import on box 7", role="agent", days="30")
    key = page.text.partition('data-copy="wpk_')[2].partition('"')[0]
    assert page.status_code == 200 and is_api_key(f"wpk_{key}") and page.headers["cache-control"] == "no-store"
    again = await show(browser, cast.bob, "/api-keys")
    assert key not in again.text and "the import on box 7" in again.text
    nameless = await submit(browser, cast.bob, "/api-keys", name=" ", role="agent", days="30")
    assert nameless.status_code == 422 and "Give it a name" in nameless.text
    (listed,) = (await browser.get("/api-keys", headers=cast.bob.headers)).json()
    assert (await submit(browser, cast.vera, f"/api-keys/{listed['id']}/revocation")).status_code == 404
    assert (await submit(browser, cast.bob, f"/api-keys/{listed['id']}/revocation")).status_code == 303
    assert (await browser.get("/api-keys", headers=cast.bob.headers)).json() == []


async def test_fifty_keys_are_enough(browser: httpx2.AsyncClient, cast: Cast, owner: Owner) -> None:
    await made(browser, cast.bob)
    await owner.execute(
        """insert into api_keys (id, org_id, person_id, name, prefix, secret_hash, role, created_at, expires_at)
           select gen_random_uuid(), org_id, person_id, name, prefix, sha256(n::text::bytea || secret_hash), role,
                  created_at, expires_at from api_keys, generate_series(1, 49) n where person_id = %s""",
        (cast.bob.person_id,),
    )
    answer = await browser.post("/api-keys", json={"name": "one more"}, headers=cast.bob.headers)
    assert answer.status_code == 409


async def made(browser: httpx2.AsyncClient, who: Player, role: str = "viewer", days: int = 90) -> dict[str, Any]:
    """A key of somebody's, as they are told of it."""
    answer = await browser.post("/api-keys", json={"name": "robot", "role": role, "days": days}, headers=who.headers)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def statuses(browser: httpx2.AsyncClient, keys: list[dict[str, str]]) -> list[int]:
    """What each key is answered."""
    return [(await browser.get("/me", headers=key)).status_code for key in keys]


async def test_a_character_that_no_text_can_hold_is_refused(browser: httpx2.AsyncClient, cast: Cast) -> None:
    answer = await browser.post("/api-keys", json={"name": "till\x00"}, headers=cast.bob.headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "unstorable")
