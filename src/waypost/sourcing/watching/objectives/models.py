"""What web processes answered, by the minute; hours of it are counted and the minutes go after two days."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from waypost.platform.db import Base, OrgOwned


class AnswerMinute(OrgOwned, Base):
    """Answers of one process in (a part of) one minute; several rows of a minute are added up."""

    __tablename__ = "answer_minutes"
    __table_args__ = (Index("answer_minutes_in_order", "org_id", "minute"),)

    minute: Mapped[datetime]
    doors: Mapped[str]
    """`callbacks`, `sourcing`, `ops`, `house`."""
    total: Mapped[int]
    faults: Mapped[int]
    """Statuses from 500 on."""
    within: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Answers by the bounds of `platform/observe/tally.py`, each in the first that it is not above."""
