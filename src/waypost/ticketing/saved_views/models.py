"""The noun: a way of looking at the inbox that somebody wanted to keep."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned

SHARED, PERSONAL = "is_shared", "not is_shared"


class SavedView(OrgOwned, Base):
    """A named choice of tickets, for everybody or for its owner alone; a name stands once among those one sees."""

    __tablename__ = "ticket_saved_views"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "owner_id"], ["memberships.org_id", "memberships.person_id"], ondelete="SET NULL (owner_id)"
        ),
        Index("saved_views_shared", "org_id", "name", unique=True, postgresql_where=SHARED),
        Index("saved_views_personal", "org_id", "owner_id", "name", unique=True, postgresql_where=PERSONAL),
        Index("saved_views_in_order", "org_id", "created_at", "id"),
    )

    name: Mapped[str]
    filters: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The documented filters; null for a view that they cannot express: programs are not told of it."""
    query: Mapped[dict[str, str]] = mapped_column(JSONB)
    """The same as fields of the inbox's address."""
    is_default: Mapped[bool] = mapped_column(default=False)
    """What the inbox shows when it is opened without a question; a personal one goes before a shared one."""
    is_shared: Mapped[bool] = mapped_column(default=True)
    owner_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
