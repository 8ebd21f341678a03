"""The audit log and its chain: two tables that the app may only add to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class AuditLog(OrgOwned, Base):
    """One act of a person or machine; `detail` holds ids and plain values, never bodies, addresses or secrets."""

    __tablename__ = "admin_audit_logs"
    __table_args__ = (
        Index("admin_audit_logs_newest", "org_id", "at", "id"),
        Index("admin_audit_logs_thing", "org_id", "thing_id"),
        {"info": {"append_only": True}},
    )

    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    act: Mapped[str]
    """`thing.verb` in the past tense (`member.added`)."""
    thing: Mapped[str]
    thing_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AuditLink(OrgOwned, Base):
    """One link of an organisation's chain: the entry it covers, hashed together with the link before it."""

    __tablename__ = "admin_audit_chain"
    __table_args__ = (
        UniqueConstraint("org_id", "position", name="uq_admin_audit_chain_position"),
        UniqueConstraint("org_id", "log_id", name="uq_admin_audit_chain_log"),
        ForeignKeyConstraint(["org_id", "log_id"], ["admin_audit_logs.org_id", "admin_audit_logs.id"]),
        {"info": {"append_only": True}},
    )

    position: Mapped[int]
    """1, 2, 3, … without a gap."""
    log_id: Mapped[UUID]
    hash: Mapped[bytes]


class AuditCut(OrgOwned, Base):
    """Where a chain goes on after its oldest links were removed: the last of them. The newest such row counts."""

    __tablename__ = "admin_audit_cuts"
    __table_args__ = (
        UniqueConstraint("org_id", "position", name="uq_admin_audit_cuts_position"),
        {"info": {"append_only": True}},
    )

    position: Mapped[int]
    """Of the last link that was removed."""
    hash: Mapped[bytes]
    """Its hash: what the first link that is left follows."""
    removed: Mapped[int]
    """Links ever removed, this time included."""
    at: Mapped[datetime]
    reached: Mapped[datetime]
    """When the last act that was removed had been done."""


@dataclass(frozen=True, slots=True)
class AuditRecorded(Fact):
    """An entry was written and wants its place in the chain."""

    log_id: UUID
