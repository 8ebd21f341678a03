"""The verb: note that it was done."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from waypost.console.safekeeping.models import Kind, Safekeeping


async def note(db: AsyncConnection, kind: Kind, at: datetime) -> None:
    """The newest counts; an older one told later changes nothing."""
    fresh = insert(Safekeeping).values(kind=kind.value, at=at)
    newest = func.greatest(Safekeeping.at, fresh.excluded.at)
    await db.execute(fresh.on_conflict_do_update(index_elements=["kind"], set_={"at": newest}))
