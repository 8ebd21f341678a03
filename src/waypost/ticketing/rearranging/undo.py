"""Taking a rearrangement back: every byte when nothing happened since, else as much as the new mail leaves true."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.db import Base
from waypost.platform.errors import Conflict
from waypost.platform.work import Work
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.rearranging import planning, queries, undoing
from waypost.ticketing.rearranging.changes import RowChange
from waypost.ticketing.rearranging.loading import standing, table_of, where_among
from waypost.ticketing.rearranging.models import Kind, Rearrangement, RearrangingUndone
from waypost.ticketing.rearranging.states import Row, Standing
from waypost.ticketing.rearranging.tables import FOLLOW_THE_MESSAGE, STAY
from waypost.ticketing.rearranging.undoing import TICKETS, Back
from waypost.ticketing.rearranging.writing import write
from waypost.ticketing.tickets.around import marks_of, refs_of


class AlreadyUndone(Conflict):
    """This was undone already."""


class SomethingNewer(Conflict):
    """A later act stands on this one: undo that one first."""


async def undo(work: Work, rearrangement_id: UUID) -> Rearrangement:
    """Put everything back. Refuses: undone already, or a later act stands on it (409, which names that act).

    What came in since is kept: messages that answer one that goes back go with it, all others stay; what a person
    changed since stays changed.
    """
    await hold_threads(work.db)
    made = await queries.by_id(work.db, rearrangement_id, for_update=True)
    if made.undone_at is not None:
        raise AlreadyUndone
    await _hold(work.db, (made.ticket_id, made.other_id))
    changes = await queries.changes_of(work.db, made.id)
    back = undoing.plan(changes, await _now(work.db, changes))
    along = await _answers(work.db, made, back)
    rows = await queries.without_lost_tags(work.db, back.rows)
    await write(work.db, await queries.without_twins(work.db, rows))
    await _catch_up(work, made, back, along)
    made.undone_at, made.undone_by = work.now, work.actor.person_id
    _tell(work, made)
    return made


async def _answers(db: AsyncSession, made: Rearrangement, back: Back) -> set[UUID]:
    """New messages that go along, found before anything is written; refuses when a later act stands in the way.

    It does when it moved one of these messages again, be it away and back, when the ticket they would go back to became
    part of another since, and when they are all that a later split has left of the ticket they would leave.
    """
    later = await queries.later_on_rows(db, made, back.places)
    if later is not None or back.superseded:
        raise _newer(later)
    if not back.stirred:
        return set()
    both, going = await standing(db, [made.ticket_id, made.other_id]), {UUID(one) for one in made.message_ids}
    giver, taker = both[made.ticket_id], both[made.other_id]
    if made.kind != Kind.MERGE and not giver.spoken:
        raise _newer(await queries.later_on_ticket(db, made, giver.id))
    along = set() if made.kind == Kind.SPLIT else await _along(db, made, taker, going)
    if made.kind != Kind.SPLIT and not taker.without(going | along):
        raise _newer(await queries.later_on_ticket(db, made, taker.id))
    return along


def _newer(later: Rearrangement | None) -> SomethingNewer:
    return SomethingNewer(errors=[{"field": "rearrangement_id", "msg": str(later.id)}] if later else None)


async def _hold(db: AsyncSession, ticket_ids: Iterable[UUID]) -> None:
    table = table_of(TICKETS)
    chosen = select(table.c.id).where(where_among(table.c.id, list(ticket_ids))).order_by(table.c.id)
    await db.execute(chosen.with_for_update())


async def _now(db: AsyncSession, changes: Iterable[RowChange]) -> dict[tuple[str, UUID], Row]:
    """The rows that were changed, as they stand."""
    ids: dict[str, list[UUID]] = {}
    for one in changes:
        ids.setdefault(one.table, []).append(one.row_id)
    found: dict[tuple[str, UUID], Row] = {}
    for name, wanted in ids.items():
        found |= {(name, one): row for one, row in (await queries.standing_rows(db, table_of(name), wanted)).items()}
    return found


async def _catch_up(work: Work, made: Rearrangement, back: Back, along: set[UUID]) -> None:
    """What happened since finds its place; a ticket that a split made ends."""
    await _copies_follow(work.db, [UUID(one) for one in made.message_ids])
    if back.born is not None:
        await _end(work, back.born, made.ticket_id, back)
        return
    if along:
        both = await standing(work.db, [made.ticket_id, made.other_id])
        await write(work.db, planning.move(both[made.other_id], both[made.ticket_id], along, work.now, why={}))
    await _count_anew(work, back.stirred)


async def _copies_follow(db: AsyncSession, message_ids: list[UUID]) -> None:
    """Copies that arrived since are where their message is."""
    for name in FOLLOW_THE_MESSAGE:
        statement = (
            f"update {name} f set ticket_id = l.ticket_id from ticket_messages l where l.message_id = f.message_id "
            "and f.message_id = any(:ids) and f.ticket_id <> l.ticket_id"
        )
        await db.execute(text(statement), {"ids": message_ids})


async def _along(db: AsyncSession, made: Rearrangement, taker: Standing, going: set[UUID]) -> set[UUID]:
    """Answers to what goes back."""
    newer = [one for one in taker.without(going) if one.place["stitched_at"] >= made.made_at]
    known = await marks_of(db, [*going, *(one.message_id for one in taker.spoken)])
    owners = {mark: message_id for message_id, marks in known.items() for mark in marks}
    refs = await refs_of(db, [one.message_id for one in newer])
    return undoing.followers(going, newer, refs, owners)


async def _count_anew(work: Work, ticket_ids: Iterable[UUID]) -> None:
    found = await standing(work.db, list(ticket_ids))
    await write(work.db, [row for one in found.values() for row in planning.counted(one, work.now)])


async def _end(work: Work, born: UUID, source: UUID, back: Back) -> None:
    """Gone as if it had never been; if anything happened there, it becomes part of where its messages came from."""
    for name in STAY:
        table = table_of(name)
        await work.db.execute(delete(table).where(table.c.ticket_id == born))
    if born in back.stirred or await _is_known(work.db, born):
        both = await standing(work.db, [born, source])
        await write(work.db, planning.merge(both[born], both[source], work.now))
        await _count_anew(work, [source])
    else:
        await write(work.db, [RowChange(TICKETS, born, {}, None)])
        await _count_anew(work, back.stirred)


async def _is_known(db: AsyncSession, ticket_id: UUID) -> bool:
    """Whether any row of any table still leads to this ticket."""
    for table, columns in _leading_to_tickets():
        for column in columns:
            if await db.scalar(select(table.c.id).where(table.c[column] == ticket_id).limit(1)):
                return True
    return False


def _leading_to_tickets() -> Iterable[tuple[Any, list[str]]]:
    for table in Base.metadata.tables.values():
        keys = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
        columns = [one.column_keys[-1] for one in keys if one.elements[0].target_fullname.startswith(f"{TICKETS}.")]
        if columns:
            yield table, columns


def _tell(work: Work, made: Rearrangement) -> None:
    for here, there in ((made.ticket_id, made.other_id), (made.other_id, made.ticket_id)):
        work.tell(RearrangingUndone(here, there, made.id, made.kind))
