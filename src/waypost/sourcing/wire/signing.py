"""Signatures of callbacks: v2 covers the raw body (ruling 33), v1 the identifiers alone (sourcing.md 2.1).

Both sides use this file, so a kind of callback that one side signs and the other cannot verify does not exist.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

SIGNATURE, SIGNATURE_V2, TIMESTAMP = "x-worker-signature", "x-worker-signature-v2", "x-worker-timestamp"
REQUEST_ID = "x-request-id"
REPLAYED = "x-worker-replayed"
"""`1` where a person's replay sends what was given up; no proof hangs on it."""
NEWEST_INSTANT = 253_402_300_799
"""The last second of the year 9999: a larger number is no time."""


class Mismatch(StrEnum):
    """Why a signature does not hold, as the log says it; the sender is told no more than 401."""

    MISSING = "missing"
    VERSION = "version"
    TIMESTAMP = "timestamp"
    EXPIRED = "expired"
    EVENT = "event"
    SIGNATURE = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature speaks of. Absent values are empty strings; `body` is the bytes as they travel."""

    run_id: str
    status_word: str
    """`COMPLETED`, `FAILED`, `INGEST` or `HEARTBEAT`."""
    task_run_id: str
    """`runId` of the body."""
    request_id: str
    """`x-request-id` exactly as sent."""
    event_id: str
    """The event's, or `heartbeat`."""
    body: bytes


def sign_v1(secret: bytes, timestamp: str, signed: Signed) -> str:
    """The documented signature over six fields joined by full stops: 64 characters of lower-case hex."""
    fields = (timestamp, signed.run_id, signed.status_word, signed.task_run_id, signed.request_id, signed.event_id)
    return _hmac(secret, _bytes(".".join(fields)))


def sign_v2(secret: bytes, timestamp: str, signed: Signed) -> str:
    """The signature that covers the body: `v2`, timestamp, event, request id, body, joined by line feeds."""
    head = "\n".join(("v2", timestamp, signed.event_id, signed.request_id, ""))
    return _hmac(secret, _bytes(head) + signed.body)


def headers(secret: bytes, instant: int, signed: Signed) -> dict[str, str]:
    """All three headers of one delivery at `instant` (Unix seconds); made afresh for every attempt."""
    stamp = str(instant)
    return {
        TIMESTAMP: stamp,
        SIGNATURE: sign_v1(secret, stamp, signed),
        SIGNATURE_V2: sign_v2(secret, stamp, signed),
        REQUEST_ID: signed.request_id,
    }


@dataclass(frozen=True, slots=True)
class Judge:
    """Verifies. `secrets` are the present one and, during a rotation, the one before it."""

    secrets: Sequence[bytes]
    tolerance: int = 300
    """Seconds either way."""
    least_version: int = 2

    def at_a_glance(self, sent: Mapping[str, str], now: float) -> Mismatch | None:
        """What the headers alone give away, before a body is looked at. `sent` has names in lower case."""
        stamp = sent.get(TIMESTAMP, "")
        if not stamp or not sent.get(REQUEST_ID) or SIGNATURE not in sent:
            return Mismatch.MISSING
        if self.least_version > 1 and SIGNATURE_V2 not in sent:
            return Mismatch.VERSION
        if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or int(stamp) > NEWEST_INSTANT:
            return Mismatch.TIMESTAMP
        return Mismatch.EXPIRED if abs(now - int(stamp)) > self.tolerance else None

    def fault(self, sent: Mapping[str, str], signed: Signed, now: float) -> Mismatch | None:
        """None where the call is what its sender signed."""
        early = self.at_a_glance(sent, now)
        if early is not None:
            return early
        if not signed.event_id.strip():
            return Mismatch.EVENT
        return self._compared(sent, sent[TIMESTAMP], signed)

    def _compared(self, sent: Mapping[str, str], stamp: str, signed: Signed) -> Mismatch | None:
        """Every signature that was sent must hold: a true one excuses no false one beside it."""
        ways = {SIGNATURE: sign_v1, SIGNATURE_V2: sign_v2}
        held = [
            _among(sent[name], [sign(secret, stamp, signed) for secret in self.secrets])
            for name, sign in ways.items()
            if name in sent
        ]
        return None if all(held) else Mismatch.SIGNATURE


def _among(given: str, good: Sequence[str]) -> bool:
    """Compared with every one of them, in constant time."""
    found = [hmac.compare_digest(_bytes(given), each.encode()) for each in good]
    return any(found)


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which JSON can carry, is no reason to fail."""
    return text.encode("utf-8", "surrogatepass")


def _hmac(secret: bytes, text: bytes) -> str:
    return hmac.new(secret, text, sha256).hexdigest()
