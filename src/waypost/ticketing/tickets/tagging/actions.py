"""Verbs: put a tag on a ticket, take it off; what rules put on many at once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from waypost.platform.errors import Conflict
from waypost.platform.ids import new_id
from waypost.platform.rows import among, insert_missing
from waypost.platform.work import Work
from waypost.ticketing.tags import queries
from waypost.ticketing.tags.models import Tag, TicketTag
from waypost.ticketing.tickets.actions import touch
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.tagging.models import TicketTagged, TicketUntagged

MOST = 50
"""Tags of one ticket."""


class TooManyOnOne(Conflict):
    """A ticket bears at most 50 tags."""


class NoTicketOfItsOwn(Conflict):
    """This ticket became part of another one, which may be tagged instead."""


async def put_on(work: Work, ticket: Ticket, tag: Tag) -> bool:
    """The held `ticket` bears the tag; False when it did already. Refuses an emptied ticket and the 51st tag (409)."""
    if not ticket.message_count:
        raise NoTicketOfItsOwn
    if not await insert_missing(work.db, TicketTag, [_row(work, ticket.id, tag.id)]):
        return False
    if await queries.count_of(work.db, ticket.id) > MOST:
        raise TooManyOnOne
    touch(work, ticket)
    work.tell(TicketTagged(ticket.id, tag.id, tag.name))
    return True


async def take_off(work: Work, ticket: Ticket, tag: Tag) -> bool:
    """The held `ticket` bears the tag no more; False when it did not."""
    chosen = delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag_id == tag.id)
    if await work.db.scalar(chosen.returning(TicketTag.id)) is None:
        return False
    touch(work, ticket)
    work.tell(TicketUntagged(ticket.id, tag.id, tag.name))
    return True


async def put_on_many(work: Work, wanted: Iterable[tuple[UUID, UUID]]) -> None:
    """What rules add to tickets that nobody has touched (ticket, tag): written in one statement, told once."""
    rows = [_row(work, ticket_id, tag_id) for ticket_id, tag_id in wanted]
    if not rows:
        return
    names = await queries.names(work.db, {row["tag_id"] for row in rows}, stay=True)
    there = [row for row in rows if row["tag_id"] in names]
    written = await insert_missing(work.db, TicketTag, there)
    kept = select(TicketTag.ticket_id, TicketTag.tag_id).where(among(TicketTag.id, written)).order_by(TicketTag.id)
    for ticket_id, tag_id in (await work.db.execute(kept)).all():
        work.tell(TicketTagged(ticket_id, tag_id, names[tag_id]))


def _row(work: Work, ticket_id: UUID, tag_id: UUID) -> dict[str, Any]:
    return {"id": new_id(), "ticket_id": ticket_id, "tag_id": tag_id, "created_at": work.now}
