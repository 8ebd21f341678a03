"""Verbs of API keys; each leaves an audit entry."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from waypost.platform.access import Role
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid, NotFound
from waypost.platform.identity.api_keys.lookups import make_key, revoke_key
from waypost.platform.identity.api_keys.secrets import SHOWN, new_api_key
from waypost.platform.identity.members.ranks import reaches
from waypost.platform.identity.tokens import Tokens
from waypost.platform.work import Work

LONGEST_DAYS = 366
DEFAULT_DAYS = 90
LONGEST_NAME = 100


class KeyTooMighty(Invalid):
    """A key cannot do more than the person it belongs to."""


class KeyNameless(Invalid):
    """A key needs a name of 1 to 100 characters."""


class KeyLifeUnsuitable(Invalid):
    """A key lives for 1 to 366 days."""


class TooManyKeys(Conflict):
    """There are 50 keys already; revoke one first."""


class NoSuchKey(NotFound):
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is to be: its name, what it may do at most, how many days it lives."""

    name: str
    role: Role
    days: int = DEFAULT_DAYS


@dataclass(frozen=True, slots=True)
class Cut:
    """A fresh key; `secret` is shown once and kept nowhere."""

    id: UUID
    secret: str = field(repr=False)
    prefix: str
    expires_at: datetime


async def cut_key(work: Work, tokens: Tokens, wish: Wish, *, person: UUID, role: Role) -> Cut:
    """Make a key for a person of this role. Refuses 422 what it may not be, 409 beyond 50 keys."""
    name = wish.name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise KeyNameless
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise KeyLifeUnsuitable
    if not reaches(role, wish.role):
        raise KeyTooMighty
    secret, until = new_api_key(), work.now + timedelta(days=wish.days)
    made = await make_key(
        work.db,
        org=work.org,
        person=person,
        name=name,
        prefix=secret[:SHOWN],
        secret_hash=tokens.keyed("api key", secret),
        role=wish.role,
        moment=work.now,
        until=until,
    )
    if made is None:
        raise TooManyKeys
    await record(work, "api_key.made", "api_key", made, {"role": wish.role.value, "days": wish.days})
    return Cut(made, secret, secret[:SHOWN], until)


async def revoke(work: Work, key: UUID, *, person: UUID) -> None:
    """End one of a person's keys; refuses (404) what is not theirs."""
    if not await revoke_key(work.db, work.org, person, key, work.now):
        raise NoSuchKey
    await record(work, "api_key.revoked", "api_key", key, {})
