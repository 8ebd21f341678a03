"""Where the archive's files stand, as operators say it (names as documented)."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from waypost.archive.places.policy import PATTERN, Rules, check_pattern
from waypost.archive.places.troubles import Troubles, named_errors
from waypost.platform.settings import Group, named, nested

PLAIN = re.compile(r"[A-Za-z0-9._-]{1,4}")


class PlacesSettings(Group):
    """The archive's storage: one tree for the installation, in a folder or a bucket."""

    storage_backend: Literal["folder", "s3"] = Field(
        "folder", validation_alias=named("STORAGE_BACKEND", "storage.backend")
    )
    """Where the archive's tree stands: `folder` (also a mounted share) or `s3`."""
    storage_root: Path | None = Field(None, validation_alias=named("STORAGE_ROOT", "storage.root"))
    """The root of the archive's tree; `~` is expanded. Unset: `archive` in the data folder."""
    storage_atomic_write: bool = Field(True, validation_alias=named("STORAGE_ATOMIC_WRITE", "storage.atomic_write"))
    """Files always appear whole; only `true` is accepted."""
    storage_fsync: bool = Field(True, validation_alias=named("STORAGE_FSYNC", "storage.fsync"))
    """Have files and folders written to the disk before a record counts as kept."""
    storage_require_marker: bool = Field(
        True, validation_alias=named("STORAGE_REQUIRE_MARKER", "storage.require_marker")
    )
    """Write only where the file `.waypost-archive` is found, so that nothing is written below an unmounted share."""
    storage_min_free_mb: int = Field(256, ge=0, validation_alias=named("STORAGE_MIN_FREE_MB", "storage.min_free_mb"))
    """Megabytes that must stay free; below, requests wait."""
    storage_permanent_errors: str = Field(
        "", validation_alias=named("STORAGE_PERMANENT_ERRORS", "storage.permanent_errors")
    )
    """Errors of the file system (`EROFS, EIO`) that end a request at once, beside the usual ones."""
    storage_transient_errors: str = Field(
        "", validation_alias=named("STORAGE_TRANSIENT_ERRORS", "storage.transient_errors")
    )
    """Errors of the file system that are tried again although they usually end a request."""
    storage_allow_prefixes: tuple[str, ...] | None = Field(
        None, validation_alias=nested("storage.path_policy.allow_prefixes")
    )
    """Archive paths that are allowed, by how they begin (a JSON list; parts split by `>` or `/`); unset: all."""
    storage_filename_pattern: str = Field(PATTERN, validation_alias=nested("storage.path_policy.filename_pattern"))
    """Name of the PDF; knows `{ticket_number}`, `{timestamp_utc}` and `{date_utc}` (both the UTC date)."""
    storage_replace_whitespace: str = Field(
        "_", validation_alias=nested("storage.path_policy.sanitize.replace_whitespace")
    )
    """What a run of blanks in a name becomes: letters, digits, `.`, `_` or `-`, at most four."""
    storage_strip_control_chars: bool = Field(
        True, validation_alias=nested("storage.path_policy.sanitize.strip_control_chars")
    )
    """Control characters never reach a name; only `true` is accepted."""
    archive_s3_bucket: str = Field("", validation_alias=named("ARCHIVE_S3_BUCKET", "storage.s3.bucket"))
    """The archive's bucket, which must exist; the login is that of the other content (`S3_…`) unless given here."""
    archive_s3_prefix: str = Field("", validation_alias=named("ARCHIVE_S3_PREFIX", "storage.s3.prefix"))
    """Where the tree begins in the bucket."""
    archive_s3_endpoint_url: str = Field(
        "", validation_alias=named("ARCHIVE_S3_ENDPOINT_URL", "storage.s3.endpoint_url")
    )
    """Address of the archive's S3 server, where it is another one than `S3_ENDPOINT_URL`."""
    archive_s3_access_key_id: str = Field(
        "", validation_alias=named("ARCHIVE_S3_ACCESS_KEY_ID", "storage.s3.access_key_id")
    )
    """Name of the archive bucket's login."""
    archive_s3_secret_access_key: SecretStr = Field(
        SecretStr(""), validation_alias=named("ARCHIVE_S3_SECRET_ACCESS_KEY", "storage.s3.secret_access_key")
    )
    """Secret of the archive bucket's login."""
    archive_s3_region: str = Field("", validation_alias=named("ARCHIVE_S3_REGION", "storage.s3.region"))
    """Region of the archive's bucket."""
    archive_s3_object_lock: Literal["off", "governance", "compliance"] = Field(
        "off", validation_alias=named("ARCHIVE_S3_OBJECT_LOCK", "storage.s3.object_lock")
    )
    """Lock records against deletion until their retention ends; the bucket must have been made with object lock."""
    archive_s3_lock_days: int = Field(1, ge=1, validation_alias=named("ARCHIVE_S3_LOCK_DAYS", "storage.s3.lock_days"))
    """Days that a new file is locked at first; its retention class then decides."""

    @field_validator("storage_filename_pattern")
    @classmethod
    def _can_make_a_name(cls, pattern: str) -> str:
        return check_pattern(pattern)

    @field_validator("storage_replace_whitespace")
    @classmethod
    def _plain(cls, text: str) -> str:
        if not PLAIN.fullmatch(text):
            raise ValueError("it takes one to four of: letters, digits, . _ -")
        return text

    @field_validator("storage_permanent_errors", "storage_transient_errors")
    @classmethod
    def _known(cls, text: str) -> str:
        named_errors(text)
        return text

    @model_validator(mode="after")
    def _works(self) -> "PlacesSettings":
        if not self.storage_atomic_write:
            raise ValueError("STORAGE_ATOMIC_WRITE=false is not possible: files always appear whole")
        if not self.storage_strip_control_chars:
            raise ValueError("strip_control_chars=false is not possible: no share takes such names")
        if self.storage_backend == "s3" and not self.archive_s3_bucket:
            raise ValueError("STORAGE_BACKEND=s3 needs ARCHIVE_S3_BUCKET")
        return self

    def rules(self) -> Rules:
        """As the path policy understands them."""
        return Rules(self.storage_allow_prefixes, self.storage_filename_pattern, self.storage_replace_whitespace)

    def troubles(self) -> Troubles:
        """As the folder understands them."""
        return Troubles(named_errors(self.storage_permanent_errors), named_errors(self.storage_transient_errors))
