"""Doors for programs: paths, fields and status codes as operators' clients know them."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Body, Header, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.parts import Parts
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import once
from waypost.platform.storage.links import BlobLinks
from waypost.platform.storage.serving import FRAMED
from waypost.platform.web.doors import Doors, Reads, Staged, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.tickets import actions, counted, queries
from waypost.ticketing.tickets.actions import READ, UNSET, WRITE, Change, ChangedMeanwhile
from waypost.ticketing.tickets.conversation import read
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.inlined import Inlined
from waypost.ticketing.tickets.models import Priority, Status, Ticket
from waypost.ticketing.tickets.pictures import PictureLinks, RemotePictures, fetch_picture
from waypost.ticketing.tickets.queries import Filters
from waypost.ticketing.tickets.views import as_utc
from waypost.ticketing.tickets.wire import (
    detail_json,
    event_json,
    message_json,
    note_json,
    ticket_row,
)

api = Doors(tags=["tickets"])
BODIES = 50
"""Messages whose bodies an answer carries unless all are asked for."""
MOST_TOLD = 1_000
"""Events, and notes, that an answer carries: the newest; the doors of each lead further back."""
_encode = msgspec.json.Encoder().encode


def json_answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON by msgspec: hot lists cost half of what validation would."""
    return Response(_encode(content), status, headers, media_type="application/json")


@api.get("/tickets", needs=READ)
async def list_tickets(
    work: Reads,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    status: Status | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    assignee_user_id: UUID | None = None,
    assignee_queue_id: UUID | None = None,
    unassigned: bool = False,
    priority: Priority | None = None,
    requester: Annotated[str, Query(max_length=320)] = "",
    tag: UUID | None = None,
    active_from: datetime | None = None,
    active_to: datetime | None = None,
    order: Literal["newest", "oldest"] = "newest",
) -> Response:
    """Tickets by latest activity, by keyset; `unassigned`, `priority`, `requester` (an address) and `tag` narrow it.

    So do `active_from` and `active_to`: latest activity from that moment on, and before it. Without an offset: UTC.
    `order` turns the list round; a cursor belongs to the order that it was given in.
    """
    filters = Filters(
        (status,) if status else (),
        q,
        assignee_user_id,
        assignee_queue_id,
        unassigned=unassigned,
        priority=priority,
        requester=requester.strip().lower(),
        tag=tag,
        active_from=as_utc(active_from),
        active_to=as_utc(active_to),
        oldest_first=order == "oldest",
    )
    rows = await queries.page(work.db, filters, before=parse_cursor(cursor_), limit=limit)
    shown = rows[:limit]
    following = cursor(shown[-1].last_activity_at, shown[-1].id) if len(rows) > limit else None
    return json_answer({"items": [ticket_row(row) for row in shown], "next_cursor": following})


@api.get("/tickets/counts", needs=READ)
async def count_tickets(work: Reads) -> dict[str, Any]:
    """How many stand where, by status. Numbers stop at `most`: counting on would take longer than anybody reads."""
    found = await counted.counts(work.db)
    return {"counts": {status: found.get(status, 0) for status in Status}, "most": counted.COUNTED}


@api.get("/tickets/{ticket_id}", needs=READ)
async def show_ticket(request: Request, work: Reads, ticket_id: UUID, bodies: str = "") -> Response:
    """A ticket with its thread, oldest first; bodies beyond the newest 50 only with `?bodies=all`."""
    ticket = await queries.by_id(work.db, ticket_id)
    spoken = await read(work.db, ticket_id, limit=None if bodies == "all" else BODIES)
    headers = {"etag": etag(ticket)}
    if len(spoken) == BODIES and ticket.message_count > BODIES:
        oldest = spoken[-1].row
        spoken += await read(work.db, ticket_id, before=(oldest.at, oldest.link_id), bodies=False)
        place = cursor(oldest.at, oldest.link_id)
        headers["link"] = f'</tickets/{ticket_id}/messages?cursor={place}>; rel="next"'
    inlined = Inlined.of(request.app.state.parts, work)
    messages = [message_json(one, inlined) for one in reversed(spoken)]
    events = await queries.events(work.db, ticket_id, newest=MOST_TOLD)
    notes = await queries.newest_notes(work.db, ticket_id, limit=MOST_TOLD)
    return json_answer(detail_json(ticket, messages, events, notes), headers=headers)


