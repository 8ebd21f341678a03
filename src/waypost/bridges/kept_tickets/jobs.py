"""What follows in the archive from what happens to tickets."""

from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.policy.queries import TICKET
from waypost.bridges.kept_tickets.actions import note_closings
from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import TicketClosed


@jobs.on(TicketClosed, type="archive_closed_ticket")
async def keep_closed_ticket(run: Run, fact: TicketClosed) -> None:
    """What is closed is worth keeping, where the organisation says so."""
    async with run.finishing() as work:
        ticket = await tickets.by_id(work.db, fact.ticket_id)
        if await note_closings(work, ticket):
            await ask(work, Wish(TICKET, "", str(ticket.id), hints={"asked": "by closing"}))
