"""What people do: merge, split, move, link, and take any of it back."""

from collections.abc import Collection, Iterable
from uuid import UUID

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.rearranging import planning
from waypost.ticketing.rearranging.changes import Changes
from waypost.ticketing.rearranging.loading import standing
from waypost.ticketing.rearranging.models import (
    Kind,
    MessageMoved,
    MessagesSplit,
    RearrangedRow,
    Rearrangement,
    RearrangingFact,
    TicketsLinked,
    TicketsMerged,
    TicketsUnlinked,
)
from waypost.ticketing.rearranging.planning import Birth
from waypost.ticketing.rearranging.states import Standing
from waypost.ticketing.rearranging.writing import write
from waypost.ticketing.tickets.drafts import ticket_code
from waypost.ticketing.tickets.models import LinkKind
from waypost.ticketing.tickets.queries import TicketNotFound

MOST_PICKED = 500


class WithItself(Invalid):
    """A ticket cannot be rearranged with itself: choose another one."""


class AlreadyPart(Conflict):
    """This ticket became part of another one: act on that one."""


class NothingPicked(Invalid):
    """Choose at least one message, and at most 500."""


class NotItsMessage(Invalid):
    """A chosen message is not in this ticket any more: look again."""


class NothingWouldStay(Invalid):
    """A ticket keeps at least one message: to bring all of them elsewhere, merge the tickets."""


class NotLinked(Conflict):
    """These tickets are not linked."""


class AlreadyLinked(Conflict):
    """These tickets are linked already."""


async def merge(work: Work, part_id: UUID, kept_id: UUID) -> Rearrangement:
    """All of one ticket becomes part of another, which keeps its number; refuses with itself (422), twice (409)."""
    part, kept = await _two(work, part_id, kept_id)
    changes = planning.merge(part, kept, work.now)
    made = await _keep(work, Kind.MERGE, part.id, kept.id, changes, [one.message_id for one in part.spoken])
    _tell(work, TicketsMerged, made)
    return made


async def split(work: Work, ticket_id: UUID, message_ids: Collection[UUID]) -> Rearrangement:
    """Some messages of a ticket become one of their own (`other_id`); refuses all of them, none, or others' (422)."""
    (source,) = await _stand(work, [ticket_id])
    _check_picked(source, message_ids)
    birth = Birth(new_id(), ticket_code())
    changes = planning.split(source, message_ids, birth, work.now)
    made = await _keep(work, Kind.SPLIT, source.id, birth.ticket_id, changes, message_ids)
    _tell(work, MessagesSplit, made)
    return made


async def move(work: Work, ticket_id: UUID, message_id: UUID, target_id: UUID) -> Rearrangement:
    """A message belongs to another ticket; refuses the only one (422): that is a merge."""
    source, target = await _two(work, ticket_id, target_id)
    _check_picked(source, [message_id])
    changes = planning.move(source, target, [message_id], work.now)
    made = await _keep(work, Kind.MOVE, source.id, target.id, changes, [message_id])
    _tell(work, MessageMoved, made)
    return made


async def link(work: Work, ticket_id: UUID, other_id: UUID) -> Rearrangement:
    """Two tickets know of each other; refuses what is linked already (409)."""
    one, other = await _two(work, ticket_id, other_id)
    if any(other.id in (row["ticket_id"], row["other_id"]) for row in one.links):
        raise AlreadyLinked
    changes = Changes()
    changes.put("ticket_links", planning.link_row(one.id, other.id, LinkKind.RELATED, work.now))
    made = await _keep(work, Kind.LINK, one.id, other.id, changes, [])
    _tell(work, TicketsLinked, made)
    return made


async def unlink(work: Work, ticket_id: UUID, other_id: UUID) -> Rearrangement:
    """They have nothing to do with each other; a ticket that is part of another stays linked to it."""
    one, other = await _two(work, ticket_id, other_id)
    changes = Changes()
    for row in one.links:
        if other.id in (row["ticket_id"], row["other_id"]) and row["kind"] != LinkKind.MERGED_INTO:
            changes.drop("ticket_links", row)
    if not changes.rows:
        raise NotLinked
    made = await _keep(work, Kind.UNLINK, one.id, other.id, changes, [])
    _tell(work, TicketsUnlinked, made)
    return made


async def _two(work: Work, one: UUID, other: UUID) -> list[Standing]:
    if one == other:
        raise WithItself
    return await _stand(work, [one, other])


async def _stand(work: Work, ticket_ids: list[UUID]) -> list[Standing]:
    """In this order, locked, with stitching held off until this work is done."""
    await hold_threads(work.db)
    found = await standing(work.db, ticket_ids)
    if len(found) < len(ticket_ids):
        raise TicketNotFound
    if any(not one.spoken for one in found.values()):
        raise AlreadyPart
    return [found[one] for one in ticket_ids]


def _check_picked(source: Standing, message_ids: Collection[UUID]) -> None:
    if not 0 < len(message_ids) <= MOST_PICKED:
        raise NothingPicked
    if len(source.only(message_ids)) < len(set(message_ids)):
        raise NotItsMessage
    if not source.without(message_ids):
        raise NothingWouldStay


async def _keep(
    work: Work, kind: Kind, ticket_id: UUID, other_id: UUID, changes: Changes, message_ids: Iterable[UUID]
) -> Rearrangement:
    """Write the changes, and what they changed."""
    made = Rearrangement(
        id=new_id(),
        kind=kind,
        ticket_id=ticket_id,
        other_id=other_id,
        message_ids=[str(one) for one in message_ids],
        made_at=work.now,
        made_by=work.actor.person_id,
    )
    await write(work.db, changes)
    work.db.add(made)
    await work.db.flush()
    rows = [
        {
            "id": new_id(),
            "rearrangement_id": made.id,
            "ordinal": ordinal,
            "table_name": one.table,
            "row_id": one.row_id,
            "before": one.before,
            "after": one.after,
        }
        for ordinal, one in enumerate(changes)
    ]
    await insert_rows(work.db, RearrangedRow, rows)
    return made


def _tell(work: Work, fact: type[RearrangingFact], made: Rearrangement) -> None:
    """On both timelines."""
    about = {"message_ids": [UUID(one) for one in made.message_ids]} if made.message_ids else {}
    for here, there, gave in ((made.ticket_id, made.other_id, True), (made.other_id, made.ticket_id, False)):
        work.tell(fact(here, there, made.id, gave, **about))
