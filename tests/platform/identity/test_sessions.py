"""Who a cookie makes of a caller, and when it makes nobody of them."""

import asyncio

import httpx2
import psycopg
import pytest

from tests.cast import Cast, Player
from tests.platform.identity.conftest import Hand
from tests.platform.identity.small_app import HTML
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import remove_member
from waypost.platform.identity.seen import LastSeen
from waypost.platform.ids import new_secret

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]


async def status_of(browser: httpx2.AsyncClient, player: Player) -> int:
    return (await browser.get("/me", headers=player.headers)).status_code


async def test_me_names_person_organisation_and_both_roles(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for player, role in ((cast.alice, "admin"), (cast.bob, "agent"), (cast.vera, "viewer"), (cast.mallory, "admin")):
        said = (await browser.get("/me", headers=player.headers)).json()
        assert set(said) == {"user", "organization", "role", "org_role"}
        assert said["user"] == {"id": str(player.person_id), "email": player.email, "display_name": player.name}
        assert said["organization"]["id"] == str(player.org_id)
        assert (said["role"], said["org_role"]) == (role, player.role.value)


@pytest.mark.parametrize("token", [new_secret(), "short", "ü" * 43, "a'; drop table people; --", ""], ids=range(5))
async def test_a_forged_session_is_nobody(browser: httpx2.AsyncClient, token: str) -> None:
    answer = await browser.get("/me", headers={b"cookie": f"oss_session={token}".encode()})
    assert answer.status_code == 401


async def test_a_stolen_hash_opens_nothing(browser: httpx2.AsyncClient, cast: Cast, owner: Owner) -> None:
    found = await owner.execute("select encode(token_hash, 'base64') from auth_sessions")
    stolen = [str(row[0])[:43] for row in await found.fetchall()]
    said = [await browser.get("/me", headers={"cookie": f"oss_session={token}"}) for token in stolen[:5]]
    assert said and {answer.status_code for answer in said} == {401}


async def test_a_session_ends_after_its_life(browser: httpx2.AsyncClient, cast: Cast, hand: Hand) -> None:
    for _ in range(3):
        hand.move(days=9)
        assert await status_of(browser, cast.bob) == 200
        await cast.desk.seen.write()
    hand.move(days=4)
    assert await status_of(browser, cast.bob) == 401


async def test_an_idle_session_ends_earlier(browser: httpx2.AsyncClient, cast: Cast, hand: Hand) -> None:
    hand.move(days=15)
    assert await status_of(browser, cast.bob) == 401


async def test_a_revoked_session_is_nobody(browser: httpx2.AsyncClient, cast: Cast) -> None:
    answer = await browser.post("/auth/logout", headers=cast.bob.headers)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert [c.split(";")[0] for c in answer.headers.get_list("set-cookie")] == ['oss_session=""', 'oss_csrf=""']
    assert await status_of(browser, cast.bob) == 401
    assert await status_of(browser, cast.alice) == 200


async def test_who_was_disabled_is_told_so_and_may_sign_in_as_somebody_else(
    browser: httpx2.AsyncClient, cast: Cast, owner: Owner
) -> None:
    await owner.execute("update people set is_disabled = true where id = %s", (cast.bob.person_id,))
    assert await status_of(browser, cast.bob) == 403
    page = await browser.get("/account", headers=cast.bob.headers | HTML)
    assert page.status_code == 403 and "disabled" in page.text
    assert (await browser.get("/sign-in", headers=cast.bob.headers | HTML)).status_code == 200


async def test_a_membership_that_ended_ends_its_sessions(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.bob.org_id, cast.alice.actor) as work:
        await remove_member(work, cast.bob.person_id)
    assert await status_of(browser, cast.bob) == 401


async def test_a_session_left_in_a_lost_organisation_is_refused(
    browser: httpx2.AsyncClient, cast: Cast, owner: Owner
) -> None:
    await owner.execute("update memberships set ended_at = now() where person_id = %s", (cast.bob.person_id,))
    assert await status_of(browser, cast.bob) == 403


async def test_last_seen_is_gathered_and_never_goes_back(browser: httpx2.AsyncClient, cast: Cast, hand: Hand) -> None:
    before = hand.now
    hand.move(minutes=5)
    await status_of(browser, cast.bob)
    assert await last_seen(cast) == before
    await cast.desk.seen.write()
    assert await last_seen(cast) == hand.now
    cast.desk.seen.note(cast.bob.session_id, before)
    await cast.desk.seen.close()
    assert await last_seen(cast) == hand.now


async def test_what_was_seen_writes_itself(cast: Cast, hand: Hand) -> None:
    seen = LastSeen(cast.desk.works.shards, delay=0.01)
    hand.move(minutes=1)
    seen.note(cast.bob.session_id, hand.now)
    for _ in range(100):
        await asyncio.sleep(0.02)
        if await last_seen(cast) == hand.now:
            break
    assert await last_seen(cast) == hand.now
    await seen.close()


async def last_seen(cast: Cast) -> object:
    async with cast.desk.works.open(cast.bob.org_id, MACHINE, reads=True) as work:
        return (await lookups.devices(work.db, cast.bob.person_id, work.now, None))[0].last_seen_at
