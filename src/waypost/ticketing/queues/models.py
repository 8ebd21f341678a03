"""Nouns of the queues: where tickets wait until somebody takes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from waypost.platform.db import Base, OrgOwned


class Queue(OrgOwned, Base):
    """A named place for tickets. An archived one keeps its tickets and its name, and is given nothing new."""

    __tablename__ = "queues"
    __table_args__ = (
        UniqueConstraint("org_id", "slug"),
        Index("queues_in_order", "org_id", "created_at", "id"),
    )

    name: Mapped[str]
    slug: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class QueueMembership(OrgOwned, Base):
    """Who looks after a queue."""

    __tablename__ = "queue_memberships"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "queue_id"], ["queues.org_id", "queues.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "queue_id", "user_id"),
        Index("queue_memberships_of_person", "org_id", "user_id"),
    )

    queue_id: Mapped[UUID]
    user_id: Mapped[UUID]
    created_at: Mapped[datetime]
