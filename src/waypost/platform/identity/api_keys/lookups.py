"""API keys as typed questions to the catalogue."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import Role
from waypost.platform.identity.lookups import Asked, opened, row, value
from waypost.platform.identity.records import OpenSession
from waypost.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A living key as its owner sees it."""

    id: UUID
    name: str
    prefix: str
    role: Role
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


async def key_holder(db: Asked, secret_hash: bytes, moment: datetime) -> OpenSession | None:
    """Whom a key speaks for; None for one that is unknown, revoked or expired."""
    found = await row(db, "identity_key(:secret, :at)", {"secret": secret_hash, "at": moment})
    return opened(found._asdict()) if found else None


async def make_key(
    db: AsyncSession,
    *,
    org: UUID,
    person: UUID,
    name: str,
    prefix: str,
    secret_hash: bytes,
    role: Role,
    moment: datetime,
    until: datetime,
) -> UUID | None:
    """A new key's id; None when the person is no member here or has too many."""
    fresh = new_id()
    call = "identity_make_key(:id, :org, :person, :name, :prefix, :secret, :role, :at, :until)"
    values = {"id": fresh, "org": org, "person": person, "name": name, "prefix": prefix, "secret": secret_hash}
    made = await value(db, call, values | {"role": role.value, "at": moment, "until": until})
    return fresh if made else None


async def keys_of(db: AsyncSession, org: UUID, person: UUID, moment: datetime) -> list[KeyLine]:
    """A person's living keys in the session's organisation, newest first."""
    call = text("select * from identity_keys_of(:org, :person, :at)")
    found = await db.execute(call, {"org": org, "person": person, "at": moment})
    return [KeyLine(**each._asdict() | {"role": Role(each.role)}) for each in found]


async def revoke_key(db: AsyncSession, org: UUID, person: UUID, key: UUID, moment: datetime) -> bool:
    """End a key; False when the person has none of this id here."""
    values = {"org": org, "person": person, "key": key, "at": moment}
    return bool(await value(db, "identity_revoke_key(:org, :person, :key, :at)", values))
