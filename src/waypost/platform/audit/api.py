"""The log for programs: newest first, with a cursor; and the verdict on its chain."""

from typing import Annotated, Any

from fastapi import Query

from waypost.platform.audit import queries
from waypost.platform.audit.access import PAGE, READ
from waypost.platform.places import read, written
from waypost.platform.web.doors import Doors, Reads

api = Doors()


@api.get("/audit", needs=READ)
async def audit_log(
    work: Reads, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = PAGE
) -> dict[str, Any]:
    """`{items: [{id, at, actor_kind, actor_id, actor_name, act, thing, thing_id, detail}], next_cursor}`."""
    found = await queries.lines(work.db, limit=limit + 1, after=read(cursor))
    more = written(queries.place_of(found[limit - 1])) if len(found) > limit else None
    return {"items": [_shown(line) for line in found[:limit]], "next_cursor": more}


@api.get("/audit/verification", needs=READ)
async def audit_verification(work: Reads) -> dict[str, Any]:
    """`{intact, length, head, broken_at, removed, removed_until}`: walks the whole chain, or what is left of it."""
    verdict = await queries.verify(work.db)
    return {
        "intact": verdict.broken_at is None,
        "length": verdict.length,
        "head": verdict.head,
        "broken_at": verdict.broken_at,
        "removed": verdict.removed,
        "removed_until": verdict.reached,
    }


def _shown(line: queries.Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "id": entry.id,
        "at": entry.at,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "actor_name": line.who,
        "act": entry.act,
        "thing": entry.thing,
        "thing_id": entry.thing_id,
        "detail": entry.detail,
    }
