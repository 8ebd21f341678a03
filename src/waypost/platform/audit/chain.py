"""The arithmetic of the chain: each hash covers an entry and the hash before it (SHA-256 over canonical JSON).

Altering, removing or reordering an entry breaks every later link. Cutting off the newest links, or writing the whole
chain anew, shows only against a head that was noted outside the database.
"""

import hashlib
import json
from datetime import UTC

from waypost.platform.audit.models import AuditLog

START = bytes(32)
"""What the first link follows."""


def link_hash(previous: bytes, position: int, entry: AuditLog) -> bytes:
    """32 bytes: the hash of link `position` that covers `entry`."""
    said = {
        "previous": previous.hex(),
        "position": position,
        "org_id": str(entry.org_id),
        "id": str(entry.id),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_kind, str(entry.actor_id)],
        "act": entry.act,
        "thing": [entry.thing, str(entry.thing_id)],
        "detail": entry.detail,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
