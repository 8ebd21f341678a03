"""One way to write a value down (RFC 8785), so that anybody can hash it again; and the strict way back for snapshots.

Times become UTC in RFC 3339 (`2026-11-22T08:00:00Z`; a time without a zone is taken as UTC), tuples become arrays,
dataclasses become objects of all their members. Two things JSON cannot carry are written so that nothing is lost
silently: an integer beyond 53 bits becomes its digits as a string, half a surrogate pair becomes U+FFFD.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785

from waypost.archive.sealing.reading import snapshot_of
from waypost.archive.sealing.snapshot import Snapshot
from waypost.platform.errors import Invalid

EXACT = 2**53 - 1
"""Integers up to here survive a reader that knows only IEEE 754 doubles (RFC 8785 §3.2.2.3)."""
_HALF = re.compile("[\ud800-\udfff]")


class NotCanonical(Invalid):
    """This value has no form in canonical JSON."""


def canonical(value: object) -> bytes:
    """The canonical bytes of a dataclass or a JSON value; refuses what JSON cannot say (NotCanonical)."""
    return rfc8785.dumps(_plain(value))


def digest(content: bytes) -> str:
    """SHA-256, lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """The bytes that are kept of a snapshot and embedded in its pages."""
    return canonical(snapshot)


def read_snapshot(content: bytes) -> Snapshot:
    """A snapshot from its bytes; refuses unknown members and later schemas by name (NotASnapshot)."""
    return snapshot_of(content)


def _plain(value: object) -> Any:
    """The same in JSON's own types."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, int | float):
        return _number(value)
    return _structure(value)


def _number(value: int | float) -> int | float | str:
    if isinstance(value, float) and not math.isfinite(value):
        raise NotCanonical(f"{value} is no number of JSON.")
    return str(value) if isinstance(value, int) and abs(value) > EXACT else value


def _structure(value: object) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, UUID):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_key(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    raise NotCanonical(f"A {type(value).__name__} has no form in canonical JSON.")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise NotCanonical(f"The name of a member is a string, not {json.dumps(str(name))}.")
    return _HALF.sub("\ufffd", name)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`; fractions only where there are some."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
