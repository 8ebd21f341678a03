"""The catalogue's tables: they belong to no organisation, so the app reaches them through look-ups (catalogue.py)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.access import Role
from waypost.platform.db import Base
from waypost.platform.ids import new_id

CATALOGUE = {"info": {"catalogue": True}}
ROLES = ", ".join(f"'{role}'" for role in Role)


class Organization(Base):
    """A tenant. Its name need not be unique; its primary domain is."""

    __tablename__ = "organizations"
    __table_args__ = (
        Index("organizations_name", "name", "created_at"),
        Index("uq_organizations_primary_domain", "primary_domain", unique=True),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    primary_domain: Mapped[str | None]
    zone: Mapped[str] = mapped_column(server_default="UTC")
    """IANA name; days and working hours of the organisation."""
    locale: Mapped[str | None]
    """What its people read unless they chose otherwise; None follows their browser."""
    created_at: Mapped[datetime]
    second_factor_for: Mapped[str | None]
    """Who must have a second factor: "admins", "everyone", or None for nobody."""
    chosen_zone: Mapped[str | None]
    """The zone that its people chose; None: nobody has, `zone` is the usual one."""


class Person(Base):
    """A human being with one login for all organisations."""

    __tablename__ = "people"
    __table_args__ = (
        Index("uq_people_email", "email", unique=True),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str]
    display_name: Mapped[str | None]
    is_disabled: Mapped[bool] = mapped_column(server_default=false())
    password_hash: Mapped[str | None]
    password_is_for_once: Mapped[bool] = mapped_column(server_default=false())
    """Handed out by someone else: to be replaced at the first sign-in."""
    installation_operator: Mapped[bool] = mapped_column(server_default=false())
    locale: Mapped[str | None]
    theme: Mapped[str] = mapped_column(server_default="auto")
    created_at: Mapped[datetime]


class Membership(Base):
    """What a person is in an organisation; one that ended stays, so that old acts keep their name."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role in ({ROLES})", name="role_known"),
        Index("memberships_person", "person_id", "org_id"),
        CATALOGUE,
    )

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    """Shut out here, by this organisation; other organisations of the person are not concerned."""


class AuthSession(Base):
    """A browser that is signed in; of its token only a keyed hash is stored."""

    __tablename__ = "auth_sessions"
    __table_args__ = (
        Index("uq_auth_sessions_token_hash", "token_hash", unique=True),
        Index("auth_sessions_person", "person_id", "revoked_at", "expires_at"),
        Index("auth_sessions_expiry", "expires_at"),
        CATALOGUE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    active_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    token_hash: Mapped[bytes]
    user_agent: Mapped[str | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]
    address: Mapped[str | None]
    """Where it was opened: an IPv4 address or the network of an IPv6 one, shown to its owner."""


class OrganizationRemoval(Base):
    """That an organisation was removed for good: the installation's own memory of it, which names nobody in it."""

    __tablename__ = "organization_removals"
    __table_args__ = (Index("uq_organization_removals_org", "org_id", unique=True), CATALOGUE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_id: Mapped[UUID]
    name: Mapped[str]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None: it was begun, and the command has to be given again."""
    gone: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """How much of each kind went, and the last hash of its audit log."""


class SignInAttempt(Base):
    """A try at a password, counted per address and per account; both are stored as keyed hashes."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_bucket", "bucket", "at"), Index("sign_in_attempts_age", "at"), CATALOGUE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    bucket: Mapped[bytes]
    at: Mapped[datetime]
