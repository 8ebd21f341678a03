"""The manifest (a sidecar without its `evidence`) and the leaf that covers it, as bytes that anybody can hash again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from waypost.archive.records.draft import Described, Slot
from waypost.archive.sealing.canonical import canonical

EVIDENCE = "evidence"
"""The sidecar's own block that its hash leaves out: it names the leaf, which names the hash."""


def manifest_bytes(sidecar: Mapping[str, Any]) -> bytes:
    """Canonical JSON (RFC 8785) of a sidecar without its `evidence`."""
    return canonical({key: value for key, value in sidecar.items() if key != EVIDENCE})


def manifest_sha256(sidecar: Mapping[str, Any]) -> str:
    """Hex."""
    return sha256(manifest_bytes(sidecar)).hexdigest()


def leaf_content(slot: Slot, described: Described, *, before: int | None, snapshot: str | None) -> dict[str, Any]:
    """What the log keeps of a version: ids, hashes and times; `before` is its predecessor's position in the log."""
    return {
        "record": str(slot.record_id),
        "version": slot.number,
        "at": stamp(slot.moment),
        "pdf_sha256": [one.sha256 for one in described.files if one.role == "pdf"],
        "manifest_sha256": manifest_sha256(described.manifest),
        "snapshot_sha256": snapshot,
        "predecessor": before,
    }


def evidence_block(*, log: str, position: int, leaf: str) -> dict[str, Any]:
    """The block a sidecar carries once its leaf is in the log."""
    return {"log": log, "position": position, "leaf": leaf}


def parsed(manifest: str | None) -> dict[str, Any]:
    """A kept manifest again; empty once the files stand."""
    found: dict[str, Any] = json.loads(manifest) if manifest else {}
    return found


def stamp(moment: datetime) -> str:
    """UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
