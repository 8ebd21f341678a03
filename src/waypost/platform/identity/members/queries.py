"""Questions about members as those see them who manage them, disabled ones too."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import Role
from waypost.platform.identity.models import Membership, Person
from waypost.platform.identity.refusals import NoSuchMember

PAGE = 100


@dataclass(frozen=True, slots=True)
class Belonging:
    """One member: `is_disabled` here, or everywhere by the operator."""

    id: UUID
    name: str
    email: str
    role: Role
    is_disabled: bool


async def belonging(db: AsyncSession, *, after: UUID | None = None, most: int = PAGE + 1) -> list[Belonging]:
    """Members in the order in which they came to us, `most` at a time, those behind the one of id `after`."""
    wanted = _members().order_by(Person.id).limit(most)
    found = await db.execute(wanted.where(Person.id > after) if after else wanted)
    return [_belonging(*each) for each in found]


async def member(db: AsyncSession, person_id: UUID) -> Belonging:
    """One member; refuses (404) who is none."""
    found = (await db.execute(_members().where(Person.id == person_id))).one_or_none()
    if found is None:
        raise NoSuchMember
    return _belonging(*found)


def _members() -> Select[UUID, str | None, str, str, bool]:
    off = or_(Membership.disabled_at.is_not(None), Person.is_disabled)
    return (
        select(Person.id, Person.display_name, Person.email, Membership.role, off)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.ended_at.is_(None))
    )


def _belonging(id_: UUID, name: str | None, email: str, role: str, is_disabled: bool) -> Belonging:
    return Belonging(id_, name or email.partition("@")[0], email, Role(role), is_disabled)
