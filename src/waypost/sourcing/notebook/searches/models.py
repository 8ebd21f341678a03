"""The noun: a named search."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class SavedSearch(OrgOwned, Base):
    """A named way of looking at offers, its person's alone; one of them may be what the list opens with."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "user_id", "name"),
        Index("saved_searches_one_default", "org_id", "user_id", unique=True, postgresql_where="is_default"),
    )

    user_id: Mapped[UUID]
    name: Mapped[str]
    query: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Fields of the list's address."""
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
