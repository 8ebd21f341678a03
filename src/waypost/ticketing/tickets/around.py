"""What stitching must know around a batch of messages: a fixed number of statements, whatever the size of the batch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.ticketing.messages.models import Content, Message, Occurrence, RfcId, State, ThreadRef
from waypost.ticketing.messages.queries import Policy
from waypost.ticketing.tickets.drafts import Draft
from waypost.ticketing.tickets.earlier import earlier_into
from waypost.ticketing.tickets.models import LinkKind, Participant, Status, Ticket, TicketLink, TicketMessage
from waypost.ticketing.tickets.threads import Newcomer, Threads

NAMERS_OF_ONE = 200
"""A newsletter may be answered thousands of times; the newest answers are enough to find one's own thread."""

MERGES_FOLLOWED = 5


@dataclass(frozen=True, slots=True)
class Copy:
    """An occurrence that waits for its ticket, with what stitching asks of its message's content."""

    id: UUID
    received_at: datetime
    is_duplicate: bool
    inbox: str | None
    direction: str
    message_id: UUID
    date_header: datetime | None
    subject: str | None
    subject_norm: str
    from_email: str | None
    from_name: str | None
    reply_to_emails: list[str]
    to_emails: list[str]
    cc_emails: list[str]
    body_text: str | None
    snippet: str
    language: str
    traits: list[str]


async def waiting_copies(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Copy]:
    """Those of the given copies that still wait, in the order of their arrival."""
    o, c = Occurrence, Content
    said = (c.message_id, c.date_header, c.subject, c.subject_norm, c.from_email, c.from_name, c.reply_to_emails)
    more = (c.to_emails, c.cc_emails, c.body_text, c.snippet, c.language, c.traits)
    inbox = func.coalesce(o.inbox, o.original_recipient)
    rows: Iterable[Any] = await db.execute(
        select(o.id, o.received_at, o.is_duplicate, inbox, Message.direction, *said, *more)
        .join(Message, (Message.org_id == o.org_id) & (Message.id == o.message_id))
        .join(c, (c.org_id == o.org_id) & (c.message_id == o.message_id))
        .where(among(o.id, occurrence_ids), o.state == State.PARSED)
        .order_by(o.received_at, o.id)
    )
    return [Copy(*row) for row in rows]


