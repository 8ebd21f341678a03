"""Questions about tickets. The organisation is never part of a question: row security answers for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    any_,
    asc,
    bindparam,
    desc,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.platform.facts import KeptFact
from waypost.platform.rows import among
from waypost.ticketing.messages.models import Attachment, Content, Message
from waypost.ticketing.tags.queries import bears
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.linked import CODE, todays_number
from waypost.ticketing.tickets.models import (
    Note,
    Priority,
    Status,
    Ticket,
    TicketMessage,
)
from waypost.ticketing.tickets.search import matching
from waypost.ticketing.tickets.watching import mentions, watched_by


class TicketNotFound(NotFound):
    """Ticket not found."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox shows; status, q and the assignees are documented, the rest and several statuses are ours."""

    statuses: tuple[Status, ...] = ()
    q: str = ""
    assignee_user_id: UUID | None = None
    assignee_queue_id: UUID | None = None
    unassigned: bool = False
    priority: Priority | None = None
    requester: str = ""
    """A whole address in lower case."""
    watched_by: UUID | None = None
    mentions: UUID | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None
    """When something last happened to it: from the first moment on, before the second one."""
    tag: UUID | None = None
    oldest_first: bool = False


ROW = (
    Ticket.id,
    Ticket.ticket_code,
    Ticket.status,
    Ticket.priority,
    Ticket.subject,
    Ticket.requester_email,
    Ticket.requester_name,
    Ticket.assignee_user_id,
    Ticket.assignee_queue_id,
    Ticket.created_at,
    Ticket.updated_at,
    Ticket.first_message_at,
    Ticket.last_message_at,
    Ticket.last_activity_at,
    Ticket.closed_at,
    Ticket.stitch_reason,
    Ticket.stitch_confidence,
)
"""The 17 documented keys, in their order."""
BEFORE = (bindparam("before_at", type_=Ticket.last_activity_at.type), bindparam("before_id", type_=Ticket.id.type))


@lru_cache(maxsize=512)
def listing(filters: Filters, limit: int, *, paged: bool = False) -> Select[Any] | CompoundSelect[Any]:
    """Tickets by latest activity, one more than `limit` to tell that there is a next page.

    With `paged` it wants the place to go on from, as `before_at` and `before_id`. Building it costs as much as asking,
    and people ask the same again and again.

    A ticket that became part of another holds no message and is not listed; its number still leads on.

    Several statuses are as many short walks along the index, merged: one walk over all of them would pass by every
    closed ticket to find the open ones. A search has few tickets to look at, whatever their status.
    """
    if len(filters.statuses) <= 1 or filters.q.strip():
        return _walk(filters, filters.statuses, limit, paged=paged)
    walks = union_all(*(_walk(filters, (status,), limit, paged=paged) for status in filters.statuses))
    way = asc if filters.oldest_first else desc
    return walks.order_by(way("last_activity_at"), way("id")).limit(limit + 1)


def _walk(filters: Filters, statuses: tuple[Status, ...], limit: int, *, paged: bool) -> Select[Any]:
    conditions: list[Any] = [Ticket.message_count > 0, *_narrowed(filters)]
    if statuses:
        conditions.append(among(Ticket.status, statuses) if len(statuses) > 1 else Ticket.status == statuses[0])
    if filters.assignee_user_id:
        conditions.append(Ticket.assignee_user_id == filters.assignee_user_id)
    if filters.assignee_queue_id:
        conditions.append(Ticket.assignee_queue_id == filters.assignee_queue_id)
    if filters.unassigned:
        conditions.append(Ticket.assignee_user_id.is_(None))
    if filters.q.strip():
        conditions.append(Ticket.id == any_(func.array(matching(filters.q).scalar_subquery())))
    at, way = (Ticket.last_activity_at, Ticket.id), asc if filters.oldest_first else desc
    if paged:
        conditions.append(tuple_(*at) > tuple_(*BEFORE) if filters.oldest_first else tuple_(*at) < tuple_(*BEFORE))
    walk: Any = select(*ROW, Ticket.snippet, Ticket.message_count).where(*conditions)
    ordered: Select[Any] = walk.order_by(*map(way, at)).limit(limit + 1)
    return ordered


def _narrowed(filters: Filters) -> Iterator[Any]:
    """What the list asks beyond the documented fields."""
    if filters.priority:
        yield Ticket.priority == filters.priority
    if filters.requester:
        yield Ticket.requester_email == filters.requester
    if filters.active_from:
        yield Ticket.last_activity_at >= filters.active_from
    if filters.active_to:
        yield Ticket.last_activity_at < filters.active_to
    if filters.watched_by:
        yield watched_by(filters.watched_by)
    if filters.mentions:
        yield mentions(filters.mentions)
    if filters.tag:
        yield bears(Ticket.id, filters.tag)


