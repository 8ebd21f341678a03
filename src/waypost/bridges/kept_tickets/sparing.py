"""Which closed tickets keep their raw mail because the archive still needs it, or because a legal hold stands."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, cast, select, union
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Text

from waypost.archive.records.models import Record, RecordState
from waypost.archive.requests.models import ArchiveRequest, Closing
from waypost.archive.requests.policy.models import Keeps
from waypost.archive.requests.policy.queries import TICKET, policy_for
from waypost.archive.requests.queries import LIVE
from waypost.platform.rows import among
from waypost.platform.work import Work
from waypost.ticketing.tickets.models import Status, Ticket


async def needed(work: Work, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Tickets under a hold, being kept just now, or closed and to be kept without being so yet."""
    ids = [str(one) for one in ticket_ids]
    named: list[Select[str]] = [
        select(Record.ref).where(_of(Record.origin_kind, Record.source), among(Record.ref, ids), Record.holds > 0),
        select(ArchiveRequest.ref).where(_asked(ids), ArchiveRequest.held_at.is_not(None)),
        select(ArchiveRequest.ref).where(_asked(ids), LIVE),
    ]
    if (await policy_for(work.db)).keeps is Keeps.ON_CLOSE:
        named.append(_not_kept_yet(ticket_ids))
    return {UUID(ref) for ref in await work.db.scalars(union(*named))}


def _of(kind: InstrumentedAttribute[str], source: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return (kind == TICKET) & (source == "")


def _asked(ids: Collection[str]) -> ColumnElement[bool]:
    return _of(ArchiveRequest.kind, ArchiveRequest.source) & among(ArchiveRequest.ref, ids)


def _not_kept_yet(ticket_ids: Collection[UUID]) -> Select[str]:
    """Closed, with neither a whole record of that closing nor an exemption from it."""
    chosen = select(cast(Ticket.id, Text)).where(among(Ticket.id, ticket_ids), Ticket.status == Status.CLOSED)
    return chosen.where(Ticket.message_count > 0, ~_kept(), ~_exempt())


def _kept() -> Exists:
    same = (Record.org_id == Ticket.org_id) & (Record.ref == cast(Ticket.id, Text))
    whole = (Record.state == RecordState.KEPT) & (Record.closed_at >= Ticket.closed_at)
    erased = Record.state == RecordState.ERASED
    return select(Record.id).where(_of(Record.origin_kind, Record.source), same, whole | erased).exists()


def _exempt() -> Exists:
    same = (Closing.org_id == Ticket.org_id) & (Closing.ref == cast(Ticket.id, Text))
    said = (Closing.closed_at >= Ticket.closed_at) & Closing.exempt_because.is_not(None)
    return select(Closing.id).where(_of(Closing.kind, Closing.source), same, said).exists()
