"""How things stood every five minutes: what trends are drawn from, so that no page counts the past."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class OperationSample(OrgOwned, Base):
    """One look at one organisation."""

    __tablename__ = "operation_samples"
    __table_args__ = (Index("operation_samples_in_order", "org_id", "at"),)

    at: Mapped[datetime]
    waiting: Mapped[int]
    dead: Mapped[int]
    lag_seconds: Mapped[int] = mapped_column(default=0)
    """Of the mailbox that is furthest behind."""
    mails: Mapped[int]
    """Copies that came in since the look before."""
