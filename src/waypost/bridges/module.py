"""The face of the bridges for every process: their jobs, and what they fill in between modules."""

from waypost.archive.access import ASK
from waypost.archive.keeping.erasers import Erasers
from waypost.archive.requests.origin import Origins
from waypost.archive.requests.policy.queries import TICKET
from waypost.bridges.kept_tickets import jobs as kept_tickets_jobs
from waypost.bridges.kept_tickets.actions import keep_one_of_many
from waypost.bridges.kept_tickets.eraser import TicketEraser
from waypost.bridges.kept_tickets.origin import TicketOrigin
from waypost.bridges.kept_tickets.sparing import needed
from waypost.platform.parts import Parts
from waypost.platform.slots import Slots
from waypost.ticketing.bulk.acts import Further, FurtherActs
from waypost.ticketing.intake.retention.terms import Keepers

JOBS = (kept_tickets_jobs,)
"""Imported so that their declarations stand."""


def furnish(parts: Parts, address: str) -> None:
    """After the modules: `address` is where people reach the house."""
    parts.of(Origins).by_kind[TICKET] = TicketOrigin(address)
    parts.of(Erasers).by_kind[TICKET] = TicketEraser()
    parts.of(Keepers).asked.append(needed)
    parts.of(FurtherActs).by_name["archive"] = Further(label="Archive them", needs=ASK, do=keep_one_of_many)
    parts.of(Slots).fill("ticket.beside", label="Archive", address="/tickets/{ticket_id}/archive")
