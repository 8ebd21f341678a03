"""Whether what stands is what was kept: decisions over values, one after another, each with its finding.

`ok` is None where there is nothing to check: not yet (a leaf that no token covers), or by design (an unsigned file).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from waypost.archive.evidence import tree
from waypost.archive.evidence.entries import Entry
from waypost.archive.records.manifest import EVIDENCE, manifest_sha256
from waypost.archive.sealing.canonical import NotCanonical


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `detail` is a short English sentence for people who look closer, without content of the case."""

    name: str
    ok: bool | None
    detail: str = ""

    def said(self) -> dict[str, Any]:
        """As it is kept and as programs get it."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the catalogue says of one version."""

    record_id: str
    number: int
    pdfs: Mapping[str, str]
    """Path → SHA-256 hex, in the order of volumes."""
    attachments: Mapping[str, str]
    sidecar: tuple[str, str] | None
    """Path and SHA-256 hex."""
    manifest_sha256: str
    snapshot_sha256: str | None
    position: int
    leaf: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """What the log says of its leaf, as far as it could be read."""

    entry: Entry | None
    hash: bytes = b""
    size: int = 0
    """Leaves under the root that the path leads to."""
    root: bytes = b""
    path: Sequence[bytes] | None = None
    """None: a part of the tree is missing."""


def of_pdfs(kept: Kept, found: Mapping[str, str | None]) -> Check:
    """`found`: path → SHA-256 hex of what stands there, None where nothing does."""
    if not kept.pdfs:
        return Check("pdf", False, "The catalogue names no PDF.")
    return _same("pdf", kept.pdfs, found)


def of_attachments(kept: Kept, found: Mapping[str, str | None], sidecar: bytes | None) -> Check:
    """Every file beside the PDF, and that the catalogue names those that the sidecar names.

    Without the second, a row that is removed together with its file would be missed by nobody.
    """
    said = _parsed(sidecar) if sidecar is not None else None
    listed = said.get("attachments") or [] if said else []
    try:
        named = {(str(one["storage_path"]).rpartition("/")[2], str(one["sha256"]).lower()) for one in listed}
    except (KeyError, TypeError):
        return Check("attachments", False, "The sidecar's list of attachments cannot be read.")
    if said is not None and named != {(path.rpartition("/")[2], sha) for path, sha in kept.attachments.items()}:
        return Check("attachments", False, "The sidecar names other attachments than the catalogue.")
    return _same("attachments", kept.attachments, found, nothing="There are none.")


def _same(name: str, kept: Mapping[str, str], found: Mapping[str, str | None], nothing: str = "") -> Check:
    missing = [path for path in kept if found.get(path) is None]
    changed = [path for path, sha in kept.items() if found.get(path) not in (None, sha)]
    said = [f"missing: {path}" for path in missing] + [f"changed: {path}" for path in changed]
    if said:
        return Check(name, False, "; ".join(said[:10]))
    count = len(kept)
    return Check(name, True, nothing if not count else f"{count} file{'s' if count > 1 else ''}, SHA-256 equal.")


def of_sidecar(kept: Kept, content: bytes | None) -> Check:
    """Its bytes, and what it says of the PDF and of the log."""
    if kept.sidecar is None:
        return Check("sidecar", False, "The catalogue names no sidecar.")
    path, known = kept.sidecar
    if content is None:
        return Check("sidecar", False, f"missing: {path}")
    if sha256(content).hexdigest() != known:
        return Check("sidecar", False, f"changed: {path}")
    said = _parsed(content)
    if said is None:
        return Check("sidecar", False, f"not JSON: {path}")
    wrong = list(_contradictions(kept, said))
    return Check("sidecar", not wrong, "; ".join(wrong) or "SHA-256 equal, and it says what the catalogue says.")


def _contradictions(kept: Kept, said: Mapping[str, Any]) -> Iterator[str]:
    first = next(iter(kept.pdfs.values()), None)
    if said.get("sha256") != first:
        yield "it names another PDF"
    block = said.get(EVIDENCE)
    if isinstance(block, dict) and (block.get("position"), block.get("leaf")) != (kept.position, kept.leaf):
        yield "it names another place in the log"


def of_manifest(kept: Kept, logged: Logged, content: bytes | None) -> Check:
    """The chain from the sidecar over the catalogue to the leaf."""
    said = _parsed(content) if content is not None else None
    if said is None:
        return Check("manifest", False, "There is no sidecar to hash.")
    try:
        found = manifest_sha256(said)
    except NotCanonical:
        return Check("manifest", False, "The sidecar has no canonical form.")
    if found != kept.manifest_sha256:
        return Check("manifest", False, "The sidecar is not the one that the catalogue keeps the hash of.")
    if logged.entry is None or logged.entry.content.get("manifest_sha256") != found:
        return Check("manifest", False, "The log's entry covers another sidecar.")
    return Check("manifest", True, "The log's entry holds the sidecar's hash.")


def of_snapshot(kept: Kept, found: str | None) -> Check:
    """The canonical snapshot in the store of blobs; `found` None: it is not there."""
    if found is None:
        return Check("snapshot", False, "The snapshot is missing.")
    same = found == kept.snapshot_sha256
    return Check("snapshot", same, "SHA-256 equal." if same else "The snapshot was changed.")


def of_inclusion(kept: Kept, logged: Logged) -> Check:
    """The leaf speaks of this version, hashes to what the catalogue keeps, and is in the tree."""
    return Check("inclusion", *_in_the_log(kept, logged))


def _in_the_log(kept: Kept, logged: Logged) -> tuple[bool, str]:
    entry = logged.entry
    if entry is None:
        return False, f"The log has no entry {kept.position}."
    hash_ = entry.hash()
    if not hash_ == logged.hash == bytes.fromhex(kept.leaf):
        return False, "The entry is not the one that was written."
    if not _about(kept, entry.content):
        return False, "The entry is about something else."
    if logged.path is None:
        return False, "A part of the tree is missing."
    if not tree.proves_inclusion(hash_, entry.position, logged.size, logged.path, logged.root):
        return False, "The entry does not lead to the root."
    return True, f"Entry {entry.position} of {logged.size}."


def _about(kept: Kept, content: Mapping[str, Any]) -> bool:
    said = (content.get("record"), content.get("version"), content.get("pdf_sha256"), content.get("snapshot_sha256"))
    return said == (kept.record_id, kept.number, list(kept.pdfs.values()), kept.snapshot_sha256)


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(content)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one look at one version."""

    checks: Sequence[Check] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Nothing that was looked at failed."""
        return all(one.ok is not False for one in self.checks)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of what failed."""
        return tuple(one.name for one in self.checks if one.ok is False)

    def said(self) -> list[dict[str, Any]]:
        """As it is kept."""
        return [one.said() for one in self.checks]
