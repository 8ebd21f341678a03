"""The fact; the noun stands with the ticket."""

from dataclasses import dataclass
from uuid import UUID

from waypost.ticketing.tickets.models import TicketFact


@dataclass(frozen=True, slots=True)
class NoteChanged(TicketFact):
    """A colleague wrote a note anew; what it said before is not kept."""

    note_id: UUID
    body_length: int
