"""Refused requests, and who was let in or kept out where a key was asked for; both leave after a month."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class ApiRequestEvent(OrgOwned, Base):
    """A request to sourcing that was not answered with a success."""

    __tablename__ = "api_request_events"
    __table_args__ = (
        Index("api_request_events_newest", "org_id", "created_at", "id"),
        Index("api_request_events_of_request", "org_id", "request_id"),
    )

    user_id: Mapped[UUID | None]
    request_id: Mapped[str]
    level: Mapped[str]
    """`warning` below 500, `error` from there."""
    method: Mapped[str]
    path: Mapped[str]
    """The route's template: an address may hold what is nobody's business."""
    status_code: Mapped[int]
    duration_ms: Mapped[int]
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """`code`: what it was refused with, as the answer named it."""
    created_at: Mapped[datetime]


class AuthorizationEvent(OrgOwned, Base):
    """Somebody knocked at a door that asks for a key."""

    __tablename__ = "authorization_events"
    __table_args__ = (Index("authorization_events_newest", "org_id", "created_at", "id"),)

    user_id: Mapped[UUID | None]
    request_id: Mapped[str]
    permission: Mapped[str]
    decision: Mapped[str]
    """`allow` or `deny`."""
    method: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime]
