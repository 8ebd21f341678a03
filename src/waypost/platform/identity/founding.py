"""Organisations come to be: by the command line with an owner, or at start for what the environment configures."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import add_member, checked_email
from waypost.platform.identity.passwords import Passwords, one_time_password
from waypost.platform.work import Works

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:name, 1))")


@dataclass(frozen=True, slots=True)
class Founded:
    """A new organisation; `password` is the owner's for one time, None when they have one already."""

    org_id: UUID
    owner_id: UUID
    password: str | None = field(repr=False)


async def found_organisation(
    works: Works,
    passwords: Passwords,
    name: str,
    owner_email: str,
    *,
    owner_name: str | None = None,
    zone: str = "UTC",
    org_id: UUID | None = None,
) -> Founded:
    """Make an organisation and its owner. The caller shows the one-time password once; it is replaced at sign-in."""
    email = checked_email(owner_email)
    async with lookups.catalogue(works.shards) as db:
        org = await lookups.make_organisation(db, name, works.clock(), zone=zone, org=org_id)
    async with works.open(org, MACHINE) as work:
        owner = await add_member(work, email, Role.OWNER, name=owner_name)
    return Founded(org, owner, await give_password(works, passwords, email))


async def give_password(works: Works, passwords: Passwords, email: str) -> str | None:
    """A one-time password for a person who has none yet, else None."""
    password = one_time_password()
    hashed = await passwords.hash(password)
    async with lookups.catalogue(works.shards) as db:
        person = await lookups.login(db, email)
        if person is None or person.password_hash is not None:
            return None
        await lookups.set_password(db, person.id, hashed, for_once=True)
    return password


async def find_or_make(works: Works, name: str) -> tuple[UUID, bool]:
    """The oldest organisation of this name, made when there is none (also when several processes start at once)."""
    async with lookups.catalogue(works.shards) as db:
        await db.execute(ONE_AT_A_TIME, {"name": name})
        found = await lookups.organisation_named(db, name)
        return (found, False) if found else (await lookups.make_organisation(db, name, works.clock()), True)
