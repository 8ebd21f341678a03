"""Nouns: a watcher of a ticket, a mention in a note."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned


class Because(StrEnum):
    """Why somebody watches."""

    ASKED = "asked"
    MENTIONED = "mentioned"


class Watcher(OrgOwned, Base):
    """A person who follows a ticket; gone when they look away, or leave the organisation."""

    __tablename__ = "ticket_watchers"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(
            ["org_id", "person_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "ticket_id", "person_id"),
        Index("ticket_watchers_of_person", "org_id", "person_id", "ticket_id"),
    )

    ticket_id: Mapped[UUID]
    person_id: Mapped[UUID]
    because: Mapped[Because] = mapped_column(Text, default=Because.ASKED)
    since: Mapped[datetime]


class Mention(OrgOwned, Base):
    """A person named in a note with an @."""

    __tablename__ = "ticket_mentions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(["org_id", "note_id"], ["ticket_notes.org_id", "ticket_notes.id"]),
        ForeignKeyConstraint(
            ["org_id", "person_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "note_id", "person_id"),
        Index("ticket_mentions_of_person", "org_id", "person_id", "ticket_id"),
    )

    ticket_id: Mapped[UUID]
    note_id: Mapped[UUID]
    person_id: Mapped[UUID]
    at: Mapped[datetime]
