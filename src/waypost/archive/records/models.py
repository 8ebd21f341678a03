"""Nouns of what was kept: a record for each case, its versions, their files, and what was found when they were checked.

A record is one case of one origin; it gets a new version whenever the case is kept again or its signature is renewed.
Versions are never changed in what they say of their files: a version that gave way to a newer one stays.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.archive.signing.levels import Level
from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class RecordState(StrEnum):
    """How a case stands; `damaged` wins over everything until a check finds it whole again."""

    RESERVED = "reserved"
    """Its first version is in the log, its files are not in place yet."""
    KEPT = "kept"
    DAMAGED = "damaged"
    ERASED = "erased"


class VersionState(StrEnum):
    """How one version stands."""

    RESERVED = "reserved"
    KEPT = "kept"
    SUPERSEDED = "superseded"
    """A newer version stands; this one stays."""
    DAMAGED = "damaged"
    ERASED = "erased"


class VersionKind(StrEnum):
    """Where a version comes from; also the kind of its leaf in the log."""

    RECORD = "record"
    UPGRADE = "upgrade"
    """The version before it with more proof appended (ruling 28)."""
    IMPORTED = "imported"
    """Read from a folder that another archiver wrote."""


class Record(OrgOwned, Base):
    """One case that is kept. What the catalogue shows of its newest version is repeated here, so that a page of the
    list is one walk along one index."""

    __tablename__ = "archive_records"
    __table_args__ = (
        UniqueConstraint("org_id", "origin_kind", "source", "ref"),
        Index("archive_records_newest", "org_id", "kept_at", "id", postgresql_where="kept_at is not null"),
        Index("archive_records_by_state", "org_id", "state", "kept_at", "id", postgresql_where="kept_at is not null"),
        Index("archive_records_by_level", "org_id", "level", "kept_at", "id", postgresql_where="kept_at is not null"),
        Index(
            "archive_records_by_origin",
            "org_id",
            "origin_kind",
            "kept_at",
            "id",
            postgresql_where="kept_at is not null",
        ),
        Index("archive_records_by_number", "org_id", "number"),
        Index("archive_records_held", "org_id", "kept_at", "id", postgresql_where="holds > 0"),
        Index("archive_records_damaged", "org_id", "id", postgresql_where="state = 'damaged'"),
        Index("archive_records_by_customer", "org_id", "customer_email"),
        Index(
            "archive_records_needle",
            "org_id",
            "needle",
            postgresql_using="gin",
            postgresql_ops={"needle": "gin_trgm_ops"},
        ),
        {"info": {"searched": True}},
    )

    origin_kind: Mapped[str]
    """`zammad`, `ticket`, later `booking`, `invoice`."""
    source: Mapped[str]
    """Which one of that kind; "" where there is only one."""
    ref: Mapped[str]
    """The case's id there."""
    number: Mapped[str]
    title: Mapped[str]
    customer: Mapped[str] = mapped_column(default="")
    """As the list shows it: a name, else an address."""
    customer_email: Mapped[str] = mapped_column(default="")
    """In lower case; "" when unknown. What a request for erasure looks for."""
    folder: Mapped[str] = mapped_column(default="")
    """Relative to the root of the place."""
    needle: Mapped[str] = mapped_column(default="")
    """What the search looks in: number, ref, title, customer and path, folded (`search.py`)."""
    state: Mapped[RecordState] = mapped_column(Text, default=RecordState.RESERVED)
    newest: Mapped[int] = mapped_column(default=0)
    """Number of the newest version whose files stand; 0 while none does."""
    newest_id: Mapped[UUID | None]
    numbered: Mapped[int] = mapped_column(default=0)
    """The highest number given so far."""
    level: Mapped[Level] = mapped_column(Text, default=Level.NONE)
    size_bytes: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    """When its newest version was in place."""
    holds: Mapped[int] = mapped_column(default=0)
    """Legal holds that guard it now; kept up by `actions.note_holds`."""
    retain_until: Mapped[datetime | None]
    """As its retention class says; None keeps it for ever. Kept up by `actions.note_retention`."""
    verified_at: Mapped[datetime | None]
    """When its newest version was last looked at whole."""
    erased_at: Mapped[datetime | None]


