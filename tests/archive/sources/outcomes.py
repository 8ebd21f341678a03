"""Outcomes of cases, as a request tells its origin."""

from typing import Any

from tests.wire.zammad.world import Ticket
from waypost.archive.requests.origin import Case, Outcome
from waypost.platform.ids import new_id

DONE: dict[str, Any] = {
    "size_bytes": 7,
    "sha256": "ab" * 32,
    "path": "/archive/ines/A",
    "filename": "Ticket-1_2026-01-02.pdf",
    "sidecar": "Ticket-1_2026-01-02.pdf.json",
}


def case(ticket: object, **values: Any) -> Case:
    """A request's case."""
    ref = str(ticket.id) if isinstance(ticket, Ticket) else str(ticket)
    return Case(new_id(), "zammad", "default", ref, **values)


def archived(of: Case, **values: Any) -> Outcome:
    """It went well."""
    return Outcome("archived", of, **DONE | values)


def failed(of: Case, *, permanent: bool = True, **values: Any) -> Outcome:
    """It did not."""
    said: dict[str, Any] = {"error": "MissingArchivePath: it is missing", "code": "missing_archive_path"}
    said |= {"hint": "H", "action": "A"}
    return Outcome("failed_permanent" if permanent else "failed_transient", of, **said | values)


def listed(body: str) -> list[str]:
    """The keys of a note, in order."""
    return [item.partition(":")[0] for item in body.split("<li>")[1:]]
