"""Completeness for programs: how each day stands, its closings, the very bytes of a statement."""

from datetime import date
from typing import Any

from fastapi.responses import Response

from waypost.archive.access import ASK, READ
from waypost.archive.completeness import queries
from waypost.archive.completeness.actions import ask_for_missing
from waypost.archive.completeness.showing import one_day, overview
from waypost.platform.errors import NotFound
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["completeness"])


class NotStated(NotFound):
    """This day has no statement yet."""


@api.get("/archives/completeness", needs=READ)
async def completeness(work: Reads) -> dict[str, Any]:
    """`{today, unarchived, oldest_unarchived_at, looked_at, log_doubt, days: [{day, count, kept, exempt, gaps, …}]}`.

    Newest day first, ninety of them; `unarchived` counts cases closed for half an hour without record or exemption.
    """
    return (await overview(work)).said()


@api.get("/archives/completeness/{day}", needs=READ)
async def completeness_of_day(work: Reads, day: date, gaps: bool = False, cursor: str | None = None) -> dict[str, Any]:
    """`{day, now, statements, closings, next_cursor}`; `?gaps=1` only what is missing. Days are those of UTC."""
    return (await one_day(work, day, gaps=gaps, cursor=cursor)).said()


@api.get("/archives/completeness/{day}/statement", needs=READ)
async def statement_items(work: Reads, day: date) -> Response:
    """The bytes (canonical JSON) whose SHA-256 the newest statement, and its leaf in the log, name."""
    found = await queries.statement(work.db, day, whole=True)
    if found is None:
        raise NotStated
    name = f'attachment; filename="statement-{day.isoformat()}-{found.revision}.json"'
    return Response(found.items, media_type="application/json", headers={"content-disposition": name})


@api.post("/archives/completeness/{day}/requests", needs=ASK, status_code=202)
async def ask_for_day(work: Writes, day: date) -> dict[str, Any]:
    """Ask for what is missing of a day (at most 200 cases at once): `{status, asked}`."""
    return {"status": "accepted", "asked": await ask_for_missing(work, day)}
