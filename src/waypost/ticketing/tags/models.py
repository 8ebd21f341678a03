"""Nouns of the tags: a word of the organisation, and a ticket that bears it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned


class Color(StrEnum):
    """What a tag may be drawn in; the word always stands beside it."""

    BLUE = "blue"
    AMBER = "amber"
    GREEN = "green"
    RED = "red"
    VIOLET = "violet"
    TEAL = "teal"


class Tag(OrgOwned, Base):
    """A word that tickets are sorted by; it stands once, in whatever case."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("org_id", "name_folded"),
        Index("tags_in_order", "org_id", "created_at", "id"),
    )

    name: Mapped[str]
    name_folded: Mapped[str]
    """The name as it is compared: the database folds letters differently from one locale to the next."""
    color: Mapped[Color | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class TicketTag(OrgOwned, Base):
    """A ticket bears a tag; the tag takes this with it when it goes."""

    __tablename__ = "ticket_tags"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(["org_id", "tag_id"], ["tags.org_id", "tags.id"], ondelete="CASCADE"),
        UniqueConstraint("org_id", "ticket_id", "tag_id"),
        Index("ticket_tags_of_tag", "org_id", "tag_id", "ticket_id"),
    )

    ticket_id: Mapped[UUID]
    tag_id: Mapped[UUID]
    created_at: Mapped[datetime]
