"""The table of runs that are reported from outside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE


class InboundRun(Base):
    """The id of a run, as callbacks name it; no secret, but it names one organisation (ruling 1)."""

    __tablename__ = "inbound_runs"
    __table_args__ = (Index("inbound_runs_org", "org_id", "created_at"), CATALOGUE)

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    created_at: Mapped[datetime]
