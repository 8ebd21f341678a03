"""How a case of the torture set ended, and what of its promises does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from tests.ticketing.desk import MailDesk
from tests.wire.torture.case import DUPLICATE, QUARANTINE, TICKET, Case, Holds
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Attachment, Content, Message, Occurrence
from waypost.ticketing.tickets.models import Ticket, TicketLink, TicketMessage


@dataclass(frozen=True, slots=True)
class Ended:
    """Everything the promises ask about, by place of the mail in its case."""

    copies: list[Occurrence]
    messages: dict[UUID, Message]
    contents: dict[UUID, Content]
    parts: dict[UUID, list[Attachment]]
    tickets: dict[UUID, Ticket]
    links: set[tuple[UUID, UUID, str]]
    reasons: dict[UUID, TicketMessage]
    alive: int

    def end(self, place: int) -> str:
        """ticket, duplicate or quarantine."""
        copy = self.copies[place]
        if copy.ticket_id is None:
            return QUARANTINE
        return DUPLICATE if copy.is_duplicate else TICKET

    def ticket(self, place: int) -> Ticket:
        """The mail's ticket."""
        home = self.copies[place].ticket_id
        assert home is not None, f"mail {place} has no ticket"
        return self.tickets[home]


async def ended(desk: MailDesk, ids: list[UUID]) -> Ended:
    """Read it all back."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        db = work.db
        copies = {one.id: one for one in await db.scalars(select(Occurrence))}
        parts: dict[UUID, list[Attachment]] = {}
        for part in await db.scalars(select(Attachment).order_by(Attachment.ordinal)):
            parts.setdefault(part.message_id, []).append(part)
        return Ended(
            [copies[one] for one in ids],
            {one.id: one for one in await db.scalars(select(Message))},
            {one.message_id: one for one in await db.scalars(select(Content))},
            parts,
            {one.id: one for one in await db.scalars(select(Ticket))},
            {(one.ticket_id, one.other_id, one.kind) for one in await db.scalars(select(TicketLink))},
            {one.message_id: one for one in await db.scalars(select(TicketMessage))},
            int(await db.scalar(select(func.count()).where(Ticket.message_count > 0)) or 0),
        )


def broken(case: Case, end: Ended, assignee: UUID | None = None) -> list[str]:
    """Every promise that does not hold, in words; `assignee` is whom a person gave the ticket to."""
    last = end.end(len(end.copies) - 1)
    wrong = [] if last in case.allowed else [f"ended as {last}, not {case.expect}"]
    if case.holds.get("assigned_stays") and end.ticket(0).assignee_user_id != assignee:
        wrong.append("the assignment is gone")
    return wrong + list(_about_all(case.holds, end)) + list(_about_last(case.holds, end))


def _about_all(holds: Holds, end: Ended) -> Iterator[str]:
    for place, wanted in enumerate(holds.get("ends", [])):
        if end.end(place) not in wanted.split(" or "):
            yield f"mail {place} ended as {end.end(place)}, not {wanted}"
    if "tickets" in holds and end.alive != holds["tickets"]:
        yield f"{end.alive} tickets, not {holds['tickets']}"
    if "messages" in holds and len(end.messages) != holds["messages"]:
        yield f"{len(end.messages)} messages, not {holds['messages']}"
    for group in holds.get("together", []):
        if len({end.copies[place].ticket_id for place in group}) != 1:
            yield f"mails {group} are apart"
    for one, other in holds.get("apart", []):
        if end.copies[one].ticket_id == end.copies[other].ticket_id:
            yield f"mails {one} and {other} are together"
    yield from _about_each(holds, end)


def _about_each(holds: Holds, end: Ended) -> Iterator[str]:
    asked: list[tuple[str, dict[int, Any], Any]] = [
        ("status", dict(holds.get("status", {})), lambda place: end.ticket(place).status),
        ("requester", dict(holds.get("requester", {})), lambda place: end.ticket(place).requester_email),
        ("recipient", dict(holds.get("recipient", {})), lambda place: end.copies[place].original_recipient),
        ("source", dict(holds.get("source", {})), lambda place: end.copies[place].original_recipient_source),
        ("reason", dict(holds.get("reasons", {})), lambda place: _link(end, place).stitch_reason),
        ("confidence", dict(holds.get("confidence", {})), lambda place: _link(end, place).stitch_confidence),
    ]
    for name, wanted, found in asked:
        for place, value in wanted.items():
            if found(place) != value:
                yield f"{name} of mail {place} is {found(place)}, not {value}"
    for place, status in holds.get("not_status", {}).items():
        if end.ticket(place).status == status:
            yield f"status of mail {place} is {status}"
    for one, other, kind in holds.get("linked", []):
        if not _linked(end, one, other, kind):
            yield f"ticket of mail {one} is not linked ({kind}) to that of mail {other}"
    for group in holds.get("collision", []):
        marks = {end.messages[_message(end, place)].collision_group_id for place in group}
        if len(marks) != 1 or None in marks:
            yield f"mails {group} share no collision group"


def _message(end: Ended, place: int) -> UUID:
    message_id = end.copies[place].message_id
    assert message_id is not None, f"mail {place} has no message"
    return message_id


def _link(end: Ended, place: int) -> TicketMessage:
    return end.reasons[_message(end, place)]


def _linked(end: Ended, one: int, other: int, kind: str) -> bool:
    a, b = end.copies[one].ticket_id, end.copies[other].ticket_id
    if kind == "split":
        return _link(end, one).new_subject
    wanted = {"forward": "forwards"}.get(kind, kind)
    return a is not None and b is not None and (a, b, wanted) in end.links


def _about_last(holds: Holds, end: Ended) -> Iterator[str]:
    copy = end.copies[-1]
    if copy.message_id is None:
        return
    content, message = end.contents[copy.message_id], end.messages[copy.message_id]
    text, html = content.body_text or "", (content.body_html or "").lower()
    date = content.date_header.isoformat() if content.date_header else None
    same = [
        ("subject", content.subject),
        ("sender", content.from_email),
        ("message_id", message.rfc_message_id),
        ("date", date),
        ("attachments", [part.filename for part in end.parts.get(message.id, [])]),
        ("attachment_count", content.attachment_count),
        ("automatic", "auto" in content.traits),
        ("bounce", "bounce" in content.traits),
    ]
    for name, found in same:
        if name in holds and holds[name] != found:  # type: ignore[literal-required]
            yield f"{name} is {found!r}, not {holds[name]!r}"  # type: ignore[literal-required]
    yield from (f"the text lacks {piece!r}" for piece in holds.get("text_has", []) if piece not in text)
    yield from (f"the text has {piece!r}" for piece in holds.get("text_lacks", []) if piece in text)
    yield from (f"the HTML lacks {piece!r}" for piece in holds.get("html_has", []) if piece.lower() not in html)
    yield from (f"the HTML has {piece!r}" for piece in holds.get("html_lacks", []) if piece.lower() in html)
