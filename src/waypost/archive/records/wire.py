"""Records as programs read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from waypost.archive.records.ladder import rungs
from waypost.archive.records.models import KeptFile, Record, RecordVersion, Verification
from waypost.platform.facts import KeptFact


def record_row(row: Any) -> dict[str, Any]:
    """One line of the catalogue, from a `Record` or a row of its columns."""
    return {
        "id": row.id,
        "origin": row.origin_kind,
        "source": row.source,
        "ref": row.ref,
        "number": row.number,
        "title": row.title,
        "customer": row.customer,
        "folder": row.folder,
        "state": row.state,
        "version": row.newest,
        "level": row.level,
        "size_bytes": row.size_bytes,
        "closed_at": row.closed_at,
        "kept_at": row.kept_at,
        "holds": row.holds,
        "retain_until": row.retain_until,
        "verified_at": row.verified_at,
        "erased_at": row.erased_at,
    }


def version_json(version: RecordVersion) -> dict[str, Any]:
    """One version: its seal and its place in the log."""
    return {
        "id": version.id,
        "version": version.number,
        "kind": version.kind,
        "state": version.state,
        "level": version.level,
        "wanted_level": version.wanted,
        "level_reason": version.level_reason,
        "level_detail": version.level_detail,
        "ladder": [
            {"level": one.level, "reached": one.reached, "wanted": one.wanted}
            for one in rungs(version.level, version.wanted)
        ],
        "signed_at": version.signed_at,
        "signer_fingerprint": version.signer_fingerprint,
        "signer_subject": version.signer_subject,
        "tsa": version.tsa,
        "timestamp_at": version.timestamp_at,
        "articles": version.articles,
        "size_bytes": version.size_bytes,
        "sha256": version.sha256,
        "snapshot_sha256": version.snapshot_sha256,
        "template_version": version.template_version,
        "manifest_sha256": version.manifest_sha256,
        "log_position": version.log_position,
        "leaf": version.leaf,
        "reserved_at": version.reserved_at,
        "kept_at": version.kept_at,
        "locked_until": version.locked_until,
        "verified_at": version.verified_at,
        "failed_checks": version.failed_checks,
        "erased_at": version.erased_at,
    }


def file_json(record: Record, file: KeptFile) -> dict[str, Any]:
    """One file, with the address of its bytes."""
    return {
        "id": file.id,
        "role": file.role,
        "name": file.label or file.name,
        "path": file.path,
        "sha256": file.sha256,
        "size": file.size,
        "href": f"/archives/{record.id}/files/{file.id}" if file.path else None,
    }


def record_json(
    record: Record,
    versions: Sequence[RecordVersion],
    files: Mapping[Any, Sequence[KeptFile]],
    events: Sequence[KeptFact],
) -> dict[str, Any]:
    """A record, whole: versions newest first, each with its files; the timeline oldest first."""
    return record_row(record) | {
        "versions": [
            version_json(one) | {"files": [file_json(record, file) for file in files.get(one.id, ())]}
            for one in versions
        ],
        "events": [{"at": one.at, "event": one.event, "data": one.data} for one in events],
    }


def verification_json(record: Record, version: RecordVersion, found: Verification) -> dict[str, Any]:
    """What a check found; `ok` of a check is null for a proof that is not there yet."""
    return {
        "record_id": record.id,
        "version": version.number,
        "ok": found.ok,
        "verified_at": found.at,
        "checks": found.checks,
    }
