"""What a rule drops: no ticket stays, every copy does, with the reason; a person may take it back.

What joined the vanishing ticket in the same moment is asked for itself: it is dropped too, or it finds another
conversation, as it would have had it come a minute later.
"""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from waypost.platform.rows import among, update_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.models import Occurrence, OccurrenceParsed, State
from waypost.ticketing.routing import queries
from waypost.ticketing.routing.deciding import Outcome, Verdict
from waypost.ticketing.routing.models import TicketDropped
from waypost.ticketing.routing.queries import Candidate
from waypost.ticketing.routing.telling import evidence
from waypost.ticketing.tags.models import TicketTag
from waypost.ticketing.tickets.models import Participant, SearchText, Status, Ticket, TicketLink, TicketMessage

QUICKER = "a person was quicker"
Decide = Callable[[Candidate], Verdict]
Dropped = tuple[Candidate, Verdict]


async def drop(work: Work, openers: Sequence[Dropped], decide: Decide) -> None:
    """Let the tickets that these copies opened vanish, unless a person was quicker. The caller holds the threads."""
    free = await queries.untouched(work.db, [copy.ticket_id for copy, _ in openers])
    gone = [(copy, verdict) for copy, verdict in openers if copy.ticket_id in free]
    await _say_who_was_quicker(work, [pair for pair in openers if pair[0].ticket_id not in free])
    if not gone:
        return
    tickets = {copy.ticket_id for copy, _ in gone}
    others, again = await _others(work, gone, tickets, decide)
    await _unlink(work, tickets)
    for copy, verdict in (*gone, *others):
        await _keep_copies(work, copy, verdict)
    await _stitch_again(work, again)
    for copy, verdict in gone:
        assert verdict.rule is not None
        work.tell(TicketDropped(copy.ticket_id, copy.id, verdict.rule.id))


async def _others(
    work: Work, gone: Sequence[Dropped], tickets: Collection[UUID], decide: Decide
) -> tuple[list[Dropped], list[UUID]]:
    """What else stands in these tickets: what is dropped as well, and messages that need another place."""
    if all(copy.message_count == 1 for copy, _ in gone):
        return [], []
    known = {copy.message_id for copy, _ in gone}
    rest = [(copy, decide(copy)) for copy in await queries.said_in(work.db, tickets) if copy.message_id not in known]
    also = [(copy, verdict) for copy, verdict in rest if verdict.outcome is Outcome.DROPPED]
    return also, [copy.message_id for copy, verdict in rest if verdict.outcome is not Outcome.DROPPED]


async def _unlink(work: Work, ticket_ids: Collection[UUID]) -> None:
    """An empty ticket is in no list and in no search; its number is given to nobody else."""
    for table in (TicketMessage, SearchText, Participant, TicketTag):
        await work.db.execute(delete(table).where(among(table.ticket_id, ticket_ids)))
    either = or_(among(TicketLink.ticket_id, ticket_ids), among(TicketLink.other_id, ticket_ids))
    await work.db.execute(delete(TicketLink).where(either))
    emptied = {"message_count": 0, "status": Status.CLOSED, "closed_at": work.now, "updated_at": work.now, "needle": ""}
    await work.db.execute(
        update(Ticket).where(among(Ticket.id, ticket_ids)).values(**emptied),
        execution_options={"synchronize_session": False},
    )


async def _keep_copies(work: Work, copy: Candidate, verdict: Verdict) -> None:
    await work.db.execute(
        update(Occurrence)
        .where(Occurrence.message_id == copy.message_id)
        .values(
            ticket_id=None,
            state=State.ROUTED,
            routed_at=work.now,
            route_reason=verdict.summary,
            route_evidence=evidence(verdict),
            updated_at=work.now,
        ),
        execution_options={"synchronize_session": False},
    )


async def _say_who_was_quicker(work: Work, openers: Sequence[Dropped]) -> None:
    rows = [{"id": copy.id, "route_reason": f"{QUICKER}, {verdict.summary}"} for copy, verdict in openers]
    await update_rows(work.db, Occurrence, rows)


async def _stitch_again(work: Work, message_ids: Collection[UUID]) -> None:
    """Their copies go one step back."""
    if not message_ids:
        return
    back = {"ticket_id": None, "state": State.PARSED, "stitched_at": None, "routed_at": None, "route_reason": None}
    changed = await work.db.execute(
        update(Occurrence)
        .where(among(Occurrence.message_id, message_ids))
        .values(**back, updated_at=work.now)
        .returning(Occurrence.id),
        execution_options={"synchronize_session": False},
    )
    for occurrence_id in changed.scalars():
        work.tell(OccurrenceParsed(occurrence_id))


async def take_back(work: Work, occurrence_id: UUID, label: str) -> None:
    """A person wants a ticket of a dropped copy after all: it is stitched again and no rule drops it any more."""
    found = await work.db.scalar(
        select(Occurrence.message_id)
        .where(Occurrence.id == occurrence_id, Occurrence.ticket_id.is_(None), Occurrence.state == State.ROUTED)
        .with_for_update()
    )
    if found is None:
        raise queries.CopyNotDropped
    await work.db.execute(
        update(Occurrence)
        .where(Occurrence.message_id == found)
        .values(labels=func.array_append(Occurrence.labels, label)),
        execution_options={"synchronize_session": False},
    )
    await _stitch_again(work, [found])
