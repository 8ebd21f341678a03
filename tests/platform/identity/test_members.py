"""Members: who may make whom what, the last owner, being shut out here and nowhere else."""

import asyncio

import httpx2
import psycopg
import pytest

from tests.cast import Cast, Player, enter
from tests.platform.identity.manners import give_password, set_up_factor, show, submit
from waypost.platform.access import ADMINS, MACHINE, Role
from waypost.platform.identity import lookups, queries
from waypost.platform.identity.actions import set_role
from waypost.platform.identity.api_keys.actions import Wish, cut_key
from waypost.platform.identity.members.queries import PAGE, belonging
from waypost.platform.identity.members.ranks import may_manage, reaches
from waypost.platform.identity.refusals import LastOwner

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]


@pytest.fixture
async def adam(cast: Cast) -> Player:
    """An admin of Acme who does not own it."""
    async with cast.desk.works.open(cast.alice.org_id, MACHINE) as work:
        return await enter(cast.desk, work, "Adam", Role.ADMIN)


def test_nobody_reaches_above_themselves() -> None:
    for mine in Role:
        for theirs in Role:
            assert may_manage(mine, theirs) <= (mine in ADMINS)
            assert not (reaches(mine, theirs) and reaches(theirs, mine)) or mine is theirs
    assert may_manage(Role.ADMIN, Role.AGENT, Role.ADMIN) and not may_manage(Role.ADMIN, Role.OWNER)
    assert not may_manage(Role.ADMIN, Role.AGENT, Role.OWNER) and may_manage(Role.OWNER, Role.OWNER, Role.VIEWER)
    assert not reaches(Role.AGENT, Role.FINANCE) and reaches(Role.FINANCE, Role.VIEWER)


async def test_roles_change_at_once(browser: httpx2.AsyncClient, cast: Cast, adam: Player) -> None:
    path = f"/members/{cast.bob.person_id}"
    answer = await browser.patch(path, json={"role": "viewer"}, headers=adam.headers)
    assert (answer.status_code, answer.json()["org_role"]) == (200, "viewer")
    assert (await browser.get("/me", headers=cast.bob.headers)).json()["org_role"] == "viewer"
    done = await submit(browser, adam, f"{path}/role", role="agent")
    assert (done.status_code, done.headers["location"]) == (303, "/members?saved=role")
    assert (await browser.get("/me", headers=cast.bob.headers)).json()["org_role"] == "agent"


async def test_an_admin_neither_makes_nor_touches_an_owner(
    browser: httpx2.AsyncClient, cast: Cast, adam: Player
) -> None:
    tries = [
        await browser.patch(f"/members/{adam.person_id}", json={"role": "owner"}, headers=adam.headers),
        await browser.patch(f"/members/{cast.bob.person_id}", json={"role": "owner"}, headers=adam.headers),
        await browser.patch(f"/members/{cast.alice.person_id}", json={"role": "viewer"}, headers=adam.headers),
        await browser.delete(f"/members/{cast.alice.person_id}", headers=adam.headers),
        await browser.post(f"/members/{cast.alice.person_id}/password-link", headers=adam.headers),
        await submit(browser, adam, f"/members/{cast.alice.person_id}/second-factor/removal"),
    ]
    assert [answer.status_code for answer in tries] == [403] * 6


async def test_the_last_owner_stays(browser: httpx2.AsyncClient, cast: Cast, adam: Player) -> None:
    path = f"/members/{cast.alice.person_id}"
    tries = [
        await browser.patch(path, json={"role": "admin"}, headers=cast.alice.headers),
        await browser.patch(path, json={"is_disabled": True}, headers=cast.alice.headers),
        await browser.delete(path, headers=cast.alice.headers),
    ]
    assert [answer.status_code for answer in tries] == [409] * 3
    made = await browser.patch(f"/members/{adam.person_id}", json={"role": "owner"}, headers=cast.alice.headers)
    assert made.status_code == 200
    assert (await browser.patch(path, json={"role": "admin"}, headers=cast.alice.headers)).status_code == 200


async def test_two_owners_cannot_both_step_down_at_once(cast: Cast) -> None:
    async with cast.desk.works.open(cast.alice.org_id, MACHINE) as work:
        olga = await enter(cast.desk, work, "Olga", Role.OWNER)

    async def step_down(person: Player) -> None:
        async with cast.desk.works.open(person.org_id, person.actor) as work:
            await set_role(work, person.person_id, Role.VIEWER)
            await asyncio.sleep(0.05)

    said = await asyncio.gather(step_down(cast.alice), step_down(olga), return_exceptions=True)
    assert [type(one) for one in said if one is not None] == [LastOwner]


