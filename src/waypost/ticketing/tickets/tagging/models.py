"""The facts; the nouns stand with the tags. They keep the word as it was, for a tag may be renamed, or go."""

from dataclasses import dataclass
from uuid import UUID

from waypost.ticketing.tickets.models import TicketFact


@dataclass(frozen=True, slots=True)
class TicketTagged(TicketFact):
    """Somebody, or a rule, put a tag on the ticket."""

    tag_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TicketUntagged(TicketFact):
    """Somebody took a tag off the ticket."""

    tag_id: UUID
    name: str
