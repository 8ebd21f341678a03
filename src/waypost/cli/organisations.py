"""What commands ask and do about organisations."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from waypost.main.house import House
from waypost.platform.errors import Conflict, NotFound
from waypost.platform.identity import lookups
from waypost.platform.identity.founding import Founded, found_organisation
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.records import Organisation


class NoSuchOrganisation(NotFound):
    """There is no such organisation; waypost org list shows all."""


class NameTaken(Conflict):
    """There is an organisation of this name already."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new organisation for the one who asked for it."""

    name: str
    owner: str
    founded: Founded

    @property
    def org_id(self) -> UUID:
        """Its id."""
        return self.founded.org_id

    @property
    def password(self) -> str | None:
        """The owner's for one time; None when they have one already."""
        return self.founded.password

    def as_json(self) -> str:
        """For programs; `password` is null when the owner has one already."""
        return json.dumps(
            {"id": str(self.org_id), "name": self.name, "owner": self.owner, "one_time_password": self.password}
        )


def create_organisation(name: str, owner: str, zone: str) -> Callable[[House], Awaitable[Made]]:
    """Refuses a name that exists: commands find organisations by it."""

    async def act(house: House) -> Made:
        async with lookups.catalogue(house.shards) as db:
            if await lookups.organisation_named(db, name):
                raise NameTaken(f"There is an organisation called {name} already.")
        return Made(name, owner, await found_organisation(house.works, Passwords(), name, owner, zone=zone))

    return act


async def all_organisations(house: House) -> list[Organisation]:
    """Every organisation, oldest first."""
    ids = [org async for org in house.organisations()]
    async with lookups.catalogue(house.shards) as db:
        found = [await lookups.organisation(db, org) for org in ids]
    return [one for one in found if one]


async def organisation_of(house: House, named: str) -> UUID:
    """The organisation that `--org` means: an id, or the oldest of this name."""
    async with lookups.catalogue(house.shards) as db:
        found = await lookups.organisation_named(db, named)
        if found is None and (org := _uuid(named)) and await lookups.organisation(db, org):
            found = org
    if found is None:
        raise NoSuchOrganisation(f"There is no organisation called {named}; waypost org list shows all.")
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
