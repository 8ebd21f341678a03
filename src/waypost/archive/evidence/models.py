"""Nouns of the log: leaves and the perfect subtrees above them, checkpoints, time proofs, and what a look at it found.

What proves something can only be added: the app has no right to change or remove it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class EvidenceLog(OrgOwned, Base):
    """The growing edge of an organisation's log. Its row is the lock under which positions are given."""

    __tablename__ = "evidence_logs"
    __table_args__ = (UniqueConstraint("org_id"),)

    size: Mapped[int]
    frontier: Mapped[bytes]
    """Hashes of the perfect subtrees that the tree consists of, 32 bytes each, largest first."""
    grew_at: Mapped[datetime]


class EvidenceLeaf(OrgOwned, Base):
    """One entry of a log."""

    __tablename__ = "evidence_leaves"
    __table_args__ = (
        UniqueConstraint("org_id", "position"),
        Index("evidence_leaves_of_kind", "org_id", "kind", "position"),
        {"info": {"append_only": True}},
    )

    position: Mapped[int]
    """0, 1, 2, … without a gap."""
    kind: Mapped[str]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Ids, hashes and times; nothing personal, for nothing here can ever be removed."""
    hash: Mapped[bytes]


class EvidenceNode(OrgOwned, Base):
    """A perfect subtree above the leaves: over `2**level` of them, the `place`-th of its level."""

    __tablename__ = "evidence_nodes"
    __table_args__ = (UniqueConstraint("org_id", "level", "place"), {"info": {"append_only": True}})

    level: Mapped[int]
    place: Mapped[int]
    hash: Mapped[bytes]


class EvidenceCheckpoint(OrgOwned, Base):
    """A signed statement of size and root. The same text stands outside the database."""

    __tablename__ = "evidence_checkpoints"
    __table_args__ = (
        UniqueConstraint("org_id", "size"),
        Index("evidence_checkpoints_by_time", "org_id", "at", "size"),
        {"info": {"append_only": True}},
    )

    size: Mapped[int]
    root: Mapped[bytes]
    note: Mapped[str]
    at: Mapped[datetime]


class EvidenceTimeProof(OrgOwned, Base):
    """An authority's token (RFC 3161) on a checkpoint's root: every leaf below `size` existed by then."""

    __tablename__ = "evidence_time_proofs"
    __table_args__ = (UniqueConstraint("org_id", "size"), {"info": {"append_only": True}})

    size: Mapped[int]
    root: Mapped[bytes]
    token: Mapped[bytes]
    """DER."""
    authority: Mapped[str]
    at: Mapped[datetime]
    """As the authority says."""


class EvidenceWatch(OrgOwned, Base):
    """What the last looks at a log found, and when an authority may be asked again."""

    __tablename__ = "evidence_watches"
    __table_args__ = (UniqueConstraint("org_id"),)

    compared_at: Mapped[datetime | None]
    """When the log was last compared with the newest checkpoint outside the database."""
    doubt: Mapped[str | None]
    """What that found: a token of `doubts.py`."""
    doubt_since: Mapped[datetime | None]
    walked_at: Mapped[datetime | None]
    """When every leaf was last computed anew."""
    walked_size: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """What that found: `{what, where}` each; empty where all is well."""
    accepted: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """Those of them that a person has answered for: they stay to be seen, and stop nothing."""
    findings_since: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    """Since when the oldest entry waits for an authority's time; None while none waits, or nobody is asked."""
    refusals: Mapped[int] = mapped_column(default=0)
    """How often in a row no authority gave a token."""
    refusal: Mapped[str | None]
    """Why, the last time."""
    ask_at: Mapped[datetime | None]
    """Not before then."""


@dataclass(frozen=True, slots=True)
class WalkAsked(Fact):
    """Somebody wants every entry computed anew, now."""

    log: str
