"""Marks: 128-bit digests of Message-IDs, so that an id of any length fits an index and compares in one step."""

from hashlib import sha256
from uuid import UUID


def mark(rfc_message_id: str) -> UUID:
    """The mark of a Message-ID as headers write it (`<…>`)."""
    return UUID(bytes=sha256(rfc_message_id.encode("utf-8", "replace")).digest()[:16])
