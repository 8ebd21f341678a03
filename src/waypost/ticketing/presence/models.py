"""The noun: somebody who is looking at a ticket right now."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned

LASTS = timedelta(seconds=45)
"""Three beats: whoever is not heard of for so long has gone."""


class Doing(StrEnum):
    """What somebody does with a ticket."""

    READING = "reading"
    WRITING = "writing"


class Presence(OrgOwned, Base):
    """One person at one ticket, renewed by each beat of their page.

    The next ticket that a person opens removes their old rows: there are never more than pages that people have open.
    """

    __tablename__ = "ticket_presences"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(
            ["org_id", "person_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "ticket_id", "person_id"),
        Index("ticket_presences_of_person", "org_id", "person_id"),
    )

    ticket_id: Mapped[UUID]
    person_id: Mapped[UUID]
    doing: Mapped[Doing] = mapped_column(Text)
    seen_at: Mapped[datetime]
