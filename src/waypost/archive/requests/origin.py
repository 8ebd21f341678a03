"""The port to where cases come from. Zammad's side implements it in `sources`, our own tickets' in a bridge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import UUID

from waypost.archive.places.placement import Placing
from waypost.archive.sealing.snapshot import Snapshot
from waypost.platform.jobs import Run


@dataclass(frozen=True, slots=True)
class Case:
    """The thing to be kept, as a request names it."""

    request_id: UUID
    kind: str
    """The origin's kind: `zammad`, `ticket` …"""
    source: str
    """Which one of that kind ("" where there is only one)."""
    ref: str
    """Its id there: Zammad's ticket number in the API ("123"), or the id of a ticket of ours."""
    forced: bool = False
    """A person asked for it in spite of the gate (and said why)."""
    hints: Mapping[str, Any] = field(default_factory=dict)
    """The few members of a webhook that matter later (`user_login`, `delivery_id`, `wire_request_id`)."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The gate says no: the case does not ask to be kept (any more)."""

    reason: Literal["not_triggered", "already_archived", "exempt"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the origin knows, and the bytes that its snapshot names by SHA-256 hex."""

    snapshot: Snapshot
    placing: Placing
    blobs: Mapping[str, str]
    """SHA-256 hex → storage key in `Blobs` (kind `archive`); bytes are durable before this is returned."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said back to the origin; the members are those of the documented notes."""

    status: Literal["archived", "failed_transient", "failed_permanent"]
    case: Case
    path: str = ""
    """Folder of the record, as the sidecar's `storage_path` begins."""
    filename: str = ""
    sidecar: str = ""
    """The sidecar's whole path."""
    size_bytes: int = 0
    sha256: str = ""
    error: str = ""
    """`Class: message`, scrubbed, at most 500 characters."""
    code: str = ""
    """A documented token: `missing_archive_path`, `invalid_archive_path` …"""
    hint: str = ""
    action: str = ""
    final: bool = True
    """False while our own retries go on: nothing is said yet but what the origin must know."""


class CaseOrigin(Protocol):
    """Every step may run twice, and looks before it acts. No work is open while one of these runs."""

    async def begin(self, run: Run, case: Case) -> Skipped | None:
        """Look at the gate, and mark the case as being worked on. Refusals (platform/errors) say again or stop."""
        ...

    async def gather(self, run: Run, case: Case) -> Gathered:
        """Read all of it."""
        ...

    async def settle(self, run: Run, outcome: Outcome) -> None:
        """Tell the origin how it ended: tags first, then one note; repeats change nothing."""
        ...


class UnknownOrigin(LookupError):
    """A request names a kind of origin that nobody brought: a fault of ours."""


@dataclass(slots=True)
class Origins:
    """All origins of a process by kind; a part that `module.py` and the bridges fill."""

    by_kind: dict[str, CaseOrigin] = field(default_factory=dict)

    def of(self, kind: str) -> CaseOrigin:
        """The origin of this kind."""
        if kind not in self.by_kind:
            raise UnknownOrigin(kind)
        return self.by_kind[kind]
