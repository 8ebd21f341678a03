"""The sample company keeps what it closes; two of its tickets are closed, so that there is evidence to look at."""

from sqlalchemy import select

from waypost.archive.requests.policy.actions import decide
from waypost.archive.requests.policy.models import ArchivePolicy, Keeps
from waypost.archive.requests.policy.queries import Policy
from waypost.platform.work import Work
from waypost.ticketing.tickets.actions import close
from waypost.ticketing.tickets.models import ENDED, Ticket

TICKETS = 2


async def keep_some(work: Work) -> None:
    """Once: what somebody decided since then stays. The worker makes the files while people look around already."""
    if await work.db.scalar(select(ArchivePolicy.id).limit(1)) is not None:
        return
    await decide(work, Policy(Keeps.ON_CLOSE))
    talks = select(Ticket).where(Ticket.message_count > 1, Ticket.status.not_in(ENDED))
    for ticket in await work.db.scalars(talks.order_by(Ticket.last_activity_at, Ticket.id).limit(TICKETS)):
        await close(work, ticket)
