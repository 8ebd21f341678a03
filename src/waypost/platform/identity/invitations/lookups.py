"""One-time links as typed questions to the catalogue."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import Role
from waypost.platform.identity.lookups import Asked, row, value
from waypost.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that holds; `is_known` when its address has an account that must prove itself first."""

    id: UUID
    org_id: UUID
    org_name: str
    email: str
    role: Role
    is_known: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One that was neither accepted nor revoked, as those see it who manage members."""

    id: UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link to choose a password that holds, and for whom."""

    id: UUID
    person_id: UUID
    org_id: UUID
    email: str


async def invite(
    db: AsyncSession,
    *,
    org: UUID,
    email: str,
    role: Role,
    token: bytes,
    by: UUID | None,
    moment: datetime,
    until: datetime,
) -> UUID:
    """A new invitation's id; an open one for the same address is revoked."""
    fresh = new_id()
    call = "identity_invite(:id, :org, :email, :role, :token, :by, :at, :until)"
    values = {"id": fresh, "org": org, "email": email, "role": role.value, "token": token, "by": by}
    await value(db, call, values | {"at": moment, "until": until})
    return fresh


async def invitations(db: AsyncSession, org: UUID) -> list[InvitationLine]:
    """Open ones of the session's organisation, newest first, the latest 200."""
    found = await db.execute(text("select * from identity_invitations(:org)"), {"org": org})
    return [InvitationLine(**each._asdict() | {"role": Role(each.role)}) for each in found]


async def revoke_invitation(db: AsyncSession, org: UUID, invitation: UUID, moment: datetime) -> bool:
    """Make it void; False when there is none of this id here that could be."""
    values = {"org": org, "invitation": invitation, "at": moment}
    return bool(await value(db, "identity_revoke_invitation(:org, :invitation, :at)", values))


async def invitation_of(db: Asked, token: bytes, moment: datetime) -> Invitation | None:
    """The invitation behind a link."""
    found = await row(db, "identity_invitation(:token, :at)", {"token": token, "at": moment})
    return Invitation(**found._asdict() | {"role": Role(found.role)}) if found else None


async def invitation_for(db: Asked, email: str, moment: datetime) -> Invitation | None:
    """The oldest open invitation for a verified address; those that make admins ask for their link."""
    found = await row(db, "identity_invitation_for(:email, :at)", {"email": email, "at": moment})
    return Invitation(**found._asdict() | {"role": Role(found.role)}) if found else None


async def accept_invitation(db: AsyncSession, org: UUID, invitation: UUID, moment: datetime) -> bool:
    """Use it up; False when somebody was faster or it is void."""
    values = {"org": org, "invitation": invitation, "at": moment}
    return bool(await value(db, "identity_accept_invitation(:org, :invitation, :at)", values))


async def make_password_link(
    db: AsyncSession, *, org: UUID, person: UUID, token: bytes, by_mail: bool, moment: datetime, until: datetime
) -> bool:
    """A link for a member; False when they are none, or belong elsewhere too and the link is not mailed to them."""
    values = {"id": new_id(), "org": org, "person": person, "token": token, "mail": by_mail}
    call = "identity_make_password_link(:id, :org, :person, :token, :mail, :at, :until)"
    return bool(await value(db, call, values | {"at": moment, "until": until}))


async def password_link(db: Asked, token: bytes, moment: datetime) -> PasswordLink | None:
    """For whom a link is, while it holds."""
    found = await row(db, "identity_password_link(:token, :at)", {"token": token, "at": moment})
    return PasswordLink(**found._asdict()) if found else None


async def use_password_link(db: Asked, link: UUID, moment: datetime) -> bool:
    """Use it up, once."""
    return bool(await value(db, "identity_use_password_link(:link, :at)", {"link": link, "at": moment}))
