"""What the list says of all tickets: how many stand where, and whether any mail may open one."""

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.ticketing.tickets.models import AllowedRecipient, Status, Ticket

COUNTED = 100
"""Counts in the inbox stop here: "99+" tells as much as a number that takes a second."""

FEW_OF_EACH = union_all(
    *(
        select(literal(status.value).label("status"), func.count().label("n")).select_from(
            select(literal(1)).select_from(Ticket).where(Ticket.status == status).limit(COUNTED).subquery()
        )
        for status in Status
    )
)


async def counts(db: AsyncSession) -> dict[Status, int]:
    """How many tickets stand where, counted up to `COUNTED`."""
    return {Status(status): n for status, n in await ask(db, FEW_OF_EACH)}


PATTERN = select(AllowedRecipient.id).where(AllowedRecipient.is_enabled).limit(1)


async def has_allowlist(db: AsyncSession) -> bool:
    """Without any pattern all mail may open tickets, which the inbox says aloud."""
    return bool(await ask(db, PATTERN))
