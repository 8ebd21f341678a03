"""One message for several: copies, names and places follow the survivor; the others stay as they were read, unseen."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.ids import new_id
from waypost.platform.rows import insert_missing
from waypost.platform.work import Work
from waypost.ticketing.collisions.ledger import Ledger
from waypost.ticketing.messages.models import Message, Occurrence, RfcId
from waypost.ticketing.tickets.models import (
    LinkKind,
    Note,
    Participant,
    SearchText,
    Status,
    Ticket,
    TicketLink,
    TicketMessage,
)

FIGURES = text(
    """
    update tickets t set message_count = said.count,
        first_message_at = coalesce(said.first, t.first_message_at),
        last_message_at = coalesce(said.last, t.last_message_at)
    from (
        select k.id, count(m.id) as count, min(m.at) as first, max(m.at) as last
        from tickets k left join ticket_messages m on m.org_id = k.org_id and m.ticket_id = k.id
        where k.id = any(:ids) group by k.id
    ) said
    where t.id = said.id and (t.message_count, t.first_message_at, t.last_message_at) is distinct from
        (said.count, coalesce(said.first, t.first_message_at), coalesce(said.last, t.last_message_at))
    """
)


async def unite(work: Work, ledger: Ledger, survivor: UUID, others: Sequence[UUID]) -> list[UUID]:
    """Let `survivor` stand for `others`; gives the tickets that changed. The ledger learns of every row."""
    db = work.db
    places = await ledger.watch(TicketMessage, "message_id", [survivor, *others])
    ticket_of = {UUID(row["message_id"]): UUID(row["ticket_id"]) for row in places}
    tickets = sorted(set(ticket_of.values()))
    await ledger.watch(Message, "same_as", others)
    for model, column, ids in (
        *((one, "ticket_id", tickets) for one in (Participant, Note)),
        *((one, "message_id", [survivor, *others]) for one in (Occurrence, RfcId, SearchText)),
        (Ticket, "id", tickets),
    ):
        await ledger.watch(model, column, ids)
    home = ticket_of.get(survivor)
    if home is None and ticket_of:
        home = tickets[0]
        await _take_place(db, survivor, next(one for one in others if ticket_of.get(one) == home))
    await _move(db, survivor, others, home)
    await figures(db, tickets)
    for ticket_id in tickets:
        if home is not None and ticket_id != home:
            await _lead_on(work, ledger, ticket_id, home, survivor)
    return tickets


async def figures(db: AsyncSession, ticket_ids: Collection[UUID]) -> None:
    """Count and times of tickets, from the messages they hold."""
    if ticket_ids:
        await db.execute(FIGURES, {"ids": list(ticket_ids)})


async def _take_place(db: AsyncSession, survivor: UUID, other: UUID) -> None:
    """A survivor without a ticket takes the place of one that has it."""
    for table in (TicketMessage.__tablename__, SearchText.__tablename__):
        await _run(db, f"update {table} set message_id = :survivor where message_id = :other", survivor, other=other)


async def _move(db: AsyncSession, survivor: UUID, others: Sequence[UUID], home: UUID | None) -> None:
    given: dict[str, Any] = {"others": list(others), "home": home}
    await _run(db, "delete from ticket_messages where message_id = any(:others)", survivor, **given)
    await _run(db, "delete from ticket_texts where message_id = any(:others)", survivor, **given)
    copies = "message_id = :survivor, is_duplicate = true, ticket_id = coalesce(cast(:home as uuid), ticket_id)"
    await _run(db, f"update message_occurrences set {copies} where message_id = any(:others)", survivor, **given)
    known = "select from message_rfc_ids k where k.message_id = :survivor and k.mark = r.mark"
    names = "select distinct on (mark) id from message_rfc_ids r where message_id = any(:others)"
    once = f"{names} and not exists ({known}) order by mark, id"
    await _run(db, f"update message_rfc_ids set message_id = :survivor where id in ({once})", survivor, **given)
    gone = "same_as = :survivor, collision_group_id = null"
    await _run(db, f"update messages set {gone} where id = any(:others) or same_as = any(:others)", survivor, **given)


async def _lead_on(work: Work, ledger: Ledger, ticket_id: UUID, home: UUID, survivor: UUID) -> None:
    """A ticket that has lost its last message is part of the survivor's; one that has others is linked to it."""
    db = work.db
    left = await db.scalar(text("select message_count from tickets where id = :id"), {"id": ticket_id})
    kind = LinkKind.SAME_THREAD if left else LinkKind.MERGED_INTO
    link = {
        "id": new_id(),
        "ticket_id": ticket_id,
        "other_id": home,
        "kind": kind,
        "message_id": survivor,
        "created_at": work.now,
    }
    ledger.added(TicketLink, await insert_missing(db, TicketLink, [link]))
    if left:
        return
    given = {"home": home, "part": ticket_id, "now": work.now, "closed": Status.CLOSED}
    people = (
        "update ticket_participants p set ticket_id = :home where ticket_id = :part and not exists (select from"
        " ticket_participants k where k.ticket_id = :home and k.address = p.address)"
    )
    await db.execute(text(people), given)
    await db.execute(text("update ticket_notes set ticket_id = :home where ticket_id = :part"), given)
    ended = "status = :closed, closed_at = :now, updated_at = :now"
    await db.execute(text(f"update tickets set {ended} where id = :part"), given)


async def _run(db: AsyncSession, statement: str, survivor: UUID, **given: Any) -> None:
    used = {name: value for name, value in {"survivor": survivor, **given}.items() if f":{name}" in statement}
    await db.execute(text(statement), used)
