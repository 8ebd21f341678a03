"""A correction: which job it mends by which, what differs, why, and who approved it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class JobCorrection(OrgOwned, Base):
    """Written once; jobs may be pruned before it, so nothing points at them but their ids."""

    __tablename__ = "job_corrections"
    __table_args__ = (
        UniqueConstraint("org_id", "job_id"),
        Index("job_corrections_of_new_job", "org_id", "new_job_id"),
        {"info": {"append_only": True}},
    )

    job_id: Mapped[UUID]
    new_job_id: Mapped[UUID]
    difference: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`{field: [before, after]}`."""
    reason: Mapped[str]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime]