@api.get("/tickets/{ticket_id}/messages", needs=READ)
async def list_messages(
    request: Request,
    work: Reads,
    ticket_id: UUID,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = BODIES,
) -> Response:
    """Messages with bodies, newest first, by keyset."""
    await queries.by_id(work.db, ticket_id)
    spoken = await read(work.db, ticket_id, before=parse_cursor(cursor_), limit=limit + 1)
    shown = spoken[:limit]
    last = shown[-1].row if shown else None
    following = cursor(last.at, last.link_id) if last is not None and len(spoken) > limit else None
    inlined = Inlined.of(request.app.state.parts, work)
    items = [message_json(one, inlined) for one in shown]
    return json_answer({"items": items, "next_cursor": following})


@api.get("/tickets/{ticket_id}/events", needs=READ)
async def list_events(
    work: Reads,
    ticket_id: UUID,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = BODIES,
) -> Response:
    """The timeline, newest first, by keyset."""
    await queries.by_id(work.db, ticket_id)
    found = await queries.events(work.db, ticket_id, newest=limit + 1, before=parse_cursor(cursor_))
    shown = found[::-1][:limit]
    following = cursor(shown[-1].at, shown[-1].id) if len(found) > limit else None
    return json_answer({"items": [event_json(one) for one in shown], "next_cursor": following})


class Patch(BaseModel):
    """Fields a program may change; an absent key means unchanged, null on either assignee clears both."""

    model_config = ConfigDict(extra="ignore")

    status: Status | None = None
    priority: Priority | None = None
    assignee_user_id: UUID | None = None
    assignee_queue_id: UUID | None = None

    def change(self) -> Change:
        """Only what was sent; status and priority cannot be null."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        for name in ("status", "priority"):
            if sent.get(name, UNSET) is None:
                raise Invalid(f"{name} must not be null", errors=[{"field": name, "msg": "choose a value"}])
        return Change(**sent)


@api.patch("/tickets/{ticket_id}", needs=WRITE)
async def patch_ticket(
    work: Writes, ticket_id: UUID, patch: Patch, if_match: Annotated[str | None, Header(max_length=1000)] = None
) -> Response:
    """Change status, priority or assignee. With If-Match (the ETag, or `updated_at` in quotes): only that version."""
    ticket = await queries.by_id(work.db, ticket_id, for_update=True)
    if if_match is not None and not names_version(if_match, ticket.updated_at):
        raise ChangedMeanwhile
    await actions.change(work, ticket, patch.change())
    return json_answer(ticket_row(ticket), headers={"etag": etag(ticket)})


def etag(ticket: Ticket) -> str:
    """The version of a ticket (RFC 9110, 8.8.3): everything that happens to it moves `updated_at`."""
    return f'"{ticket.updated_at.astimezone(UTC).isoformat()}"'


def names_version(if_match: str, updated_at: datetime) -> bool:
    """Whether a list of versions names this one, in whatever spelling of its moment (RFC 9110, 13.1.1)."""
    said = [one.strip() for one in if_match.split(",")]
    return "*" in said or any(_moment(one) == updated_at for one in said)


def _moment(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said.removeprefix('"').removesuffix('"'))
    except ValueError:
        return None


@api.post("/tickets/{ticket_id}/notes", needs=WRITE, status_code=201)
async def post_note(
    work: Writes, ticket_id: UUID, body_markdown: Annotated[str, Body(embed=True)], given: OnceGiven
) -> Response:
    """Leave an internal note. The same Idempotency-Key gives the first answer again."""

    async def act() -> Any:
        ticket = await queries.by_id(work.db, ticket_id, for_update=True)
        return msgspec.to_builtins(note_json(await actions.add_note(work, ticket, body_markdown)))

    return json_answer(await once(work, given, act), 201)


@api.get("/tickets/{ticket_id}/attachments/{attachment_id}/download", needs=READ)
async def download(request: Request, work: Reads, ticket_id: UUID, attachment_id: UUID) -> Response:
    """To the bytes, by a signed link that soon ends."""
    parts: Parts = request.app.state.parts
    attachment = await queries.attachment(work.db, ticket_id, attachment_id, parts.of(Handing))
    kind = attachment.content_type
    path = parts.of(BlobLinks).path(work.org, attachment.blob_id, attachment.filename, now=work.now, media_type=kind)
    return RedirectResponse(path, 307)


@api.get("/remote-pictures/{token}", public=True, include_in_schema=False)
async def remote_picture(request: Request, stages: Staged, token: str) -> Response:
    """A picture that a mail refers to, fetched by us because a person asked: the sender sees our address only.

    Public, because the frame that shows a mail has no origin and so sends no cookies: our signature opens it.
    """
    parts: Parts = request.app.state.parts
    url = parts.of(PictureLinks).read(token, stages.works.clock())
    data, media_type = await fetch_picture(parts.of(RemotePictures).way_out, url)
    return Response(data, headers=FRAMED | {"Cache-Control": "private, max-age=3600"}, media_type=media_type)
