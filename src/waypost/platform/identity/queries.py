"""Questions about colleagues, asked under the app's own role: the database shows the organisation's people only."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import Role
from waypost.platform.asking import ask
from waypost.platform.identity.models import Membership, Person

PRESENT = (Membership.ended_at.is_(None), Membership.disabled_at.is_(None), Person.is_disabled.is_(False))


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague as pickers show them."""

    id: UUID
    name: str
    email: str
    role: Role


ACTING = (
    select(Person.id, Person.display_name, Person.email, Membership.role)
    .join(Membership, Membership.person_id == Person.id)
    .where(*PRESENT, Membership.role == any_(bindparam("acting", type_=ARRAY(Membership.role.type))))
)
NAMED = select(Person.id, Person.display_name, Person.email).where(
    Person.id == any_(bindparam("ids", type_=ARRAY(Person.id.type)))
)


async def members(db: AsyncSession, *, acting: Collection[Role] = tuple(Role)) -> list[Member]:
    """Present, enabled members with one of the roles `acting`, by name."""
    rows = await ask(db, ACTING, {"acting": [str(role) for role in acting]})
    found = [Member(id_, _name(name, email), email, Role(role)) for id_, name, email, role in rows]
    return sorted(found, key=lambda member: (member.name.casefold(), member.email))


async def names(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of people of this organisation, former members too; unknown ids are left out, no ids ask nothing."""
    if not ids:
        return {}
    return {id_: _name(name, email) for id_, name, email in await ask(db, NAMED, {"ids": list(set(ids))})}


async def is_member(db: AsyncSession, person_id: UUID) -> bool:
    """Whether a person may be given something to do here (an assignee)."""
    wanted = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id == person_id, *PRESENT)
    )
    return await db.scalar(wanted) is not None


async def member_with(db: AsyncSession, email: str) -> UUID | None:
    """The member with this address, disabled ones too; None when nobody here has it."""
    wanted = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.email == email, Membership.ended_at.is_(None))
    )
    found: UUID | None = await db.scalar(wanted)
    return found


def _name(display_name: str | None, email: str) -> str:
    return display_name or email.partition("@")[0]
