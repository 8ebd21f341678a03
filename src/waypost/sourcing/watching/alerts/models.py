"""State of every rule, what it saw, and what was told to the outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Float, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact

WEBHOOK, MAIL = "webhook", "mail"
"""Ways to the outside."""


class AlertState(OrgOwned, Base):
    """One rule about one subject; outlives every process."""

    __tablename__ = "ops_alert_states"
    __table_args__ = (UniqueConstraint("org_id", "rule", "subject"),)

    rule: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    """A source's key; empty where the rule is about all of sourcing."""
    state: Mapped[str] = mapped_column(default="inactive")
    """`inactive`, `pending`, `firing`, `resolved`."""
    value: Mapped[float | None] = mapped_column(Float)
    """The newest; None without volume."""
    volume: Mapped[int] = mapped_column(default=0)
    says: Mapped[str | None]
    """What the newest sample found, for people: the field that is missing."""
    since_at: Mapped[datetime | None]
    """Since when the condition has held without a break."""
    clear_since_at: Mapped[datetime | None]
    seen: Mapped[int] = mapped_column(default=0)
    """Samples since the condition, or its absence, began."""
    sampled_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]


class AlertSample(OrgOwned, Base):
    """What one look found; kept for two days."""

    __tablename__ = "ops_alert_samples"
    __table_args__ = (Index("ops_alert_samples_of_rule", "org_id", "rule", "subject", "at"),)

    rule: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    value: Mapped[float | None] = mapped_column(Float)
    volume: Mapped[int]
    holds: Mapped[bool]


class AlertEvent(OrgOwned, Base):
    """One notice to the outside, or why none left; written once."""

    __tablename__ = "ops_alert_events"
    __table_args__ = (
        Index("ops_alert_events_newest", "org_id", "created_at", "id"),
        {"info": {"append_only": True}},
    )

    channel: Mapped[str] = mapped_column(default=WEBHOOK)
    alert_key: Mapped[str]
    """A rule with its subject (`run_success`, `drift:pracuj-pl`)."""
    notice: Mapped[str]
    """`firing`, `active` or `resolved`."""
    payload_hash: Mapped[str]
    """Of rule and state alone: live counters never change it."""
    status: Mapped[str]
    """`sent`, `failed`."""
    http_status: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
    error: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class AlertFired(Fact):
    """A rule began to fire."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "state_id"
    state_id: UUID


@dataclass(frozen=True, slots=True)
class AlertResolved(Fact):
    """A rule that fired has been quiet for as long as it takes."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "state_id"
    state_id: UUID
