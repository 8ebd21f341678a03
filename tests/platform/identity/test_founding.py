"""Organisations and their first people, as the command line and the start make them."""

import asyncio

import pytest

from tests.cast import Cast
from waypost.platform.access import Role
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import add_member
from waypost.platform.identity.founding import find_or_make, found_organisation
from waypost.platform.identity.refusals import EmailMalformed, PasswordMustChange
from waypost.platform.identity.sign_in import Credentials, sign_in
from waypost.platform.ids import new_secret

pytestmark = pytest.mark.anyio


async def test_an_owner_gets_a_password_for_one_time(cast: Cast) -> None:
    email = f"{new_secret()}@example.org"
    founded = await found_organisation(cast.desk.works, cast.desk.passwords, "Initech", email, zone="Europe/Berlin")
    assert founded.password is not None and founded.password not in repr(founded)
    with pytest.raises(PasswordMustChange):
        await sign_in(cast.desk, Credentials(email, founded.password))
    done = await sign_in(cast.desk, Credentials(email, founded.password, "a password of my own"))
    assert (done.place.id, done.place.role) == (founded.org_id, Role.OWNER)
    again = await found_organisation(cast.desk.works, cast.desk.passwords, "Initrode", email)
    assert (again.owner_id, again.password) == (founded.owner_id, None)
    async with lookups.catalogue(cast.desk.works.shards) as db:
        found = await lookups.organisation(db, founded.org_id)
    assert found is not None and (found.name, found.zone) == ("Initech", "Europe/Berlin")


async def test_processes_that_start_at_once_make_one_organisation(cast: Cast) -> None:
    name = f"Default {new_secret()}"
    made = await asyncio.gather(*(find_or_make(cast.desk.works, name) for _ in range(5)))
    assert len({org for org, _ in made}) == 1 and sum(fresh for _, fresh in made) == 1


async def test_a_member_is_added_once_and_may_change_role(cast: Cast) -> None:
    email = f"{new_secret()}@Example.org"
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor) as work:
        first = await add_member(work, email, Role.VIEWER, name="Walter")
        again = await add_member(work, email.upper(), Role.AGENT)
        places = await lookups.places(work.db, first)
    assert first == again and [(place.id, place.role) for place in places] == [(cast.alice.org_id, Role.AGENT)]


@pytest.mark.parametrize("email", ["", "a", "no-at", "two words@example.org", f"{'a' * 320}@example.org"])
async def test_what_is_no_address_is_refused(cast: Cast, email: str) -> None:
    with pytest.raises(EmailMalformed):
        async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor) as work:
            await add_member(work, email, Role.VIEWER)
