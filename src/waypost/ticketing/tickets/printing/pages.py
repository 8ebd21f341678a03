"""The whole conversation as text on sheets: for a file, a meeting, a court; internal notes only when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from markupsafe import Markup
from starlette.requests import Request

from waypost.platform.identity.queries import names
from waypost.platform.parts import Parts
from waypost.platform.storage.links import BlobLinks
from waypost.platform.web.doors import Reads
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.cursors import parse_cursor
from waypost.ticketing.messages.plain import text_to_html
from waypost.ticketing.queues.queries import names as queue_names
from waypost.ticketing.tickets import desk, queries
from waypost.ticketing.tickets.actions import READ
from waypost.ticketing.tickets.conversation import Spoken, read
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.models import Note, Ticket
from waypost.ticketing.tickets.pictures import PictureLinks
from waypost.ticketing.tickets.showing import Linking

pages = Pages()
PRINT = "ticketing/tickets/printing/print.html"
MESSAGES, NOTES, CHARACTERS, PICTURES = 100, 200, 20_000, 6


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message or note as it is printed: its own words, what was cut off, and its pictures."""

    at: datetime
    row: Any = None
    note: Note | None = None
    text: Markup = field(default_factory=Markup)
    is_cut: bool = False
    files: Sequence[Any] = ()
    pictures: Sequence[tuple[str, str]] = ()


@pages.get("/tickets/{ticket_id}/print", needs=READ)
async def sheets(
    request: Request,
    work: Reads,
    ticket_id: UUID,
    notes: bool = False,
    cursor_: Annotated[str, Query(alias="cursor", max_length=200)] = "",
) -> Page:
    """The newest hundred messages, oldest first; the page before holds the earlier ones."""
    ticket = await queries.by_id(work.db, ticket_id)
    spoken = await read(work.db, ticket_id, before=parse_cursor(cursor_), limit=MESSAGES + 1)
    left = await queries.newest_notes(work.db, ticket_id, limit=NOTES) if notes else []
    parts: Parts = request.app.state.parts
    linking = Linking(parts.of(BlobLinks), parts.of(PictureLinks), work.org, work.now, parts.of(Handing))
    printed = [_message(one, linking) for one in reversed(spoken[:MESSAGES])]
    printed += [Sheet(one.created_at, note=one) for one in left]
    return Page(
        PRINT,
        ticket=ticket,
        sheets=sorted(printed, key=lambda sheet: sheet.at),
        older=desk.older(spoken, MESSAGES),
        notes=notes,
        people=await names(work.db, {one.author_user_id for one in left if one.author_user_id} | _assignee(ticket)),
        queues=await queue_names(work.db, [ticket.assignee_queue_id] if ticket.assignee_queue_id else []),
        now=work.now,
    )


def _assignee(ticket: Ticket) -> set[UUID]:
    return {ticket.assignee_user_id} if ticket.assignee_user_id else set()


def _message(one: Spoken, linking: Linking) -> Sheet:
    row = one.row
    text = (row.body_text or "")[: row.quote_start or None]
    shown = [(linking.picture(a), a.filename) for a in one.attachments if linking.shows(a)][:PICTURES]
    return Sheet(
        row.at,
        row,
        text=Markup(text_to_html(text[:CHARACTERS].rstrip())),
        is_cut=len(text) > CHARACTERS,
        files=one.attachments,
        pictures=shown,
    )
