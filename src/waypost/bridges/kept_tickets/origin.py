"""Our own tickets as an origin of cases (`requests/origin.py` is the port)."""

from dataclasses import dataclass
from uuid import UUID

from waypost.archive.records.queries import by_case
from waypost.archive.requests.origin import Case, Gathered, Outcome, Skipped
from waypost.archive.requests.policy.actions import exempt
from waypost.bridges.kept_tickets.gathering import gather, looked_for
from waypost.bridges.kept_tickets.models import TicketArchived, TicketNotArchived
from waypost.bridges.kept_tickets.queries import exemption, was_told
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import Blobs
from waypost.platform.work import Work
from waypost.ticketing.tickets import queries as tickets

WHY = {"spam": "It is spam.", "merged": "It became part of another ticket."}


@dataclass(frozen=True, slots=True)
class TicketOrigin:
    """Every step looks before it acts; nothing here calls anybody outside but our own store."""

    address: str
    """Of the house, for a link back in the file."""

    async def begin(self, run: Run, case: Case) -> Skipped | None:
        """Spam and merged tickets are never kept, on nobody's word (their closings are exempt, with the reason)."""
        async with run.work() as work:
            why = exemption(await tickets.by_id(work.db, UUID(case.ref)))
            if why is None:
                return None
            await exempt(work, case.kind, case.source, case.ref, why)
        return Skipped("exempt", WHY[why])

    async def gather(self, run: Run, case: Case) -> Gathered:
        """Messages, notes, history; the bytes stay where they are."""
        async with run.work() as work:
            found = await gather(work, UUID(case.ref), f"{self.address}/tickets/{case.ref}")
        return await looked_for(found, run.of(Blobs))

    async def settle(self, run: Run, outcome: Outcome) -> None:
        """A line on the ticket's timeline, once; a failure is said when nothing tries any more."""
        if outcome.status != "archived" and not outcome.final:
            return
        async with run.work() as work:
            if not await was_told(work.db, UUID(outcome.case.ref), outcome.case.request_id):
                await _tell(work, outcome)


async def _tell(work: Work, outcome: Outcome) -> None:
    case = outcome.case
    if outcome.status != "archived":
        work.tell(TicketNotArchived(UUID(case.ref), case.request_id, outcome.code))
        return
    record = await by_case(work.db, case.kind, case.source, case.ref)
    record_id, version = (record.id, record.newest or 0) if record else (None, 0)
    work.tell(TicketArchived(UUID(case.ref), case.request_id, record_id, version, outcome.sha256))
