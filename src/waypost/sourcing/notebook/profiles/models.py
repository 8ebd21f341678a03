"""The noun: a career profile, and the fact that it changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.sourcing.notebook.profile import Profile


class ProfileState(StrEnum):
    """READY as soon as it states anything that offers can be scored by."""

    DRAFT = "DRAFT"
    READY = "READY"


class SearchProfile(OrgOwned, Base):
    """What one person looks for (`careerProfile` on the wire). One of theirs is active: runs that name none take it."""

    __tablename__ = "search_profiles"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "user_id"], ["memberships.org_id", "memberships.person_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "user_id", "name"),
        Index("search_profiles_one_active", "org_id", "user_id", unique=True, postgresql_where="active"),
    )

    user_id: Mapped[UUID]
    name: Mapped[str]
    state: Mapped[ProfileState] = mapped_column(Text, default=ProfileState.DRAFT)
    active: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    """Rises with each change of what is stated; a score names the one it is against."""
    stated: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """As `Profile.stated()` writes it."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    def read(self) -> Profile:
        """As scores are made against it."""
        return Profile.read(self.id, self.name, self.revision, self.stated)


@dataclass(frozen=True, slots=True)
class ProfileChanged(Fact):
    """A profile states something else than before: what was scored against it has to be scored anew."""

    about: ClassVar[str] = "profile_id"

    profile_id: UUID
