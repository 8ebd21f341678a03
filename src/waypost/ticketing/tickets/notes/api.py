"""Notes for programs: page by page, and changed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.notes import actions, queries
from waypost.ticketing.tickets.wire import note_json

api = Doors(tags=["tickets"])


@api.get("/tickets/{ticket_id}/notes", needs=READ)
async def list_notes(
    work: Reads,
    ticket_id: UUID,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Internal notes, newest first, by keyset."""
    await tickets.by_id(work.db, ticket_id)
    found = await tickets.newest_notes(work.db, ticket_id, limit=limit + 1, before=parse_cursor(cursor_))
    shown = found[::-1][:limit]
    following = cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else None
    return {"items": [note_json(one) for one in shown], "next_cursor": following}


@api.patch("/tickets/{ticket_id}/notes/{note_id}", needs=WRITE)
async def patch_note(
    work: Writes, ticket_id: UUID, note_id: UUID, body_markdown: Annotated[str, Body(embed=True)]
) -> dict[str, Any]:
    """Other words for one's own note."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    note = await queries.by_id(work.db, ticket_id, note_id)
    await actions.change_note(work, ticket, note, body_markdown)
    return note_json(note)
