"""Inbound runs as typed questions to the catalogue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.identity.lookups import Asked, value


async def organisation_of_run(db: Asked, run_id: UUID) -> UUID | None:
    """Whose run this is; None for an id that nobody gave out."""
    found = await value(db, "identity_inbound_run(:id)", {"id": run_id})
    return UUID(str(found)) if found else None


async def take_run(db: AsyncSession, run_id: UUID, org: UUID, moment: datetime) -> None:
    """Let callbacks find the session's organisation by this run."""
    await value(db, "identity_take_run(:id, :org, :at)", {"id": run_id, "org": org, "at": moment})
