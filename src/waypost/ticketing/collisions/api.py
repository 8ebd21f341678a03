"""Look-alikes for programs: the list and the backfill as documented; details and decisions are ours."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from waypost.platform.web.doors import Doors, Reads, Staged, Writes
from waypost.ticketing.collisions import actions, queries
from waypost.ticketing.collisions.actions import HANDLE
from waypost.ticketing.collisions.backfill import fill_all
from waypost.ticketing.collisions.models import CollisionRuling, Verdict
from waypost.ticketing.collisions.views import Candidate, side_by_side
from waypost.ticketing.messages.cursors import cursor, parse_cursor

api = Doors(tags=["collisions"])
SAMPLE = 3


@api.get("/ops/messages/collisions", needs=HANDLE)
async def list_collisions(
    work: Reads,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
) -> dict[str, Any]:
    """Groups with more than one message, the latest active first; `next_cursor` leads on."""
    rows = await queries.groups(work.db, before=parse_cursor(cursor_), limit=limit)
    shown = rows[:limit]
    following = cursor(shown[-1].last_seen_at, shown[-1].group_id) if len(rows) > limit else None
    return {"items": [_group(row) for row in shown], "next_cursor": following}


def _group(row: Any) -> dict[str, Any]:
    return {
        "collision_group_id": row.group_id,
        "message_count": row.message_count,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
        "sample_message_ids": row.ids[:SAMPLE],
    }


@api.post("/ops/messages/collisions/backfill", needs=HANDLE)
async def fill(stages: Staged) -> dict[str, Any]:
    """Group look-alikes that have no group; what is too much for one request goes on as a job."""
    return (await fill_all(stages.open)).answer()


@api.get("/ops/messages/collisions/{group_id}", needs=HANDLE)
async def show_collision(work: Reads, group_id: UUID) -> dict[str, Any]:
    """The candidates with what identifies them, and the fields in which they differ."""
    side = await side_by_side(work.db, group_id)
    return {
        "collision_group_id": group_id,
        "message_count": len(side.candidates) + side.left_out,
        "differs_in": [field.name for field in side.fields if field.differs],
        "messages": [_candidate(one) for one in side.candidates],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    row = one.row
    return {
        "message_id": row.id,
        "ticket_id": row.ticket_id,
        "rfc_message_id": row.rfc_message_id,
        "date_header": row.date_header,
        "from_email": row.from_email,
        "to_emails": row.to_emails,
        "cc_emails": row.cc_emails,
        "subject": row.subject,
        "first_seen_at": row.first_seen_at,
        "copies": one.copies,
        "attachments": [{"filename": file.filename, "sha256": file.sha256.hex()} for file in one.files],
    }


class Decision(BaseModel):
    """A verdict on a group; on all its messages unless some are named."""

    model_config = ConfigDict(extra="ignore")

    verdict: Verdict
    message_ids: Annotated[list[UUID] | None, Field(max_length=1_000)] = None
    survivor_id: UUID | None = None


@api.post("/ops/messages/collisions/{group_id}/rulings", needs=HANDLE, status_code=201)
async def decide(work: Writes, group_id: UUID, decision: Decision) -> dict[str, Any]:
    """They are the same, or they are not."""
    ids = decision.message_ids
    if decision.verdict is Verdict.SAME:
        return _ruling(await actions.rule_same(work, group_id, ids, decision.survivor_id))
    return _ruling(await actions.rule_different(work, group_id, ids))


@api.post("/ops/messages/collisions/rulings/{ruling_id}/undo", needs=HANDLE)
async def take_back(work: Writes, ruling_id: UUID) -> dict[str, Any]:
    """Everything as it was before."""
    ruling = await queries.ruling(work.db, ruling_id)
    await actions.undo(work, ruling)
    return _ruling(ruling)


def _ruling(ruling: CollisionRuling) -> dict[str, Any]:
    return {
        "id": ruling.id,
        "collision_group_id": ruling.group_id,
        "verdict": ruling.verdict,
        "message_ids": ruling.message_ids,
        "survivor_id": ruling.survivor_id,
        "decided_at": ruling.decided_at,
        "undone_at": ruling.undone_at,
    }