class RecordVersion(OrgOwned, Base):
    """One version of a record: what was sealed, how strongly, and where it is in the log."""

    __tablename__ = "archive_versions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "record_id"], ["archive_records.org_id", "archive_records.id"]),
        UniqueConstraint("org_id", "record_id", "number"),
        UniqueConstraint("org_id", "request_id"),
        UniqueConstraint("org_id", "log_position"),
        Index(
            "archive_versions_to_check",
            "org_id",
            "looked_at",
            "id",
            postgresql_where="looked_at is not null and erased_at is null",
        ),
        Index(
            "archive_versions_low",
            "reserved_at",
            postgresql_where="raise_at is not null and level not in ('B-LTA', 'B-B+DTS')",
        ),
        Index(
            "archive_versions_neglected", "looked_at", postgresql_where="looked_at is not null and erased_at is null"
        ),
        Index("archive_versions_damaged", "org_id", "record_id", postgresql_where="state = 'damaged'"),
        Index("archive_versions_to_raise", "org_id", "raise_at", "id", postgresql_where="raise_at is not null"),
    )

    record_id: Mapped[UUID]
    request_id: Mapped[UUID]
    """What asked for it; asking twice gives one version."""
    kind: Mapped[VersionKind] = mapped_column(Text, default=VersionKind.RECORD)
    number: Mapped[int]
    predecessor_id: Mapped[UUID | None]
    state: Mapped[VersionState] = mapped_column(Text, default=VersionState.RESERVED)
    level: Mapped[Level] = mapped_column(Text)
    wanted: Mapped[Level] = mapped_column(Text)
    level_reason: Mapped[str | None]
    """Why it is not higher: a token (`tsa_unreachable`)."""
    level_detail: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    signer_fingerprint: Mapped[str | None]
    signer_subject: Mapped[str | None]
    tsa: Mapped[str | None]
    timestamp_at: Mapped[datetime | None]
    articles: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str]
    """Of its first PDF, hex: what people compare."""
    snapshot_sha256: Mapped[str | None]
    snapshot_key: Mapped[str | None]
    """Where the canonical snapshot lies in `Blobs`."""
    blob_keys: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Everything else of it in `Blobs`: what erasure has to delete there."""
    template_version: Mapped[str | None]
    manifest: Mapped[str | None]
    """The sidecar without its `evidence`, canonical; kept until its files stand: a later try writes the same."""
    manifest_sha256: Mapped[str]
    log_position: Mapped[int]
    leaf: Mapped[str]
    """The leaf's hash, hex."""
    folder: Mapped[str] = mapped_column(default="")
    reserved_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    """Object lock guards its files until then."""
    verified_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """When its files were last seen whole or not: set when they were put in place, and by every look since."""
    failed_checks: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Names of the checks that failed last time."""
    raise_at: Mapped[datetime | None]
    """When to try for a higher level next; None when there is nothing to gain."""
    raise_tries: Mapped[int] = mapped_column(default=0)
    erased_at: Mapped[datetime | None]


class KeptFile(OrgOwned, Base):
    """One file of a version, as it stands in its place."""

    __tablename__ = "archive_files"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "version_id"], ["archive_versions.org_id", "archive_versions.id"]),
        UniqueConstraint("org_id", "version_id", "ordinal"),
    )

    version_id: Mapped[UUID]
    ordinal: Mapped[int]
    role: Mapped[str]
    """pdf, attachment, snapshot, sidecar."""
    name: Mapped[str]
    """Relative to the version's folder."""
    label: Mapped[str] = mapped_column(default="")
    """What people called it (an attachment's own name); "" where that is `name`."""
    path: Mapped[str | None]
    """Relative to the place's root; None until it stands."""
    sha256: Mapped[str]
    size: Mapped[int | None]


class Verification(OrgOwned, Base):
    """What was found when a version was checked; written once."""

    __tablename__ = "archive_verifications"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "version_id"], ["archive_versions.org_id", "archive_versions.id"]),
        Index("archive_verifications_newest", "org_id", "version_id", "at", "id"),
    )

    version_id: Mapped[UUID]
    at: Mapped[datetime]
    ok: Mapped[bool]
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """`{name, ok, detail}` each; `ok` is null for a proof that is not there yet."""
    scheduled: Mapped[bool]
    person_id: Mapped[UUID | None]


@dataclass(frozen=True, slots=True)
class CaseArchived(Fact):
    """A case's files stand, and the log knows them."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "record_id"

    record_id: UUID
    version_id: UUID
    version: int
    origin_kind: str
    source: str
    ref: str
    request_id: UUID
    level: str


@dataclass(frozen=True, slots=True)
class RecordUpgraded(Fact):
    """A higher level, or a renewed archive timestamp, stands as a new version."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "record_id"

    record_id: UUID
    version_id: UUID
    version: int
    level: str
    before: str


@dataclass(frozen=True, slots=True)
class VerificationFailed(Fact):
    """A check found something that is not as it was kept."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "record_id"

    record_id: UUID
    version_id: UUID
    version: int
    failed: tuple[str, ...]
    """Names of the checks."""


@dataclass(frozen=True, slots=True)
class VerificationRecovered(Fact):
    """A record that was damaged was found whole again."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "record_id"

    record_id: UUID
    version_id: UUID
    version: int
