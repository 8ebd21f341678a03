"""The table of API keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE, ROLES
from waypost.platform.ids import new_id


class ApiKey(Base):
    """A person's key in one organisation; it may what both its own role and the person's present role may."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index("uq_api_keys_secret", "secret_hash", unique=True),
        Index("api_keys_person", "person_id", "org_id", "created_at"),
        Index("api_keys_expiry", "expires_at"),
        CheckConstraint(f"role in ({ROLES})", name="role_known"),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    """The first characters, by which its owner knows it again."""
    secret_hash: Mapped[bytes]
    role: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
