"""What an operator may say about the log of evidence."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from waypost.platform.settings import Group, named

if TYPE_CHECKING:
    from waypost.archive.evidence.timing import Pace


class EvidenceSettings(Group):
    """The evidence group."""

    checkpoint_folder: Path | None = Field(
        None, validation_alias=named("CHECKPOINT_FOLDER", "evidence.checkpoint_folder")
    )
    """Where signed checkpoints are kept outside the database, best on another machine; else `checkpoints` in the data
    folder."""
    checkpoint_s3_prefix: str = Field(
        "", validation_alias=named("CHECKPOINT_S3_PREFIX", "evidence.checkpoint_s3_prefix")
    )
    """Keep signed checkpoints below this prefix of the archive's bucket (`ARCHIVE_S3_BUCKET` and its login) instead of
    in a folder; locked like records where that bucket locks."""
    time_proof_seconds: int = Field(
        300, ge=60, le=86_400, validation_alias=named("EVIDENCE_TIME_PROOF_SECONDS", "evidence.time_proof_seconds")
    )
    """How long an entry of the log waits at most until an authority is asked for a token that covers it."""
    time_proof_entries: int = Field(
        1_000, ge=1, le=1_000_000, validation_alias=named("EVIDENCE_TIME_PROOF_ENTRIES", "evidence.time_proof_entries")
    )
    """So many waiting entries make a token due at once."""

    def pace(self) -> "Pace":
        """As the time proof understands it; settings are read before any metric may be declared."""
        from waypost.archive.evidence.timing import Pace

        return Pace(self.time_proof_entries, timedelta(seconds=self.time_proof_seconds))

    def folder(self, data: Path) -> Path:
        """Where checkpoints are kept."""
        return self.checkpoint_folder or data / "checkpoints"
