"""What commands do to people. Flags of the whole installation are set with the owner's login alone."""

from collections.abc import Awaitable, Callable

import psycopg

from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.errors import Conflict, NotFound
from waypost.platform.identity import lookups
from waypost.platform.identity.passwords import Passwords, one_time_password
from waypost.platform.identity.records import Login
from waypost.platform.identity.second_factor.actions import remove


class NoSuchPerson(NotFound):
    """Nobody has this address."""


class OwnersLoginNeeded(Conflict):
    """Only the owner of the database may set this: name its login in DATABASE_ADMIN_URL."""


def new_password(email: str) -> Callable[[House], Awaitable[str]]:
    """A password for one sign-in; whoever knew the old one is out."""

    async def act(house: House) -> str:
        password = one_time_password()
        hashed = await Passwords().hash(password)
        async with lookups.catalogue(house.shards) as db:
            found = await _person(db, email)
            await lookups.set_password(db, found.id, hashed, for_once=True)
            await lookups.close_other_sessions(db, found.id, None, house.works.clock(), "new password by the operator")
        return password

    return act


def without_second_factor(email: str) -> Callable[[House], Awaitable[None]]:
    """Written into the log of their oldest organisation; refuses (409) who has none."""

    async def act(house: House) -> None:
        async with lookups.catalogue(house.shards) as db:
            found = await _person(db, email)
            places = await lookups.places(db, found.id)
        if not places:
            raise NoSuchPerson(f"{email} belongs to no organisation.")
        async with house.works.open(places[0].id, MACHINE) as work:
            await remove(work, found.id, by="the operator")

    return act


def set_operator(email: str, is_one: bool) -> Callable[[House], Awaitable[None]]:
    """Let somebody see the figures of the whole installation, or no longer."""
    return _as_owner("select identity_set_operator(%s, %s)", email, is_one)


def set_disabled(email: str, is_off: bool) -> Callable[[House], Awaitable[None]]:
    """Shut an account everywhere, or let it in again."""
    return _as_owner("select identity_set_disabled(%s, %s)", email, is_off)


def _as_owner(statement: str, email: str, value: bool) -> Callable[[House], Awaitable[None]]:
    async def act(house: House) -> None:
        if house.database.admin is None:
            raise OwnersLoginNeeded
        async with await psycopg.AsyncConnection.connect(plain(house.database.admin), autocommit=True) as owner:
            found = await owner.execute(statement.encode(), (email.strip().lower(), value))
            if await found.fetchone() != (True,):
                raise NoSuchPerson(f"Nobody has the address {email}.")

    return act


async def _person(db: lookups.Asked, email: str) -> Login:
    found = await lookups.login(db, email)
    if found is None:
        raise NoSuchPerson(f"Nobody has the address {email}.")
    return found
