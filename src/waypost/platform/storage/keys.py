"""Where a blob lies: the key says organisation, kind and content, so equal bytes are stored once per organisation."""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

RAW = "raw_eml"
ATTACHMENT = "attachment"

_FOLDERS = {ATTACHMENT: "attachments"}
_SUFFIXES = {RAW: ".eml"}
_TYPES = {RAW: "message/rfc822"}
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class BlobRef:
    """Bytes that are safe on the store: what a row needs to name them."""

    kind: str
    sha256: bytes
    size: int
    storage_key: str
    content_type: str | None = None


def storage_key(org: UUID, kind: str, sha256: bytes) -> str:
    """`ORG/raw_eml/HEX.eml`, `ORG/attachments/HEX`, and `ORG/KIND/HEX` for kinds of other modules (`photo`)."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of blob")
    return f"{org}/{_FOLDERS.get(kind, kind)}/{sha256.hex()}{_SUFFIXES.get(kind, '')}"


def ref_of(org: UUID, kind: str, data: bytes) -> BlobRef:
    """Name bytes by their content."""
    digest = hashlib.sha256(data).digest()
    return BlobRef(kind, digest, len(data), storage_key(org, kind, digest), _TYPES.get(kind))
