"""Nouns beside a request while its case is no record: content it has put aside, people it knows of; and facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact

REQUEST = ["org_id", "request_id"]
REQUEST_KEY = ["archive_requests.org_id", "archive_requests.id"]


class PutAside(OrgOwned, Base):
    """Content that a request puts into the store, written down before: what a run that dies leaves behind is found."""

    __tablename__ = "archive_put_aside"
    __table_args__ = (
        UniqueConstraint("org_id", "request_id", "storage_key"),
        Index("archive_put_aside_by_key", "org_id", "storage_key"),
        Index("archive_put_aside_by_age", "org_id", "put_at", "id"),
    )

    request_id: Mapped[UUID]
    storage_key: Mapped[str]
    put_at: Mapped[datetime]


class Concerned(OrgOwned, Base):
    """An address that has a part in a case that was read and is no record yet."""

    __tablename__ = "archive_requests_concern"
    __table_args__ = (
        UniqueConstraint("org_id", "request_id", "address"),
        ForeignKeyConstraint(REQUEST, REQUEST_KEY),
        Index("archive_requests_concern_by_address", "org_id", "address", "request_id"),
    )

    request_id: Mapped[UUID]
    address: Mapped[str]
    """In lower case."""


@dataclass(frozen=True, slots=True)
class RequestForgotten(Fact):
    """What a request had read of its case was thrown away: it never became a record."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "request_id"

    request_id: UUID
    because: str


@dataclass(frozen=True, slots=True)
class ForgettingAsked(Fact):
    """A person wants what a request had read of its case to be thrown away now."""

    request_id: UUID
