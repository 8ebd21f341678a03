"""A person's word on look-alikes: one message after all, or different ones for ever; and the way back."""

from collections.abc import Collection, Sequence
from itertools import combinations
from uuid import UUID

from sqlalchemy import update

from waypost.platform.access import ADMINS, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.ticketing.collisions import queries
from waypost.ticketing.collisions.grouping import Pair, grouped
from waypost.ticketing.collisions.ledger import Change, Ledger, put_back
from waypost.ticketing.collisions.models import (
    CollisionRuling,
    Distinction,
    MessagesUnited,
    RuledRow,
    UnitingUndone,
    Verdict,
)
from waypost.ticketing.collisions.uniting import figures, unite
from waypost.ticketing.messages.models import Message
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.tickets.models import Ticket

HANDLE = permission("ticketing.collisions.handle", ADMINS)


class NotInThisGroup(Invalid):
    """Choose at least two messages of this group."""


class RulingIsUndone(Conflict):
    """This decision has been taken back already."""


class UndoneOutOfOrder(Conflict):
    """A later decision on these messages stands; take that back first."""


async def rule_same(
    work: Work, group_id: UUID, chosen: Collection[UUID] | None = None, survivor_id: UUID | None = None
) -> CollisionRuling:
    """One message stands for the chosen ones (all when none is named), the oldest unless another is named.

    Its copies, places in conversations and names follow it; nothing is thrown away.
    """
    await hold_threads(work.db)
    members = await queries.members(work.db, group_id, for_update=True)
    ids = _chosen(members, chosen)
    survivor = survivor_id or ids[0]
    if survivor not in ids:
        raise NotInThisGroup
    ledger = Ledger(work.db)
    await ledger.watch(Message, "collision_group_id", [group_id])
    tickets = await unite(work, ledger, survivor, [one for one in ids if one != survivor])
    left = [one.id for one in members if one.id not in ids or one.id == survivor]
    await _regroup(work, group_id, left, await queries.distinctions(work.db, left))
    ruling = await _write(work, ledger, group_id, Verdict.SAME, ids, survivor)
    for ticket_id in tickets:
        work.tell(MessagesUnited(ticket_id, ruling.id, survivor, ids))
    return ruling


async def rule_different(work: Work, group_id: UUID, chosen: Collection[UUID] | None = None) -> CollisionRuling:
    """The chosen messages (all when none is named) are told apart for ever, each from each."""
    await hold_threads(work.db)
    members = await queries.members(work.db, group_id, for_update=True)
    ids = _chosen(members, chosen)
    everybody = [one.id for one in members]
    known = await queries.distinctions(work.db, everybody)
    ledger = Ledger(work.db)
    await ledger.watch(Message, "collision_group_id", [group_id])
    ruling_id = new_id()
    pairs = [sorted(pair) for pair in combinations(ids, 2) if Pair(pair) not in known]
    rows = [{"id": new_id(), "low_id": low, "high_id": high, "ruling_id": ruling_id} for low, high in pairs]
    await insert_rows(work.db, Distinction, rows)
    ledger.added(Distinction, [row["id"] for row in rows])
    await _regroup(work, group_id, everybody, known | {Pair(pair) for pair in pairs})
    return await _write(work, ledger, group_id, Verdict.DIFFERENT, ids, None, ruling_id)


async def undo(work: Work, ruling: CollisionRuling) -> None:
    """Everything as it was before the decision; what happened since stays."""
    if ruling.undone_at is not None:
        raise RulingIsUndone
    if await queries.stands_later(work.db, ruling):
        raise UndoneOutOfOrder
    await hold_threads(work.db)
    rows = await queries.rows_of_ruling(work.db, ruling.id)
    for row in rows:
        await put_back(work.db, Change(row.table_name, row.row_id, row.before, row.after))
    tickets = [row.row_id for row in rows if row.table_name == Ticket.__tablename__]
    await figures(work.db, tickets)
    ruling.undone_at, ruling.undone_by = work.now, work.actor.person_id
    for ticket_id in tickets:
        work.tell(UnitingUndone(ticket_id, ruling.id))
    detail = {"group_id": str(ruling.group_id), "verdict": ruling.verdict, "message_ids": ruling.message_ids}
    await record(work, "collisions.undone", "collision_ruling", ruling.id, detail)


def _chosen(members: Sequence[Message], chosen: Collection[UUID] | None) -> list[UUID]:
    """In the order of their age."""
    found = [one.id for one in members if chosen is None or one.id in chosen]
    if len(found) < 2 or not set(chosen or ()) <= set(found):
        raise NotInThisGroup(errors=[{"field": "message_ids", "msg": "choose at least two of the group"}])
    return found


async def _regroup(work: Work, group_id: UUID, members: Sequence[UUID], distinct: Collection[Pair]) -> None:
    """The doubts that are left: the largest keep the group, others get one of their own, a single one has none."""
    groups = sorted(grouped(members, distinct), key=len, reverse=True)
    for place, group in enumerate(groups):
        name = None if len(group) < 2 else group_id if place == 0 else new_id()
        await work.db.execute(
            update(Message).where(Message.id.in_(group)).values(collision_group_id=name),
            execution_options={"synchronize_session": False},
        )


async def _write(
    work: Work,
    ledger: Ledger,
    group_id: UUID,
    verdict: Verdict,
    ids: Sequence[UUID],
    survivor: UUID | None,
    ruling_id: UUID | None = None,
) -> CollisionRuling:
    ruling = CollisionRuling(
        id=ruling_id or new_id(),
        group_id=group_id,
        verdict=verdict,
        message_ids=[str(one) for one in ids],
        survivor_id=survivor,
        decided_at=work.now,
        decided_by=work.actor.person_id,
    )
    work.db.add(ruling)
    await work.db.flush()
    rows = [
        {
            "id": new_id(),
            "ruling_id": ruling.id,
            "ordinal": ordinal,
            "table_name": change.table,
            "row_id": change.row_id,
            "before": change.before,
            "after": change.after,
        }
        for ordinal, change in enumerate(await ledger.changes())
    ]
    await insert_rows(work.db, RuledRow, rows)
    detail = {"group_id": str(group_id), "message_ids": ruling.message_ids, "survivor_id": str(survivor or "") or None}
    await record(work, f"collisions.{verdict}", "collision_ruling", ruling.id, detail)
    return ruling
