"""Tables of single sign-on: who is who at a provider, and visits there that have not come back yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE
from waypost.platform.ids import new_id


class ProviderLogin(Base):
    """A person as a provider knows them: issuer and subject never change, unlike addresses."""

    __tablename__ = "provider_logins"
    __table_args__ = (
        Index("uq_provider_logins_subject", "issuer", "subject", unique=True),
        Index("uq_provider_logins_person", "issuer", "person_id", unique=True),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class ProviderVisit(Base):
    """A browser that was sent to the provider; the row is taken once, when it comes back."""

    __tablename__ = "provider_visits"
    __table_args__ = (Index("uq_provider_visits_state", "state_hash", unique=True), CATALOGUE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_hash: Mapped[bytes]
    goes_on_to: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