async def refs_of(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Marks that each message names, the likeliest parent first."""
    found: dict[UUID, list[UUID]] = {}
    rows = await db.execute(
        select(ThreadRef.message_id, ThreadRef.mark)
        .where(among(ThreadRef.message_id, message_ids))
        .order_by(ThreadRef.message_id, ThreadRef.position)
    )
    for message_id, mark in rows:
        found.setdefault(message_id, []).append(mark)
    return found


async def marks_of(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Marks under which each message is known."""
    found: dict[UUID, set[UUID]] = {}
    for message_id, mark in await db.execute(
        select(RfcId.message_id, RfcId.mark).where(among(RfcId.message_id, message_ids))
    ):
        found.setdefault(message_id, set()).add(mark)
    return found


async def threads_around(
    db: AsyncSession, newcomers: Sequence[Newcomer], known: Collection[UUID], policy: Policy
) -> Threads:
    """Everything the decisions about these messages (and the already `known` ones among them) may rest on."""
    threads = Threads(policy=policy)
    refs = {mark for new in newcomers for mark in new.refs}
    own = {mark for new in newcomers for mark in new.marks}
    known_by = select(RfcId.mark, RfcId.message_id).where(among(RfcId.mark, refs | own))
    for mark, message_id in await db.execute(known_by):
        threads.messages_of_mark[mark].add(message_id)
    for mark, message_id in await db.execute(_namers(refs | own)):
        threads.namers_of_mark[mark].add(message_id)
    named = set().union(*threads.messages_of_mark.values(), *threads.namers_of_mark.values(), known)
    await _places_into(db, threads, named)
    proven = {ticket_id for new in newcomers for ticket_id in new.tickets}
    codes = {code for new in newcomers for code in (*new.codes, *new.addressed)}
    await _tickets_into(db, threads, proven, codes)
    await earlier_into(db, threads, newcomers)
    if threads.policy.inboxes_apart:
        await _inboxes_into(db, threads)
    await _people_into(db, threads, {address for new in newcomers for address in new.people})
    return threads


async def _places_into(db: AsyncSession, threads: Threads, named: Collection[UUID]) -> None:
    link = TicketMessage
    placed = (
        select(link.message_id, link.ticket_id, Content.from_email)
        .join(Content, (Content.org_id == link.org_id) & (Content.message_id == link.message_id))
        .where(among(link.message_id, named))
    )
    for message_id, ticket_id, author in await db.execute(placed):
        threads.ticket_of[message_id] = ticket_id
        threads.author_of[message_id] = author


def _namers(marks: Collection[UUID]) -> Select[Any]:
    """Messages that name one of the marks, the newest of each."""
    rank = func.row_number().over(partition_by=ThreadRef.mark, order_by=ThreadRef.message_id.desc())
    ranked = (
        select(ThreadRef.mark, ThreadRef.message_id, rank.label("rank")).where(among(ThreadRef.mark, marks)).subquery()
    )
    namers: Select[Any] = select(ranked.c.mark, ranked.c.message_id).where(ranked.c.rank <= NAMERS_OF_ONE)
    return namers


async def _tickets_into(db: AsyncSession, threads: Threads, proven: Collection[UUID], codes: Collection[str]) -> None:
    candidates = {*threads.ticket_of.values(), *proven}
    chosen = select(Ticket.id, Ticket.subject_norm, Ticket.ticket_code).where(
        among(Ticket.id, candidates) | among(Ticket.ticket_code, codes)
    )
    for ticket_id, subject, code in await db.execute(chosen):
        threads.subject_of[ticket_id] = subject
        threads.ticket_of_code[code] = ticket_id
    if proven or codes:
        await _merges_into(db, threads, {*proven, *threads.ticket_of_code.values()})


async def _merges_into(db: AsyncSession, threads: Threads, ticket_ids: Collection[UUID]) -> None:
    """Tickets named by number may have become part of others, and these of others again."""
    gone = select(TicketLink.ticket_id, TicketLink.other_id).where(TicketLink.kind == LinkKind.MERGED_INTO)
    waiting = set(ticket_ids)
    for _ in range(MERGES_FOLLOWED):
        found = (await db.execute(gone.where(among(TicketLink.ticket_id, waiting)))).all()
        threads.now_part_of |= {part: whole for part, whole in found}
        waiting = {whole for _part, whole in found} - threads.subject_of.keys()
        if not waiting:
            break
        for ticket_id, subject in await db.execute(
            select(Ticket.id, Ticket.subject_norm).where(among(Ticket.id, waiting))
        ):
            threads.subject_of[ticket_id] = subject


async def _inboxes_into(db: AsyncSession, threads: Threads) -> None:
    address = func.coalesce(Occurrence.inbox, Occurrence.original_recipient)
    chosen = select(TicketMessage.ticket_id, address).join(
        Occurrence,
        (Occurrence.org_id == TicketMessage.org_id) & (Occurrence.message_id == TicketMessage.message_id),
    )
    for ticket_id, inbox in await db.execute(
        chosen.where(among(TicketMessage.ticket_id, threads.subject_of.keys())).distinct()
    ):
        threads.inboxes_of[ticket_id] |= {inbox} if inbox else set()


async def _people_into(db: AsyncSession, threads: Threads, addresses: Collection[str]) -> None:
    """Only the addresses that matter to this batch: a conversation may have thousands of participants."""
    chosen = select(Participant.ticket_id, Participant.address).where(
        among(Participant.ticket_id, threads.subject_of.keys()), among(Participant.address, addresses)
    )
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
        .where(among(t.id, ticket_ids))
        .with_for_update()
    )
    return {row.id: Draft(**{**row._asdict(), "status": Status(row.status)}) for row in rows}
