"""Checkpoints as signed notes: lines that an Ed25519 key has signed (C2SP signed-note and tlog-checkpoint).

waypost/evidence/0190…          the log
1234                            its size
CsUYapGGPo4dkMgIAUqom…=         its root
2026-11-22T08:00:00Z            when it was signed, an extension line

— waypost/evidence/0190… Az3grl…=
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
"""The algorithm's number in a note's key."""
ID_BYTES, ROOT_BYTES = 4, 32
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class NotACheckpoint(ValueError):
    """A text that is no checkpoint, or one that none of our keys has signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note says: the log had this root when it had this size, at this time of our own clock (whole seconds)."""

    log: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """The signed lines."""
        return f"{self.log}\n{self.size}\n{b64encode(self.root).decode()}\n{self.at.astimezone(UTC):{MOMENT}}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint and the note it came in."""

    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class Notary:
    """Signs checkpoints with the first key and knows those of all of them. Its seeds are not in the database."""

    seeds: Sequence[bytes] = field(repr=False)
    """32 bytes each, the present one first."""

    def sign(self, checkpoint: Checkpoint) -> Signed:
        """A note under the present key."""
        key = Ed25519PrivateKey.from_private_bytes(self.seeds[0])
        text = checkpoint.text()
        signature = key_id(checkpoint.log, public(key)) + key.sign(text.encode())
        return Signed(checkpoint, f"{text}\n— {checkpoint.log} {b64encode(signature).decode()}\n")

    def read(self, note: str, log: str) -> Signed:
        """A note of this log that one of our keys has signed; anything else raises NotACheckpoint."""
        text, signature = parted(note, log)
        for seed in self.seeds:
            key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
            if verifies(key, log, text, signature):
                return Signed(stated(text, log), note)
        raise NotACheckpoint("none of our keys has signed it")

    def keys(self, log: str) -> list[str]:
        """What others verify with, the present key first: `NAME+KEYID+KEY` (a note's verifier key)."""
        found = [public(Ed25519PrivateKey.from_private_bytes(seed)) for seed in self.seeds]
        return [f"{log}+{key_id(log, key).hex()}+{b64encode(ED25519 + key).decode()}" for key in found]


def public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that others may know."""
    return key.public_key().public_bytes_raw()


def key_id(name: str, key: bytes) -> bytes:
    """Four bytes by which a signature says which key made it."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key).digest()[:ID_BYTES]


def verifies(key: Ed25519PublicKey, name: str, text: str, signature: bytes) -> bool:
    """Whether `signature` (key id and Ed25519 signature) of `text` was made by this key."""
    if signature[:ID_BYTES] != key_id(name, key.public_bytes_raw()):
        return False
    try:
        key.verify(signature[ID_BYTES:], text.encode())
    except InvalidSignature:
        return False
    return True


def parted(note: str, log: str) -> tuple[str, bytes]:
    """The signed text, and the signature in the name of `log`."""
    text, gap, lines = note.partition("\n\n")
    begin = f"— {log} "
    found = [line.removeprefix(begin) for line in lines.splitlines() if line.startswith(begin)]
    if not gap or not found:
        raise NotACheckpoint("there is no signature of this log")
    try:
        return f"{text}\n", b64decode(found[0], validate=True)
    except ValueError:
        raise NotACheckpoint("its signature cannot be read") from None


def stated(text: str, log: str) -> Checkpoint:
    """What the lines say."""
    lines = text.split("\n")
    try:
        name, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
        at = datetime.strptime(lines[3], MOMENT).replace(tzinfo=UTC)
    except (IndexError, ValueError):
        raise NotACheckpoint("its lines cannot be read") from None
    if name != log or size < 0 or len(root) != ROOT_BYTES:
        raise NotACheckpoint("it is about something else")
    return Checkpoint(name, size, root, at)
