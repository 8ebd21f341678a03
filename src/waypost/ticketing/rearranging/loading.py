"""Tickets with everything that hangs on them, read and locked in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.db import Base
from waypost.ticketing.messages.models import Content, Direction, Message
from waypost.ticketing.messages.queries import own_addresses
from waypost.ticketing.rearranging.states import Row, Spoken, Standing
from waypost.ticketing.rearranging.tables import FOLLOW_THE_MESSAGE, FOLLOW_THE_TICKET, ONCE_EACH
from waypost.ticketing.tickets.models import Participant, Ticket, TicketLink, TicketMessage


async def standing(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """These tickets as they stand, locked against other changes, in the order of their ids; unknown ones left out."""
    tickets = await _tickets(db, ticket_ids)
    spoken = await _spoken(db, tickets)
    people, links = await _of_tickets(db, Participant.__table__, tickets), await _links(db, tickets)
    hanging = await _hanging(db, tickets)
    return {
        one: Standing(row, tuple(spoken[one]), tuple(people[one]), tuple(links[one]), tuple(hanging[one]))
        for one, row in tickets.items()
    }


def table_of(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


async def _tickets(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, Row]:
    table = table_of(Ticket.__tablename__)
    chosen = select(table).where(where_among(table.c.id, ticket_ids)).order_by(table.c.id).with_for_update()
    return {row.id: dict(row._mapping) for row in await db.execute(chosen)}


async def _spoken(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, list[Spoken]]:
    """Messages by ticket, oldest first, with what follows each."""
    place = table_of(TicketMessage.__tablename__)
    said = (Content.subject, Content.subject_norm, Content.snippet, Content.from_email, Content.from_name)
    to = (Content.to_emails, Content.cc_emails, Content.reply_to_emails, Content.traits, Message.direction)
    rows: Iterable[Any] = (
        await db.execute(
            select(place, *said, *to)
            .join(Message, (Message.org_id == place.c.org_id) & (Message.id == place.c.message_id))
            .join(Content, (Content.org_id == place.c.org_id) & (Content.message_id == place.c.message_id))
            .where(where_among(place.c.ticket_id, ticket_ids))
            .order_by(place.c.at, place.c.id)
        )
    ).all()
    hanging = await _by(db, FOLLOW_THE_MESSAGE, "message_id", [row.message_id for row in rows])
    own = (await own_addresses(db)).keys()
    found: dict[UUID, list[Spoken]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(_one(row, frozenset(own), hanging[row.message_id]))
    return found


def _one(row: Any, own: frozenset[str], hanging: list[tuple[str, Row]]) -> Spoken:
    addresses = {row.from_email or "", *row.to_emails, *row.cc_emails, *row.reply_to_emails} - {""}
    following = tuple((table, each) for table, each in hanging if each["ticket_id"] == row.ticket_id)
    requester = _requester(row, own)
    people = frozenset(addresses - own)
    return Spoken(dict(row._mapping), row.subject, row.subject_norm, row.snippet, people, requester, following)


def _requester(row: Any, own: frozenset[str]) -> tuple[str | None, str | None]:
    """Whom a ticket that begins with this message is for: as stitching sees it."""
    if row.direction == Direction.OUTBOUND:
        return next((to for to in row.to_emails if to not in own), None), None
    answer_to = next((address for address in row.reply_to_emails if address not in own), None)
    wanted = answer_to if answer_to and "list" not in row.traits else row.from_email
    return wanted, row.from_name


async def _links(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    """Links by either end."""
    table = table_of(TicketLink.__tablename__)
    either = or_(where_among(table.c.ticket_id, ticket_ids), where_among(table.c.other_id, ticket_ids))
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in await db.execute(select(table).where(either).order_by(table.c.id)):
        for end in {row.ticket_id, row.other_id} & set(ticket_ids):
            found[end].append(dict(row._mapping))
    return found


async def _of_tickets(db: AsyncSession, table: Any, ticket_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in await db.execute(select(table).where(where_among(table.c.ticket_id, ticket_ids)).order_by(table.c.id)):
        found[row.ticket_id].append(dict(row._mapping))
    return found


async def _hanging(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, Row]]]:
    once = tuple(name for name in ONCE_EACH if name != Participant.__tablename__)
    return await _by(db, (*FOLLOW_THE_TICKET, *once), "ticket_id", ticket_ids)


async def _by(
    db: AsyncSession, tables: Iterable[str], column: str, ids: Collection[UUID]
) -> dict[UUID, list[tuple[str, Row]]]:
    """Rows of several tables by the thing they hang on; only what a plan needs of a long row."""
    found: dict[UUID, list[tuple[str, Row]]] = defaultdict(list)
    for name in tables:
        table = table_of(name)
        columns = list(table.c) if name in ONCE_EACH else [table.c.id, table.c.ticket_id, table.c[column]]
        chosen = select(*dict.fromkeys(columns)).where(where_among(table.c[column], ids)).order_by(table.c.id)
        for row in await db.execute(chosen):
            found[row._mapping[column]].append((name, dict(row._mapping)))
    return found


def where_among(column: Column[Any], values: Collection[UUID]) -> ColumnElement[bool]:
    """`column in values`, the same statement for any number of them."""
    return column == any_(literal(list(values), ARRAY(column.type)))
