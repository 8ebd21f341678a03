"""The noun: which bytes an organisation keeps. One row for equal bytes of a kind."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class Blob(OrgOwned, Base):
    """Bytes on the store; written after they are durable. The row outlives them: their hash and size stay known."""

    __tablename__ = "blobs"
    __table_args__ = (
        UniqueConstraint("org_id", "kind", "sha256"),
        Index("blobs_leaving", "org_id", "id", postgresql_where="gone_at is not null and gone_because is null"),
    )

    kind: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int]
    storage_key: Mapped[str]
    content_type: Mapped[str | None]
    created_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    """Since when nobody may ask for the bytes any more."""
    gone_because: Mapped[str | None]
    """Why: `retention` or `erased`; written when they are deleted, so until then somebody still has to do it."""
