"""Nouns and the fact: how a message read before, and the wish to read one anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class FormerContent(OrgOwned, Base):
    """What a message said in the eyes of an earlier reader. The newest reading alone stands in `message_contents`:
    whoever asks what a message says can never meet two answers."""

    __tablename__ = "message_former_contents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        UniqueConstraint("org_id", "message_id", "content_version"),
    )

    message_id: Mapped[UUID]
    content_version: Mapped[int]
    parser_version: Mapped[int]
    parsed_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Those columns of the content that the next reading understood otherwise."""


@dataclass(frozen=True, slots=True)
class RereadingAsked(Fact):
    """A person wants one message read anew."""

    message_id: UUID
