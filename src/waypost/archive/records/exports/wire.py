"""Exports as programs read them."""

from typing import Any

from waypost.archive.records.exports.models import ArchiveExport, State


def export_json(export: ArchiveExport) -> dict[str, Any]:
    """One export; `download` leads to the ZIP while it is ready."""
    return {
        "id": export.id,
        "state": export.state,
        "asked": export.asked,
        "records": export.total,
        "done": export.done,
        "problems": export.problems,
        "size_bytes": export.size_bytes,
        "checkpoint_size": export.checkpoint_size,
        "error": export.error,
        "made_at": export.made_at,
        "ended_at": export.ended_at,
        "expires_at": export.expires_at,
        "download": f"/archive-exports/{export.id}/download" if export.state == State.READY else None,
    }
