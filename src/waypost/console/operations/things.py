"""The thing a job is about: its page, and how the far side of it does now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.work import Work
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.queries import condition
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.tickets.models import TicketMessage

PLACES = {
    "ticket_id": ("ticket", "/tickets/{}"),
    "mailbox_id": ("mailbox", "/mailboxes"),
    "selection_id": ("selection", "/ops/jobs/selections/{}"),
    "request_id": ("archive request", "/archive-requests/{}"),
}
"""What a field of a payload names, and where that is shown; copies of mails lead to their ticket."""


@dataclass(frozen=True, slots=True)
class Thing:
    """`kind` as the page names it; `href` None when there is nothing to look at yet."""

    kind: str
    id: UUID
    href: str | None


@dataclass(frozen=True, slots=True)
class FarSide:
    """A mailbox that the job reads from, and its condition in the documented words."""

    address: str
    condition: str


@dataclass(frozen=True, slots=True)
class About:
    """Both; either may be missing."""

    thing: Thing | None = None
    far_side: FarSide | None = None


async def about(work: Work, payload: dict[str, Any]) -> About:
    """Found by the ids that a payload holds."""
    copy = _id(payload, "occurrence_id")
    if copy is not None:
        return await _about_copy(work, copy)
    for name, (kind, place) in PLACES.items():
        found = _id(payload, name)
        if found is not None:
            mailbox = found if name == "mailbox_id" else None
            return About(Thing(kind, found, place.format(found)), await _far_side(work, mailbox))
    return About()


async def _about_copy(work: Work, occurrence_id: UUID) -> About:
    """A copy of a mail: its ticket when it has one, and the mailbox it came from."""
    asked = (
        select(Occurrence.mailbox_id, TicketMessage.ticket_id)
        .outerjoin(TicketMessage, TicketMessage.message_id == Occurrence.message_id)
        .where(Occurrence.id == occurrence_id)
    )
    row = (await work.db.execute(asked)).one_or_none()
    if row is None:
        return About(Thing("mail", occurrence_id, None))
    ticket = Thing("ticket", row.ticket_id, f"/tickets/{row.ticket_id}") if row.ticket_id else None
    return About(ticket or Thing("mail", occurrence_id, None), await _far_side(work, row.mailbox_id))


async def _far_side(work: Work, mailbox_id: UUID | None) -> FarSide | None:
    mailbox = await _mailbox(work.db, mailbox_id) if mailbox_id else None
    return FarSide(mailbox.email_address, condition(mailbox, work.now).value) if mailbox else None


async def _mailbox(db: AsyncSession, mailbox_id: UUID) -> Mailbox | None:
    return (await db.scalars(select(Mailbox).where(Mailbox.id == mailbox_id))).one_or_none()


def _id(payload: dict[str, Any], name: str) -> UUID | None:
    try:
        return UUID(str(payload[name]))
    except (KeyError, ValueError):
        return None
