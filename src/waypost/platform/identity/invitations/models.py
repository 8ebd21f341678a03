"""Tables of one-time links; of each link only a keyed hash is stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE, ROLES
from waypost.platform.ids import new_id


class Invitation(Base):
    """Somebody may join an organisation with a role, once, until it expires."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_token", "token_hash", unique=True),
        Index("invitations_org", "org_id", "created_at"),
        Index("invitations_email", "email"),
        CheckConstraint(f"role in ({ROLES})", name="role_known"),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    email: Mapped[str]
    role: Mapped[str]
    token_hash: Mapped[bytes]
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordLink(Base):
    """Its holder may choose a new password for one person, once, until it expires."""

    __tablename__ = "password_links"
    __table_args__ = (
        Index("uq_password_links_token", "token_hash", unique=True),
        Index("password_links_person", "person_id"),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    """Where it was made, and where its use is audited."""
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
