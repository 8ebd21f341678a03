"""Verbs of identity inside an organisation; each leaves an audit entry in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.platform.access import Role
from waypost.platform.audit.actions import record
from waypost.platform.identity import lookups
from waypost.platform.identity.refusals import (
    BelongsElsewhereToo,
    EmailMalformed,
    LastOwner,
    NoSuchMember,
    NoSuchSession,
    NotAMember,
)
from waypost.platform.work import Work

LONGEST_EMAIL = 320
LONGEST_AGENT = 200

DOCUMENTED = {"dev": "auth.dev_login", "logout": "auth.logout"}
"""Acts that operators know from the log by these names (ticketing.md 2.3): how a session opened, why it closed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session as its owner is told of it."""

    id: UUID
    created_at: datetime
    expires_at: datetime


async def open_session(
    work: Work,
    person: UUID,
    *,
    token_hash: bytes,
    until: datetime,
    agent: str | None,
    how: str,
    address: str | None = None,
) -> Opened:
    """Sign a person in to the work's organisation; `how` names what they proved. Refuses who is no member."""
    cut = agent[:LONGEST_AGENT] if agent else None
    session = await lookups.open_session(
        work.db,
        person=person,
        org=work.org,
        token=token_hash,
        agent=cut,
        moment=work.now,
        until=until,
        address=address,
    )
    if session is None:
        raise NotAMember
    await record(work, DOCUMENTED.get(how, "session.opened"), "session", session, {"how": how})
    return Opened(session, work.now, until)


async def close_session(work: Work, session: UUID, person: UUID, *, reason: str) -> None:
    """Revoke one session of a person; refuses (404) what is not theirs or already closed."""
    if not await lookups.close_session(work.db, session, person, work.now, reason):
        raise NoSuchSession
    await record(work, DOCUMENTED.get(reason, "session.closed"), "session", session, {"reason": reason})


async def close_other_sessions(work: Work, person: UUID, *, but: UUID) -> int:
    """Revoke all sessions of a person except one; returns how many."""
    closed = await lookups.close_other_sessions(work.db, person, but, work.now, "revoked by its owner")
    await record(work, "sessions.closed", "person", person, {"sessions_closed": closed})
    return closed


async def switch_organisation(work: Work, session: UUID, person: UUID, org: UUID) -> None:
    """Let a session act for another organisation of the same person; refuses (403) any other."""
    if not await lookups.switch(work.db, session, person, org):
        raise NotAMember
    await record(work, "auth.switch_org", "session", session, {"to": str(org)})


async def set_password(work: Work, person: UUID, password_hash: str, *, keep_session: UUID | None = None) -> None:
    """Store a password that its owner chose; all their other sessions end."""
    await lookups.set_password(work.db, person, password_hash, for_once=False)
    closed = await lookups.close_other_sessions(work.db, person, keep_session, work.now, "password changed")
    await record(work, "password.changed", "person", person, {"sessions_closed": closed})


async def set_profile(work: Work, person: UUID, *, name: str | None, locale: str | None, theme: str) -> None:
    """Store how a person is called and what their pages look like."""
    await lookups.set_profile(work.db, person, name, locale, theme)


async def add_member(work: Work, email: str, role: Role, *, name: str | None = None) -> UUID:
    """Make a person a member with a role (or change it); returns their id. Made when nobody has this address."""
    person = await lookups.make_person(work.db, checked_email(email), name, work.now)
    if not await lookups.join(work.db, work.org, person, role, work.now):
        raise NotAMember
    await record(work, "member.added", "person", person, {"role": role.value})
    return person


async def remove_member(work: Work, person: UUID) -> None:
    """End a membership with its sessions and keys; refuses (404) who is no member, (409) the last owner."""
    await _change(work, person, Role.VIEWER, "member.removed", {}, disabled=True, gone=True)


async def set_role(work: Work, person: UUID, role: Role, *, disabled: bool = False) -> None:
    """Give a member another role; refuses 404 who is no member, 409 to take the last owner away."""
    await _change(work, person, role, "member.role_changed", {"role": role.value}, disabled=disabled)


async def set_disabled(work: Work, person: UUID, role: Role, *, disabled: bool) -> None:
    """Shut a member out of this organisation (their sessions and keys end), or let them in again."""
    act = "member.disabled" if disabled else "member.enabled"
    await _change(work, person, role, act, {}, disabled=disabled)


async def refuse_who_belongs_elsewhere(work: Work, person: UUID) -> None:
    """Refuse (403) whose account other organisations rely on too, and the operator's: not ours alone to weaken."""
    if not await lookups.is_ours_alone(work.db, work.org, person):
        raise BelongsElsewhereToo


async def ask_second_factor(work: Work, of_whom: str | None) -> None:
    """Ask a second factor of "admins", of "everyone", or of nobody (None)."""
    await lookups.ask_second_factor(work.db, work.org, of_whom)
    await record(work, "second_factor.asked", "organization", work.org, {"of": of_whom})


async def _change(
    work: Work, person: UUID, role: Role, act: str, detail: dict[str, str], *, disabled: bool, gone: bool = False
) -> None:
    done = await lookups.change_member(work.db, work.org, person, role, work.now, disabled=disabled, gone=gone)
    if done == "nobody":
        raise NoSuchMember
    if done == "last owner":
        raise LastOwner
    await record(work, act, "person", person, detail)


def checked_email(text: str) -> str:
    """Trimmed and in lower case; refuses (422) what has no "@", holds spaces or is not 3 to 320 characters long."""
    email = text.strip().lower()
    if "@" not in email or any(c.isspace() for c in email) or not 3 <= len(email) <= LONGEST_EMAIL:
        raise EmailMalformed
    return email
