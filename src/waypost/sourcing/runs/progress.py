"""How far a run is: values are merged into what is known, never put in its place (sourcing.md 3.1, row 14)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from waypost.sourcing.runs.models import Run

_MERGE = (
    update(Run)
    .where(Run.id == bindparam("run"))
    .values(progress=Run.progress.op("||")(bindparam("told", type_=JSONB)))
    .returning(Run.progress)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Added:
    """JSON-ready values that a run's progress gets, in a statement that changes more than it."""

    values: dict[str, Any]


def ratio(part: float, whole: float) -> float | None:
    """Rounded to 4 decimals, as progress and reports tell it; None of nothing."""
    return round(part / whole, 4) if whole else None


async def merge_progress(db: AsyncSession, run_id: UUID, values: dict[str, Any]) -> None:
    """Add JSON-ready values under the documented keys; what is not named stays as it was."""
    now = (await db.execute(_MERGE, {"run": run_id, "told": values})).scalar_one_or_none()
    for held in db.identity_map.values():
        if isinstance(held, Run) and held.id == run_id:
            set_committed_value(held, "progress", now)
