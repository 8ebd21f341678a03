"""What a ticket's page, and its twin for programs, say of its archive."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.records.models import Record
from waypost.archive.records.queries import by_case
from waypost.archive.requests.models import FAILURES, ArchiveRequest
from waypost.archive.requests.policy.models import Keeps
from waypost.archive.requests.policy.queries import TICKET, policy_for
from waypost.archive.requests.queries import newest_of
from waypost.bridges.kept_tickets.queries import exemption
from waypost.ticketing.tickets import queries as tickets


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket's record, and the newest wish for one."""

    ticket_id: UUID
    record: Record | None
    request: ArchiveRequest | None
    may_be_kept: bool
    """Policy and state of the ticket allow it."""

    @property
    def going(self) -> bool:
        """Whether it is being kept right now."""
        return self.request is not None and not self.request.ended and self.request.kept_at is None

    @property
    def failed(self) -> bool:
        """Whether the newest try came to nothing."""
        return self.request is not None and self.request.state in FAILURES


async def kept(db: AsyncSession, ticket_id: UUID) -> Kept:
    """Four questions; refuses when there is no such ticket."""
    ticket = await tickets.by_id(db, ticket_id)
    case = (TICKET, "", str(ticket_id))
    allowed = (await policy_for(db)).keeps is not Keeps.NEVER and exemption(ticket) is None
    return Kept(ticket_id, await by_case(db, *case), await newest_of(db, *case), allowed)


def as_json(found: Kept) -> dict[str, Any]:
    """For programs."""
    record, request = found.record, found.request
    return {
        "record": record
        and {"id": str(record.id), "state": record.state, "version": record.newest, "level": record.level},
        "request": request and request_json(request),
        "may_be_kept": found.may_be_kept,
    }


def request_json(request: ArchiveRequest) -> dict[str, Any]:
    """The wish, as far as it has come."""
    return {"id": str(request.id), "state": request.state, "error_code": request.error_code}
