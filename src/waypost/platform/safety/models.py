"""Keys of requests that were already answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class AnsweredRequest(OrgOwned, Base):
    """The first answer to a request that carried an Idempotency-Key; the same person's repeat gets it again."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("org_id", "caller_id", "door", "key", name="uq_idempotency_keys_request"),
        Index("idempotency_keys_age", "org_id", "at"),
    )

    caller_id: Mapped[UUID]
    door: Mapped[str]
    key: Mapped[str]
    digest: Mapped[bytes]
    """SHA-256 of what was sent."""
    answer: Mapped[Any | None] = mapped_column(JSONB)
    at: Mapped[datetime]