async def test_shut_out_here_is_not_shut_out_there(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, cast.bob.person_id, Role.VIEWER, work.now)
    await give_password(cast, cast.bob)
    await submit(browser, cast.alice, f"/members/{cast.bob.person_id}/disablement", on="true")
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 401, "the session ended"
    async with cast.desk.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        assert not await queries.is_member(work.db, cast.bob.person_id)
        assert [place.id for place in await lookups.places(work.db, cast.bob.person_id)] == [cast.mallory.org_id]
    page = await show(browser, cast.alice, "/members")
    assert "shut out" in page.text
    await submit(browser, cast.alice, f"/members/{cast.bob.person_id}/disablement", on="false")
    async with cast.desk.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        assert await queries.is_member(work.db, cast.bob.person_id)


async def test_who_is_removed_loses_sessions_and_keys(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.bob.org_id, cast.bob.actor) as work:
        wish = Wish("robot", Role.AGENT)
        cut = await cut_key(work, cast.desk.tokens, wish, person=cast.bob.person_id, role=Role.AGENT)
    bearer = {"authorization": f"Bearer {cut.secret}"}
    assert (await browser.get("/me", headers=bearer)).status_code == 200
    gone = await browser.delete(f"/members/{cast.bob.person_id}", headers=cast.alice.headers)
    assert gone.status_code == 204
    async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, cast.bob.person_id, Role.AGENT, work.now)
    assert (await browser.get("/me", headers=bearer)).status_code == 401, "coming back does not wake old keys"
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 401


async def test_the_members_of_another_organisation_do_not_exist(browser: httpx2.AsyncClient, cast: Cast) -> None:
    path = f"/members/{cast.bob.person_id}"
    tries = [
        await browser.patch(path, json={"role": "viewer"}, headers=cast.mallory.headers),
        await browser.delete(path, headers=cast.mallory.headers),
        await browser.post(f"{path}/password-link", headers=cast.mallory.headers),
        await submit(browser, cast.mallory, f"{path}/second-factor/removal"),
    ]
    assert [answer.status_code for answer in tries] == [404] * 4
    page = await show(browser, cast.mallory, "/members")
    assert page.status_code == 200 and cast.bob.email not in page.text


async def test_those_who_may_not_manage_see_colleagues_only(browser: httpx2.AsyncClient, cast: Cast) -> None:
    page = await show(browser, cast.vera, "/members")
    assert page.status_code == 200 and cast.bob.email in page.text
    assert "/removal" not in page.text and "Invite somebody" not in page.text
    whole = await show(browser, cast.alice, "/members")
    assert f"/members/{cast.bob.person_id}/removal" in whole.text and "Invite somebody" in whole.text


async def test_members_come_page_by_page(cast: Cast, owner: Owner) -> None:
    org = (cast.alice.org_id,)
    await owner.execute(
        """with made as (insert into people (id, email, created_at)
             select gen_random_uuid(), gen_random_uuid() || '@client.example', now() from generate_series(1, 150)
             returning id)
           insert into memberships (org_id, person_id, role, created_at) select %s, id, 'viewer', now() from made""",
        org,
    )
    async with cast.desk.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        first = await belonging(work.db)
        second = await belonging(work.db, after=first[PAGE - 1].id)
    assert (len(first), len(second)) == (PAGE + 1, 53)
    assert len({one.id for one in first[:PAGE] + second}) == 153


async def test_an_admin_helps_who_lost_their_phone(browser: httpx2.AsyncClient, cast: Cast, adam: Player) -> None:
    await give_password(cast, cast.bob)
    await set_up_factor(browser, cast, cast.bob)
    path = f"/members/{cast.bob.person_id}/second-factor/removal"
    async with cast.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, cast.bob.person_id, Role.VIEWER, work.now)
    assert (await submit(browser, adam, path)).status_code == 403, "another organisation relies on it"
    async with cast.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        await lookups.change_member(
            work.db, work.org, cast.bob.person_id, Role.VIEWER, work.now, disabled=True, gone=True
        )
    assert (await submit(browser, adam, path)).status_code == 303
    assert "It is off" in (await show(browser, cast.bob, "/account/second-factor")).text


async def test_each_change_is_in_the_log(browser: httpx2.AsyncClient, cast: Cast, owner: Owner) -> None:
    path = f"/members/{cast.bob.person_id}"
    await browser.patch(path, json={"role": "viewer", "is_disabled": True}, headers=cast.alice.headers)
    await browser.delete(path, headers=cast.alice.headers)
    found = await owner.execute(
        "select act from admin_audit_logs where org_id = %s and thing_id = %s and actor_id = %s order by id",
        (cast.alice.org_id, cast.bob.person_id, cast.alice.person_id),
    )
    acts = [row[0] for row in await found.fetchall()]
    assert acts == ["member.role_changed", "member.disabled", "member.removed"]
