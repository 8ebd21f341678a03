"""How far a run is: values are merged into what is known, never put in its place (sourcing.md 3.1, row 14)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from waypost.sourcing.runs.models import Run


def merged(values: dict[str, Any]) -> ColumnElement[Any]:
    """What a run's progress is with these values, for a statement that changes more than it."""
    return Run.progress.op("||")(literal(values, JSONB))


async def merge_progress(db: AsyncSession, run_id: UUID, values: dict[str, Any]) -> None:
    """Add JSON-ready values under the documented keys; what is not named stays as it was."""
    told = update(Run).where(Run.id == run_id).values(progress=merged(values)).returning(Run.progress)
    now = (await db.execute(told, execution_options={"synchronize_session": False})).scalar_one_or_none()
    for held in db.identity_map.values():
        if isinstance(held, Run) and held.id == run_id:
            set_committed_value(held, "progress", now)