async def page(
    db: AsyncSession, filters: Filters, *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> Sequence[Any]:
    """One page of rows (`ROW` plus snippet and message_count); an old number finds the ticket it leads to."""
    if CODE.fullmatch(filters.q.strip().lower()):
        filters = replace(filters, q=await todays_number(db, filters.q))
    question = listing(filters, limit, paged=before is not None)
    if not filters.q:
        return await ask(db, question, _place(before))
    rows: Sequence[Any] = (await db.execute(question, _place(before))).all()
    return rows


async def by_id(db: AsyncSession, ticket_id: UUID, *, for_update: bool = False) -> Ticket:
    """One ticket; refuses when this organisation has none of that id."""
    chosen = select(Ticket).where(Ticket.id == ticket_id)
    ticket = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if ticket is None:
        raise TicketNotFound
    return ticket


SPOKEN = (
    TicketMessage.id.label("link_id"),
    TicketMessage.message_id,
    TicketMessage.at,
    TicketMessage.stitched_at,
    TicketMessage.stitch_reason,
    TicketMessage.stitch_confidence,
    TicketMessage.evidence,
    TicketMessage.new_subject,
    Message.collision_group_id,
    Message.direction,
    Message.rfc_message_id,
    Content.date_header,
    Content.subject,
    Content.from_email,
    Content.from_name,
    Content.to_emails,
    Content.cc_emails,
    Content.snippet,
    Content.attachment_count,
    Content.quote_start,
    Content.has_remote,
    Content.language,
)


def thread(ticket_id: UUID | BindParameter[UUID], *, bodies: bool) -> Select[Any]:
    """The messages of a ticket, newest first; with their bodies only when they will be shown."""
    columns = (*SPOKEN, Content.body_text, Content.body_html) if bodies else SPOKEN
    return (
        select(*columns)
        .join(Message, (Message.org_id == TicketMessage.org_id) & (Message.id == TicketMessage.message_id))
        .join(Content, (Content.org_id == TicketMessage.org_id) & (Content.message_id == TicketMessage.message_id))
        .where(TicketMessage.ticket_id == ticket_id)
        .order_by(TicketMessage.at.desc(), TicketMessage.id.desc())
    )


@lru_cache(maxsize=64)
def _spoken(limit: int | None, *, bodies: bool, paged: bool) -> Select[Any]:
    """`thread` of any ticket (`ticket_id`), from a place on (`BEFORE`) when it is `paged`."""
    chosen = thread(bindparam("ticket_id", type_=Ticket.id.type), bodies=bodies)
    if paged:
        chosen = chosen.where(tuple_(TicketMessage.at, TicketMessage.id) < tuple_(*BEFORE))
    return chosen.limit(limit) if limit else chosen


async def messages(
    db: AsyncSession,
    ticket_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
    bodies: bool = True,
) -> Sequence[Any]:
    """Newest first, by keyset (`at`, link id)."""
    question = _spoken(limit, bodies=bodies, paged=bool(before))
    return await ask(db, question, {"ticket_id": ticket_id, **_place(before)})


async def message(db: AsyncSession, ticket_id: UUID, message_id: UUID) -> Any:
    """One message of a ticket with its body; refuses when it is not there."""
    row = (await db.execute(thread(ticket_id, bodies=True).where(TicketMessage.message_id == message_id))).one_or_none()
    if row is None:
        raise TicketNotFound("Message not found")
    return row


async def holds(db: AsyncSession, ticket_id: UUID, message_id: UUID) -> bool:
    """Whether a message is in this ticket."""
    chosen = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket_id)
    return await db.scalar(chosen.where(TicketMessage.message_id == message_id)) is not None


async def attachment(db: AsyncSession, ticket_id: UUID, attachment_id: UUID, handing: Handing) -> Attachment:
    """A part of a message of this ticket; refuses when it hangs on another one, and what is not handed out."""
    found = await db.scalar(
        select(Attachment)
        .join(
            TicketMessage,
            (TicketMessage.org_id == Attachment.org_id) & (TicketMessage.message_id == Attachment.message_id),
        )
        .where(TicketMessage.ticket_id == ticket_id, Attachment.id == attachment_id)
    )
    if found is None:
        raise TicketNotFound("Attachment not found")
    handing.check(found)
    return found


async def notes(db: AsyncSession, ticket_id: UUID) -> Sequence[Note]:
    """Internal notes, oldest first."""
    chosen = select(Note).where(Note.ticket_id == ticket_id).order_by(Note.created_at, Note.id)
    return (await db.scalars(chosen)).all()


@lru_cache(maxsize=16)
def _newest(noun: type[Note] | type[KeptFact], about: Any, at: Any, *, paged: bool) -> Select[Any]:
    """Columns of what belongs to `ticket_id`, newest first, `most` of it, from a place on when it is `paged`."""
    chosen = select(*noun.__table__.c).where(about == bindparam("ticket_id", type_=Ticket.id.type))
    chosen = chosen.where(tuple_(at, noun.id) < tuple_(*BEFORE)) if paged else chosen
    return chosen.order_by(at.desc(), noun.id.desc()).limit(bindparam("most"))


async def newest_notes(
    db: AsyncSession, ticket_id: UUID, *, limit: int, before: tuple[datetime, UUID] | None = None
) -> Sequence[Any]:
    """The newest notes (columns of `Note`; `before` a place among them), oldest of them first."""
    question = _newest(Note, Note.ticket_id, Note.created_at, paged=bool(before))
    return (await ask(db, question, {"ticket_id": ticket_id, "most": limit, **_place(before)}))[::-1]


def _place(before: tuple[datetime, UUID] | None) -> dict[str, Any]:
    return dict(zip(("before_at", "before_id"), before, strict=True)) if before else {}


async def events(
    db: AsyncSession, ticket_id: UUID, *, newest: int | None = None, before: tuple[datetime, UUID] | None = None
) -> list[Any]:
    """The timeline (columns of `KeptFact`), oldest first; only the `newest` when asked, of those `before` a place."""
    question = _newest(KeptFact, KeptFact.thing_id, KeptFact.at, paged=bool(before))
    return (await ask(db, question, {"ticket_id": ticket_id, "most": newest, **_place(before)}))[::-1]
