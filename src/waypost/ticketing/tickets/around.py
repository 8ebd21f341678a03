"""What stitching must know around a batch of messages: a fixed number of statements, whatever the size of the batch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.messages.models import Content, Message, Occurrence, RfcId, State, ThreadRef
from waypost.ticketing.tickets.drafts import Draft
from waypost.ticketing.tickets.models import Participant, Status, Ticket, TicketMessage
from waypost.ticketing.tickets.stitching import Newcomer, Threads

NAMERS_OF_ONE = 200
"""A newsletter may be answered thousands of times; the newest answers are enough to find one's own thread."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An occurrence that waits for its ticket, with the content of its message."""

    occurrence: Occurrence
    content: Content
    direction: str


async def waiting_copies(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Copy]:
    """Those of the given copies that still wait, in the order of their arrival."""
    rows = await db.execute(
        select(Occurrence, Content, Message.direction)
        .join(Message, (Message.org_id == Occurrence.org_id) & (Message.id == Occurrence.message_id))
        .join(Content, (Content.org_id == Occurrence.org_id) & (Content.message_id == Occurrence.message_id))
        .where(Occurrence.id.in_(occurrence_ids), Occurrence.state == State.PARSED)
        .order_by(Occurrence.received_at, Occurrence.id)
    )
    return [Copy(*row) for row in rows]


async def refs_of(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Marks that each message names, the likeliest parent first."""
    found: dict[UUID, list[UUID]] = {}
    rows = await db.execute(
        select(ThreadRef.message_id, ThreadRef.mark)
        .where(ThreadRef.message_id.in_(message_ids))
        .order_by(ThreadRef.message_id, ThreadRef.position)
    )
    for message_id, mark in rows:
        found.setdefault(message_id, []).append(mark)
    return found


async def marks_of(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Marks under which each message is known."""
    found: dict[UUID, set[UUID]] = {}
    for message_id, mark in await db.execute(
        select(RfcId.message_id, RfcId.mark).where(RfcId.message_id.in_(message_ids))
    ):
        found.setdefault(message_id, set()).add(mark)
    return found


async def threads_around(db: AsyncSession, newcomers: Sequence[Newcomer], known: Collection[UUID]) -> Threads:
    """Everything the decisions about these messages (and the already `known` ones among them) may rest on."""
    threads = Threads()
    refs = {mark for new in newcomers for mark in new.refs}
    own = {mark for new in newcomers for mark in new.marks}
    for mark, message_id in await db.execute(select(RfcId.mark, RfcId.message_id).where(RfcId.mark.in_(refs))):
        threads.messages_of_mark[mark].add(message_id)
    for mark, message_id in await db.execute(_namers(refs | own)):
        threads.namers_of_mark[mark].add(message_id)
    named = set().union(*threads.messages_of_mark.values(), *threads.namers_of_mark.values(), known)
    placed = select(TicketMessage.message_id, TicketMessage.ticket_id).where(TicketMessage.message_id.in_(named))
    threads.ticket_of = {message_id: ticket_id for message_id, ticket_id in await db.execute(placed)}
    await _tickets_into(db, threads, {code for new in newcomers for code in new.codes})
    await _people_into(db, threads, {address for new in newcomers for address in new.people})
    return threads


def _namers(marks: Collection[UUID]) -> Select[Any]:
    """Messages that name one of the marks, the newest of each."""
    rank = func.row_number().over(partition_by=ThreadRef.mark, order_by=ThreadRef.message_id.desc())
    ranked = (
        select(ThreadRef.mark, ThreadRef.message_id, rank.label("rank")).where(ThreadRef.mark.in_(marks)).subquery()
    )
    namers: Select[Any] = select(ranked.c.mark, ranked.c.message_id).where(ranked.c.rank <= NAMERS_OF_ONE)
    return namers


async def _tickets_into(db: AsyncSession, threads: Threads, codes: Collection[str]) -> None:
    candidates = set(threads.ticket_of.values())
    chosen = select(Ticket.id, Ticket.subject_norm, Ticket.ticket_code).where(
        Ticket.id.in_(candidates) | Ticket.ticket_code.in_(codes)
    )
    for ticket_id, subject, code in await db.execute(chosen):
        threads.subject_of[ticket_id] = subject
        threads.ticket_of_code[code] = ticket_id


async def _people_into(db: AsyncSession, threads: Threads, addresses: Collection[str]) -> None:
    """Only the addresses that matter to this batch: a conversation may have thousands of participants."""
    candidates = set(threads.ticket_of.values())
    chosen = select(Participant.ticket_id, Participant.address).where(
        Participant.ticket_id.in_(candidates), Participant.address.in_(addresses)
    )
    for ticket_id in candidates:
        threads.people_of[ticket_id] = {""}
    for ticket_id, address in await db.execute(chosen):
        threads.people_of[ticket_id].add(address)


async def drafts_of(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, Draft]:
    """Tickets as they stand, ready to take messages."""
    t = Ticket
    rows = await db.execute(
        select(
            t.id,
            t.ticket_code,
            t.status,
            t.subject,
            t.subject_norm,
            t.requester_email,
            t.requester_name,
            t.first_message_at,
            t.last_message_at,
            t.last_activity_at,
            t.closed_at,
            t.message_count,
            t.snippet,
            t.touched,
        )
        .where(t.id.in_(ticket_ids))
        .with_for_update()
    )
    return {row.id: Draft(**{**row._asdict(), "status": Status(row.status)}) for row in rows}
