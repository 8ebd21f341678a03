"""Tables of the second factor; they belong to people, not to organisations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE
from waypost.platform.ids import new_id


class SecondFactor(Base):
    """A person's secret for codes, sealed by the vault; counts only once it was confirmed with a code."""

    __tablename__ = "second_factors"
    __table_args__ = (CATALOGUE,)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed_secret: Mapped[bytes]
    last_step: Mapped[int | None]
    """The newest step of 30 seconds whose code was used; it and older ones are refused."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One way in without the phone; of the code only a keyed hash is stored."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("uq_recovery_codes_code", "person_id", "code_hash", unique=True), CATALOGUE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


class SignInChallenge(Base):
    """Somebody who has proved the first factor and is asked for the second; one hash of one token."""

    __tablename__ = "sign_in_challenges"
    __table_args__ = (Index("uq_sign_in_challenges_token", "token_hash", unique=True), CATALOGUE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    token_hash: Mapped[bytes]
    password_hash: Mapped[str | None]
    """A password of one's own that replaces a one-time one, when the second step succeeds."""
    how: Mapped[str]
    """The first factor: "password" or "provider"."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
