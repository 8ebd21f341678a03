"""Questions about corrections."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.console.operations.corrections.models import JobCorrection
from waypost.platform.audit.queries import people


@dataclass(frozen=True, slots=True)
class Approved:
    """A correction and the name of who approved it."""

    correction: JobCorrection
    who: str | None


async def touching(db: AsyncSession, job_id: UUID) -> Approved | None:
    """The correction that ended a job, or else the one that made it."""
    mine = or_(JobCorrection.job_id == job_id, JobCorrection.new_job_id == job_id)
    asked = (
        select(JobCorrection, people.c.display_name)
        .outerjoin(people, people.c.id == JobCorrection.approved_by)
        .where(mine)
        .order_by(JobCorrection.id.desc())
        .limit(1)
    )
    row = (await db.execute(asked)).one_or_none()
    return Approved(*row) if row else None
