"""The table of inbound sources."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.identity.models import CATALOGUE


class InboundSource(Base):
    """The key in a webhook's address (`/sources/KEY/ingest`); no secret, but it names one organisation."""

    __tablename__ = "inbound_sources"
    __table_args__ = (Index("inbound_sources_org", "org_id"), CATALOGUE)

    key: Mapped[str] = mapped_column(primary_key=True)
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str]
    created_at: Mapped[datetime]
