"""The noun: which bytes an organisation keeps. One row for equal bytes of a kind."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


class Blob(OrgOwned, Base):
    """Bytes on the store; written after they are durable."""

    __tablename__ = "blobs"
    __table_args__ = (UniqueConstraint("org_id", "kind", "sha256"),)

    kind: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int]
    storage_key: Mapped[str]
    content_type: Mapped[str | None]
    created_at: Mapped[datetime]
