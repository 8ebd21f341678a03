"""Changing members: never above oneself, never the last owner away."""

from dataclasses import dataclass
from uuid import UUID

from waypost.platform.access import Role
from waypost.platform.identity import actions
from waypost.platform.identity.members.queries import Belonging, member
from waypost.platform.identity.members.ranks import may_manage
from waypost.platform.identity.refusals import RankTooLow
from waypost.platform.web.caller import Caller
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Change:
    """What a member is to become; None leaves it as it is."""

    role: Role | None = None
    is_disabled: bool | None = None


async def change(work: Work, caller: Caller, person: UUID, wish: Change) -> Belonging:
    """Do it and return the member as they are now. Refuses 404 who is none, 403 by rank, 409 the last owner."""
    found = await managed(work, caller, person, wish.role)
    role, off = wish.role or found.role, found.is_disabled if wish.is_disabled is None else wish.is_disabled
    if role is not found.role:
        await actions.set_role(work, person, role, disabled=found.is_disabled)
    if off is not found.is_disabled:
        await actions.set_disabled(work, person, role, disabled=off)
    return await member(work.db, person)


async def remove(work: Work, caller: Caller, person: UUID) -> None:
    """End a membership. Refuses 404 who is none, 403 by rank, 409 the last owner."""
    await managed(work, caller, person)
    await actions.remove_member(work, person)


async def managed(work: Work, caller: Caller, person: UUID, wanted: Role | None = None) -> Belonging:
    """The member whom the caller may change (into `wanted`); refuses 404 and 403."""
    found = await member(work.db, person)
    if not may_manage(caller.role, found.role, wanted):
        raise RankTooLow
    return found
