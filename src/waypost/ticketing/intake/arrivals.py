"""What a mailbox hands over: copies of mails whose raw bytes are already safe."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.platform.storage.blobs import BlobRef


@dataclass(frozen=True, slots=True)
class Arrival:
    """One copy of a mail, as its provider names it."""

    provider_id: str
    """Unique in its mailbox: the provider's own id, or hash and ordinal for an import."""
    blob: BlobRef
    """The raw bytes, stored before the transaction that names them."""
    received_at: datetime
    thread_id: str | None = None
    labels: tuple[str, ...] = ()
    inbox: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """How many of the arrivals were new, and how many were known from an earlier run."""

    new: int
    already: int
    occurrence_ids: tuple[UUID, ...]
