"""What a leaf says: an entry as canonical JSON (RFC 8785), whose bytes anybody can hash again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785

from waypost.archive.evidence.tree import leaf_hash

VERSION = 1
PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{0,200}")
"""Ids, hashes, times and tokens; a name, a subject or an address does not fit."""


class Kind(StrEnum):
    """What a leaf is about."""

    RECORD = "record"
    UPGRADE = "upgrade"
    IMPORTED = "imported"
    TOMBSTONE = "tombstone"
    HOLD = "hold"
    HOLD_LIFTED = "hold_lifted"
    RELEASE = "release"
    STATEMENT = "statement"
    TIME_PROOF = "time_proof"
    """The log remembers its own tokens: a removed one is missed."""


class NotForTheLog(ValueError):
    """Something that may be personal was about to be written where nothing can be removed: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log, as its hash covers it."""

    log: str
    position: int
    kind: str
    at: datetime
    content: Mapping[str, Any]

    def said(self) -> dict[str, Any]:
        """JSON values: `{at, content, kind, log, position, v}`."""
        at = stamp(self.at)
        return {
            "v": VERSION,
            "log": self.log,
            "position": self.position,
            "kind": self.kind,
            "at": at,
            "content": dict(self.content),
        }

    def data(self) -> bytes:
        """The bytes that are hashed."""
        return rfc8785.dumps(self.said())

    def hash(self) -> bytes:
        """The leaf's hash."""
        return leaf_hash(self.data())


def log_name(org: UUID) -> str:
    """What a log is called in its checkpoints (their first line), in entries and in sidecars."""
    return f"waypost/evidence/{org}"


def stamp(moment: datetime) -> str:
    """UTC with microseconds and `Z`: what the database keeps, no more and no less."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def checked(value: Any) -> Any:
    """The value, when it is made of plain short texts, whole numbers, true, false and nothing; else NotForTheLog."""
    if isinstance(value, Mapping):
        return {checked(name): checked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [checked(each) for each in value]
    if isinstance(value, str) and PLAIN.fullmatch(value):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    raise NotForTheLog(f"a {type(value).__name__} that is no id, hash, time or number")
