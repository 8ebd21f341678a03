"""Facts on a ticket's timeline that come from the archive."""

from dataclasses import dataclass
from uuid import UUID

from waypost.ticketing.tickets.models import TicketFact


@dataclass(frozen=True, slots=True)
class TicketArchived(TicketFact):
    """The ticket was kept as evidence: a new version of its record stands."""

    request_id: UUID
    record_id: UUID | None = None
    version: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class TicketNotArchived(TicketFact):
    """Keeping the ticket failed for good; somebody has to look."""

    request_id: UUID
    code: str = ""


@dataclass(frozen=True, slots=True)
class TicketErased(TicketFact):
    """Its words, addresses and files are gone for good; that it was here stays."""
