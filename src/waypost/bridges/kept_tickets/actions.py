"""What people ask for on a ticket."""

from uuid import UUID

from waypost.archive.requests import actions as requests
from waypost.archive.requests.actions import Wish
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.policy.models import Keeps
from waypost.archive.requests.policy.queries import TICKET, policy_for
from waypost.archive.requests.queries import live_of
from waypost.bridges.kept_tickets import queries
from waypost.platform.errors import Conflict
from waypost.platform.work import Work
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import Ticket


class NeverKept(Conflict):
    """Your organisation keeps no tickets: an admin decides it in the settings."""


class SpamIsNotKept(Conflict):
    """Spam and tickets that became part of another are not kept."""


async def keep_now(work: Work, ticket: Ticket) -> ArchiveRequest:
    """Have a ticket kept as it is now, open or closed. Refuses with `NeverKept`, `SpamIsNotKept`."""
    if (await policy_for(work.db)).keeps is Keeps.NEVER:
        raise NeverKept
    if queries.exemption(ticket) is not None:
        raise SpamIsNotKept
    return await requests.ask(work, Wish(TICKET, "", str(ticket.id), hints={"asked": "by a person"}))


async def keep_one_of_many(work: Work, ticket_id: UUID) -> bool:
    """The same for a ticket of a selection; False when a request is under way already. Refuses as `keep_now` does."""
    ticket = await tickets.by_id(work.db, ticket_id)
    going = await live_of(work.db, TICKET, "", str(ticket_id)) is not None
    await keep_now(work, ticket)
    return not going


async def note_closings(work: Work, ticket: Ticket) -> bool:
    """Every closing of the ticket is counted, with the reason where it need not be kept; whether it is to be kept."""
    policy = await policy_for(work.db)
    why = queries.exemption(ticket) or (None if policy.keeps is Keeps.ON_CLOSE else f"policy_{policy.keeps.value}")
    for at in await queries.closings(work.db, ticket.id):
        await requests.note_closing(work, TICKET, "", str(ticket.id), ticket.ticket_code, at, exempt_because=why)
    return why is None
