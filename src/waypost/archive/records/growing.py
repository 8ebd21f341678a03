"""What a raised version is called and what its sidecar says: the old one's words, with what changed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from waypost.archive.places.plan import Plan
from waypost.archive.places.shelf import Shelf
from waypost.archive.records.draft import DraftFile, Slot
from waypost.archive.records.manifest import stamp
from waypost.archive.records.models import RecordVersion
from waypost.archive.signing.levels import Sealed


def plan_of(shelf: Shelf, name: str, old: RecordVersion, number: int) -> Plan:
    """Names beside the old version's: the same stem, another number. `name` is that of the old first PDF."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and ending.lower() == "pdf" else (name, "")
    if old.number > 1:
        stem = stem.removesuffix(f"_v{old.number}")
    return Plan(shelf.place.root, old.folder, stem, ending, number, old.record_id, label="upgrade")


def grown(
    said: Mapping[str, Any], plan: Plan, slot: Slot, seal: Sealed, volumes: Sequence[DraftFile]
) -> dict[str, Any]:
    """The old sidecar without its evidence, with the new version's places, hashes and level."""
    first, lists = volumes[0], said.get("volumes") or [{}] * len(volumes)
    return {
        **said,
        "created_at": stamp(slot.moment),
        "version": slot.number,
        "predecessor": slot.predecessor,
        "storage_path": plan.absolute(first.name),
        "path": plan.path(first.name),
        "sha256": first.sha256,
        "size": first.size,
        "volumes": [
            {**was, "path": plan.path(one.name), "sha256": one.sha256, "size": one.size}
            for was, one in zip(lists, volumes, strict=True)
        ],
        "signing": {**said.get("signing", {}), **_seal(seal)},
    }


def _seal(seal: Sealed) -> dict[str, Any]:
    return {
        "level": seal.level.value,
        "reason": seal.reason,
        "tsa": seal.tsa,
        "tsa_used": seal.tsa is not None,
        "timestamp_at": stamp(seal.timestamp_at) if seal.timestamp_at else None,
    }
