"""Nouns: an unfinished reply, and the files that are to go along."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class Draft(OrgOwned, Base):
    """What a person has typed so far. One that was sent or discarded stays until the next one, for the way back."""

    __tablename__ = "reply_drafts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "ticket_id"], ["tickets.org_id", "tickets.id"]),
        ForeignKeyConstraint(
            ["org_id", "person_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "ticket_id", "person_id"),
        Index("reply_drafts_of_person", "org_id", "person_id", "updated_at"),
    )

    ticket_id: Mapped[UUID]
    person_id: Mapped[UUID]
    send_identity_id: Mapped[UUID | None]
    to_typed: Mapped[str]
    cc_typed: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    with_quote: Mapped[bool] = mapped_column(default=True)
    seen: Mapped[str]
    """The version of the thread that its writer knew."""
    updated_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]
    sent_as: Mapped[UUID | None]
    """The message that it became."""

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.discarded_at is None and self.sent_as is None


class DraftFile(OrgOwned, Base):
    """A file of a draft; its bytes are stored already."""

    __tablename__ = "reply_draft_files"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "draft_id"], ["reply_drafts.org_id", "reply_drafts.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "blob_id"], ["blobs.org_id", "blobs.id"]),
        Index("reply_draft_files_of_draft", "org_id", "draft_id", "id"),
    )

    draft_id: Mapped[UUID]
    blob_id: Mapped[UUID]
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int]
