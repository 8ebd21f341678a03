"""The noun of the policy: one row for each kind of case that an organisation decided about."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned


class Keeps(StrEnum):
    """When a case is kept."""

    NEVER = "never"
    """Nobody can ask for it either."""
    ON_DEMAND = "on_demand"
    """When a person asks for it."""
    ON_CLOSE = "on_close"
    """Each time it is closed, and when a person asks."""


PATH = "{year}/{queue}"
"""Folders below the organisation's own."""


class ArchivePolicy(OrgOwned, Base):
    """What holds for one kind of case (`ticket`); without a row, the defaults hold."""

    __tablename__ = "archive_policies"
    __table_args__ = (UniqueConstraint("org_id", "kind"),)

    kind: Mapped[str]
    keeps: Mapped[Keeps] = mapped_column(Text, default=Keeps.ON_DEMAND)
    path: Mapped[str] = mapped_column(default=PATH)
    with_notes: Mapped[bool] = mapped_column(default=True)
    """Whether internal notes are part of what is kept."""
    updated_at: Mapped[datetime]
