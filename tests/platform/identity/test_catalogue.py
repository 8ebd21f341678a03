"""The catalogue is shut: names of colleagues and look-ups are all the app and the worker get."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.cast import Cast
from tests.database import Logins
from waypost.platform.access import MACHINE, Role
from waypost.platform.db import Shards, connect
from waypost.platform.identity import lookups, queries
from waypost.platform.identity.second_factor.lookups import Challenge, begin_challenge, challenge_of
from waypost.platform.identity.single_sign_on.lookups import begin_visit
from waypost.platform.ids import new_secret
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio

SHUT = (
    "select * from organizations",
    "select * from auth_sessions",
    "select * from sign_in_attempts",
    "select password_hash from people",
    "select * from people",
    "select created_at from memberships",
    "update people set is_disabled = true",
    "delete from memberships",
    "insert into organizations (id, name, zone, created_at) values (gen_random_uuid(), 'X', 'UTC', now())",
    "select identity_set_operator('alice@example.org', true)",
    "select * from identity_organization_ids()",
)


@pytest.mark.parametrize("statement", SHUT)
async def test_the_app_cannot_reach_past_the_look_ups(works: Works, cast: Cast, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused:
        async with works.open(cast.alice.org_id, MACHINE) as work:
            await work.db.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


async def test_only_the_worker_lists_organisations(logins: Logins, cast: Cast) -> None:
    shards = Shards(connect(logins.worker, pool=1))
    async with lookups.catalogue(shards) as db:
        everyone = await lookups.organisation_ids(db)
        with pytest.raises(ProgrammingError):
            await lookups.login(db, cast.alice.email)
    await shards.close()
    assert {cast.alice.org_id, cast.mallory.org_id} <= set(everyone)


async def test_names_are_those_of_colleagues(works: Works, cast: Cast) -> None:
    everybody = [player.person_id for player in (cast.alice, cast.bob, cast.vera, cast.mallory)]
    async with works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        assert [member.name for member in await queries.members(work.db)] == ["Alice", "Bob", "Vera"]
        assert set(await queries.names(work.db, everybody)) == set(everybody[:3])
        assert not await queries.is_member(work.db, cast.mallory.person_id)
    async with works.open(cast.mallory.org_id, MACHINE, reads=True) as work:
        assert [member.name for member in await queries.members(work.db)] == ["Mallory"]


async def test_without_an_organisation_there_are_no_names(shards: Shards, cast: Cast) -> None:
    async with lookups.catalogue(shards) as db:
        assert (await db.execute(text("select id from people"))).all() == []
        assert (await db.execute(text("select person_id from memberships"))).all() == []


async def test_nobody_joins_an_organisation_the_transaction_is_not_bound_to(works: Works, cast: Cast) -> None:
    async with works.open(cast.mallory.org_id, MACHINE) as work:
        assert not await lookups.join(work.db, cast.alice.org_id, cast.mallory.person_id, Role.OWNER, work.now)
        acme, bob = cast.alice.org_id, cast.bob.person_id
        assert await lookups.change_member(work.db, acme, bob, Role.OWNER, work.now, disabled=False) == "nobody"
    async with works.open(cast.alice.org_id, MACHINE) as work:
        assert await queries.is_member(work.db, cast.bob.person_id)
        assert not await queries.is_member(work.db, cast.mallory.person_id)


async def test_a_look_up_answers_its_own_row_only(shards: Shards, cast: Cast) -> None:
    async with lookups.catalogue(shards) as db:
        found = await db.execute(text("select count(*) from identity_person('%')"))
        assert found.scalar_one() == 0
        found = await db.execute(text("select count(*) from identity_caller('', now(), null)"))
        assert found.scalar_one() == 0
        devices = await lookups.devices(db, cast.bob.person_id, cast.desk.works.clock(), None)
    assert [device.id for device in devices] == [cast.bob.session_id]


async def test_every_function_is_shut_to_the_public_and_owned_by_nobody_who_logs_in(
    owner: "psycopg.AsyncConnection[tuple[object, ...]]",
) -> None:
    found = await owner.execute(
        """select proname, pg_get_userbyid(proowner), prosecdef, proconfig::text,
                  exists (select from aclexplode(proacl) where grantee = 0)
           from pg_proc where proname like 'identity\\_%'"""
    )
    rows = await found.fetchall()
    assert len(rows) > 20
    assert {row[1:] for row in rows} == {("waypost_owner", True, '{"search_path=public, pg_temp"}', False)}


async def test_a_sweep_drops_what_ended_a_month_ago(
    works: Works, cast: Cast, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    async with works.open(cast.bob.org_id, MACHINE) as work:
        await lookups.close_session(work.db, cast.bob.session_id, cast.bob.person_id, work.now, "logout")
        await lookups.sweep(work.db, work.now + timedelta(days=29))
    assert await _exist(owner, cast) == {cast.alice.session_id, cast.bob.session_id}
    async with works.open(cast.bob.org_id, MACHINE) as work:
        await lookups.sweep(work.db, work.now + timedelta(days=31))
    assert await _exist(owner, cast) == {cast.alice.session_id}


async def _exist(owner: "psycopg.AsyncConnection[tuple[object, ...]]", cast: Cast) -> set[object]:
    asked = [cast.alice.session_id, cast.bob.session_id]
    return {
        row[0]
        for row in await (await owner.execute("select id from auth_sessions where id = any(%s)", (asked,))).fetchall()
    }


async def test_a_sweep_drops_what_waited_in_vain(
    works: Works, cast: Cast, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    state, challenge = new_secret().encode(), Challenge(cast.bob.person_id, cast.bob.org_id, None, "password")
    async with works.open(cast.bob.org_id, MACHINE) as work:
        until = work.now + timedelta(minutes=10)
        await begin_visit(work.db, state, "/", work.now, until)
        await begin_challenge(work.db, state, challenge, work.now, until)
        await lookups.sweep(work.db, until - timedelta(seconds=1))
        assert await challenge_of(work.db, state, work.now) == challenge
        await lookups.sweep(work.db, until + timedelta(seconds=1))
    for table, column in (("provider_visits", "state_hash"), ("sign_in_challenges", "token_hash")):
        found = await owner.execute(f"select 1 from {table} where {column} = %s".encode(), (state,))
        assert await found.fetchall() == [], table
