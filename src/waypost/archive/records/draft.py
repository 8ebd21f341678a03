"""What a finished seal says of itself before its files are put in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.archive.records.models import VersionKind
from waypost.archive.signing.levels import Level, Sealed


@dataclass(frozen=True, slots=True)
class Slot:
    """The place that a version gets: what paths and the sidecar depend on."""

    record_id: UUID
    version_id: UUID
    number: int
    """1 for the first."""
    predecessor: int | None
    """Number of the version before it whose files stand."""
    moment: datetime
    """When it was reserved: the date in its file names and `created_at` of its sidecar."""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file that will stand; `name` is that of its `Part`, relative to the version's folder."""

    role: str
    """pdf, attachment, snapshot."""
    name: str
    sha256: str
    """Hex."""
    size: int
    label: str = ""
    """What people called it, where that differs."""


@dataclass(frozen=True, slots=True)
class Described:
    """The sidecar without `evidence` (JSON values only), and the files it speaks of: PDFs first, without itself."""

    manifest: Mapping[str, Any]
    files: Sequence[DraftFile]


@dataclass(frozen=True, slots=True)
class Draft:
    """A sealed case that wants its place in the log.

    `describe` is called inside the transaction, once the version's number is known: it computes paths and the sidecar
    and goes nowhere. It must say the same for the same slot.
    """

    request_id: UUID
    kind: str
    """The origin's kind."""
    source: str
    ref: str
    number: str
    title: str
    sealed: Sequence[Sealed]
    """One for each volume; their PDFs may be left empty here."""
    wanted: Level
    describe: Callable[[Slot], Described]
    customer: str = ""
    customer_email: str = ""
    closed_at: datetime | None = None
    articles: int = 0
    snapshot_key: str | None = None
    snapshot_sha256: str | None = None
    template_version: str | None = None
    blob_keys: Sequence[str] = field(default_factory=tuple)
    """Keys in `Blobs` of what was kept on the way: attachments, signed files."""
    as_: VersionKind = VersionKind.RECORD


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its place in the log: what the sidecar's `evidence` and the files in place need."""

    id: UUID
    record_id: UUID
    number: int
    moment: datetime
    position: int
    leaf: str
    """Hex."""
    manifest: Mapping[str, Any]
    """As it was described first; the same at every later try."""
    manifest_sha256: str
    kept: bool
    """Its files stand already: nothing is left to do."""


def weakest(sealed: Sequence[Sealed]) -> Sealed | None:
    """The volume that decides the level: a case is as strong as its weakest volume."""
    order = list(Level)
    return min(sealed, key=lambda one: order.index(one.level), default=None)
