"""What the look-ups answer: plain values, never rows that could be changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.platform.access import Role


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is neither expired nor revoked, with its person and organisation; `role` is None for no member."""

    session_id: UUID
    person_id: UUID
    org_id: UUID
    role: Role | None
    is_disabled: bool
    email: str
    display_name: str | None
    org_name: str
    zone: str
    locale: str | None
    theme: str
    operator: bool
    must_enrol: bool
    """The organisation asks for a second factor that the person has not set up."""
    ceiling: Role | None = None
    """An API key's own role; None for a session."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the password check needs to know of a person."""

    id: UUID
    email: str
    display_name: str | None
    is_disabled: bool
    password_hash: str | None
    for_once: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chose for themselves; None leaves it to the address, the organisation, the browser."""

    display_name: str | None
    locale: str | None
    theme: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as its people see it."""

    id: UUID
    name: str
    primary_domain: str | None
    zone: str
    locale: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation a person belongs to."""

    id: UUID
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is signed in, as its owner sees it."""

    id: UUID
    user_agent: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
