"""One callback as it came, and what its signature speaks of. Pure: both the doors and the proofs begin here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.sourcing.wire.signing import REQUEST_ID, SIGNATURE, SIGNATURE_V2, TIMESTAMP, Signed
from waypost.sourcing.wire.words import HEARTBEAT_EVENT, Kind

AUTHORIZATION, ENCODING = "authorization", "content-encoding"
ONCE = frozenset({AUTHORIZATION, ENCODING, REQUEST_ID, SIGNATURE, SIGNATURE_V2, TIMESTAMP})
"""Headers of which a call may have one: two would be read differently by two readers."""


@dataclass(frozen=True, slots=True)
class Knock:
    """A call to one of the four doors, before anything of it is believed."""

    kind: Kind
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    raw: bytes = field(repr=False)
    """The body as it travelled."""
    run_id: str | None = None
    """Of the address; a completion names its run in the body alone."""
    address: str = "unknown"
    twice: bool = False
    """A header of `ONCE` came more than once."""

    @property
    def request_id(self) -> str:
        """Exactly as sent; empty where none was."""
        return self.headers.get(REQUEST_ID, "")

    def signed(self, document: Mapping[str, Any]) -> Signed:
        """What the signatures must be about, said by the address and by the body."""
        return Signed(
            run_id=_text(document, "sourceRunId") if self.run_id is None else self.run_id,
            status_word=self._word(document),
            task_run_id=_text(document, "runId"),
            request_id=self.request_id,
            event_id=HEARTBEAT_EVENT if self.kind is Kind.HEARTBEAT else _text(document, "eventId"),
            body=self.raw,
        )

    def _word(self, document: Mapping[str, Any]) -> str:
        if self.kind is not Kind.COMPLETE:
            return "HEARTBEAT" if self.kind is Kind.HEARTBEAT else "INGEST"
        return "COMPLETED" if document.get("status") is None else _text(document, "status")


def collected(headers: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], bool]:
    """Headers by name as ASGI hands them over, and whether one that must stand alone does not."""
    found: dict[str, str] = {}
    twice = False
    for name, value in headers:
        key = name.decode("latin-1").lower()
        twice = twice or (key in ONCE and key in found)
        found[key] = value.decode("latin-1")
    return found, twice


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
