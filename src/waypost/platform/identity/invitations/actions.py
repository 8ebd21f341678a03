"""Verbs of one-time links inside an organisation; each leaves an audit entry."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from waypost.platform.access import Role
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, NotFound
from waypost.platform.identity import actions, queries
from waypost.platform.identity.invitations import lookups
from waypost.platform.identity.invitations.lookups import Invitation, PasswordLink
from waypost.platform.identity.members.ranks import may_manage
from waypost.platform.identity.refusals import BelongsElsewhereToo, RankTooLow
from waypost.platform.identity.tokens import Tokens
from waypost.platform.ids import new_secret
from waypost.platform.web.caller import Caller
from waypost.platform.work import Work


class AlreadyHere(Conflict):
    """Somebody with this address is a member already."""


class NoSuchInvitation(NotFound):
    """There is no such invitation."""


class LinkVoid(NotFound):
    """This link does not hold: it was used, replaced, or is too old."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A fresh link: the secret part of its address, told once, and until when it holds."""

    id: UUID
    token: str = field(repr=False)
    email: str
    expires_at: datetime


async def invite(work: Work, tokens: Tokens, caller: Caller, email: str, role: Role, life: timedelta) -> Sent:
    """Invite somebody. Refuses 422 no address, 409 who is here already, 403 a role above one's own."""
    address = actions.checked_email(email)
    if not may_manage(caller.role, role):
        raise RankTooLow
    if await queries.member_with(work.db, address):
        raise AlreadyHere
    token, until = new_secret(), work.now + life
    made = await lookups.invite(
        work.db,
        org=work.org,
        email=address,
        role=role,
        token=tokens.keyed("invitation", token),
        by=caller.person_id,
        moment=work.now,
        until=until,
    )
    await record(work, "invitation.made", "invitation", made, {"role": role.value})
    return Sent(made, token, address, until)


async def revoke(work: Work, invitation: UUID) -> None:
    """Make an invitation void; refuses (404) what is none of ours."""
    if not await lookups.revoke_invitation(work.db, work.org, invitation, work.now):
        raise NoSuchInvitation
    await record(work, "invitation.revoked", "invitation", invitation, {})


async def accept(work: Work, found: Invitation, *, name: str | None = None) -> UUID:
    """Make its address a member and use it up; returns the person's id. A present member keeps their role."""
    if not await lookups.accept_invitation(work.db, work.org, found.id, work.now):
        raise LinkVoid
    await record(work, "invitation.accepted", "invitation", found.id, {"role": found.role.value})
    present = await queries.member_with(work.db, found.email)
    return present or await actions.add_member(work, found.email, found.role, name=name)


async def make_password_link(
    work: Work, tokens: Tokens, person: UUID, email: str, life: timedelta, *, by_mail: bool
) -> Sent:
    """A link with which a member chooses a new password; refuses (403) who belongs elsewhere too, unless by mail."""
    token, until = new_secret(), work.now + life
    made = await lookups.make_password_link(
        work.db,
        org=work.org,
        person=person,
        token=tokens.keyed("password link", token),
        by_mail=by_mail,
        moment=work.now,
        until=until,
    )
    if not made:
        raise BelongsElsewhereToo
    await record(work, "password_link.made", "person", person, {"by_mail": by_mail})
    return Sent(person, token, email, until)


async def use_password_link(work: Work, link: PasswordLink, password_hash: str) -> None:
    """Store the new password; every session of the person ends, and so does the link."""
    if not await lookups.use_password_link(work.db, link.id, work.now):
        raise LinkVoid
    await actions.set_password(work, link.person_id, password_hash)
