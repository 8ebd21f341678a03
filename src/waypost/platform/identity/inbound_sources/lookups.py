"""Inbound sources as typed questions to the catalogue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.identity.lookups import Asked, value


async def organisation_of_source(db: Asked, key: str) -> UUID | None:
    """Whose webhook address this key stands in; None for a key that nobody has."""
    found = await value(db, "identity_inbound_source(:key)", {"key": key})
    return UUID(str(found)) if found else None


async def take_source_key(
    db: AsyncSession, key: str, org: UUID, kind: str, moment: datetime, *, by_operator: bool = False
) -> bool:
    """Keep a key for the session's organisation; False when another one has it. The operator's word moves it."""
    call = "identity_take_source_key(:key, :org, :kind, :at, :operator)"
    return bool(await value(db, call, {"key": key, "org": org, "kind": kind, "at": moment, "operator": by_operator}))
