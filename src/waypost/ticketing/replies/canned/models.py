"""The noun: a text with places for names, one's own or everybody's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class CannedReply(OrgOwned, Base):
    """`owner_id` None: everybody's. A removed one keeps its row, so that the removal can be undone."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "owner_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        Index("canned_replies_by_name", "org_id", "name"),
    )

    name: Mapped[str]
    body: Mapped[str]
    owner_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
