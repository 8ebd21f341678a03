"""A plan: where the files of one version will stand, worked out from plain values before anything is written."""

from dataclasses import dataclass
from uuid import UUID

from waypost.archive.places.policy import attachment_name, short_hash


@dataclass(frozen=True, slots=True)
class Plan:
    """The names of one version's files. All names are relative to `folder`, which is relative to `root`."""

    root: str
    """As the sidecar's `storage_path` begins: an absolute folder, or `s3://bucket/prefix`."""
    folder: str
    """POSIX, the user's folder first."""
    stem: str
    """The PDF's name without version and ending."""
    ending: str
    """`.pdf`, or "" where the operator's pattern has none."""
    version: int
    record_id: UUID
    label: str
    """The case's id, for the staging folder's name."""

    def pdf(self, volume: int = 1) -> str:
        """`Ticket-123_2026-11-22.pdf`, `…_v2.pdf` for a later version, `…_p2.pdf` for a further volume."""
        version = f"_v{self.version}" if self.version > 1 else ""
        part = f"_p{volume}" if volume > 1 else ""
        return f"{self.stem}{version}{part}{self.ending}"

    @property
    def sidecar(self) -> str:
        """The first PDF's name and `.json`."""
        return f"{self.pdf()}.json"

    @property
    def staging(self) -> str:
        """`<case>-<8 hex>`: the same whenever this version is put, so that a repetition finds what a dead put left."""
        return f"{self.label}-{short_hash(str(self.record_id), str(self.version))}"

    def attachment(self, article_id: str, attachment_id: str | None, filename: str, *, mark: str = "") -> str:
        """`attachments/<article>_<attachment>_<name>`; `mark` (a hash's begin) tells apart what would be equal."""
        return attachment_name(article_id, attachment_id, filename, mark=mark)

    def path(self, name: str) -> str:
        """Relative to the root."""
        return f"{self.folder}/{name}" if self.folder else name

    def absolute(self, name: str) -> str:
        """As the documented `storage_path` says it."""
        return f"{self.root.rstrip('/')}/{self.path(name)}"
