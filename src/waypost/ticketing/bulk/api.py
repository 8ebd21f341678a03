"""Acting on many for programs: freeze, look, try, act, receipt, undo."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import StreamingResponse

from waypost.platform.web.doors import Doors, Reads, SignedIn, Staged, Writes
from waypost.ticketing.bulk import actions, queries, receipts
from waypost.ticketing.bulk.acts import Act, FurtherActs
from waypost.ticketing.bulk.models import BulkSelection
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.queries import Filters
from waypost.ticketing.tickets.views import as_utc

api = Doors(tags=["bulk"])
SHOWN = ("id", "made_at", "expires_at", "count", "sample", "state", "act", "done", "asked_at", "ended_at")
PAGE = 1_000


def shown(selection: BulkSelection) -> dict[str, Any]:
    """Its keys, the same in every answer."""
    return {name: getattr(selection, name) for name in SHOWN}


class Choice(BaseModel):
    """Which tickets: by id, or all that a filter finds at this moment."""

    model_config = ConfigDict(extra="forbid")

    ticket_ids: Annotated[list[UUID], Field(max_length=actions.MOST)] = []
    status: Status | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    assignee_user_id: UUID | None = None
    assignee_queue_id: UUID | None = None
    priority: Priority | None = None
    requester: Annotated[str, Field(max_length=320)] = ""
    unassigned: bool = False
    tag: UUID | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None

    def filters(self) -> Filters:
        """The same as a question to the list."""
        return Filters(
            (self.status,) if self.status else (),
            self.q,
            self.assignee_user_id,
            self.assignee_queue_id,
            unassigned=self.unassigned,
            priority=self.priority,
            requester=self.requester.strip().lower(),
            tag=self.tag,
            active_from=as_utc(self.active_from),
            active_to=as_utc(self.active_to),
        )


@api.post("/tickets/bulk", needs=WRITE, status_code=201)
async def choose(work: Writes, choice: Choice) -> dict[str, Any]:
    """Freeze a selection: `{id, count, sample, expires_at, …}`; nothing is done yet.

    Refuses an empty choice and more than 20,000 (422).
    """
    if choice.ticket_ids:
        return shown(await actions.freeze(work, choice.ticket_ids))
    if not choice.model_fields_set - {"ticket_ids"}:
        raise actions.NothingChosen
    return shown(await actions.freeze_all(work, choice.filters()))


@api.get("/tickets/bulk/{bulk_id}", needs=READ)
async def one(work: Reads, bulk_id: UUID) -> dict[str, Any]:
    """How far it is, and `results`: how many came out how."""
    selection = await queries.by_id(work.db, bulk_id)
    return shown(selection) | {"results": await queries.results(work.db, bulk_id)}


@api.post("/tickets/bulk/{bulk_id}/acts", needs=WRITE, status_code=202)
async def act(
    request: Request,
    work: Writes,
    caller: SignedIn,
    bulk_id: UUID,
    response: Response,
    act: Annotated[dict[str, str | None], Body()],
    count: Annotated[int | None, Body()] = None,
    dry_run: Annotated[bool, Body()] = True,
) -> dict[str, Any]:
    """`{"act": {"status": "closed"}}` tells what would be done (200); with `dry_run` false it is done (202).

    Other acts: `priority`, `assignee_user_id`, `assignee_queue_id` (null: nobody), `add_tag`, `merge_into`, and
    `further`: what another module brings (`archive`), which is not undone. Above 100 tickets `count` must repeat their
    number (422).
    """
    wanted = Act.parsed(act)
    if wanted.lasts:
        request.app.state.parts.of(FurtherActs).of(wanted, caller.keys)
    selection = await queries.by_id(work.db, bulk_id, for_update=True)
    if dry_run:
        response.status_code = 200
        return shown(selection) | {"would": await queries.foreseen(work.db, bulk_id, wanted)}
    await actions.ask(work, selection, wanted, count)
    return shown(selection)


@api.post("/tickets/bulk/{bulk_id}/undo", needs=WRITE, status_code=202)
async def undo(work: Writes, bulk_id: UUID) -> dict[str, Any]:
    """Have all of it taken back."""
    selection = await queries.by_id(work.db, bulk_id, for_update=True)
    await actions.ask_back(work, selection)
    return shown(selection)


@api.get("/tickets/bulk/{bulk_id}/receipt", needs=READ)
async def receipt(
    work: Reads, bulk_id: UUID, after: int = -1, limit: Annotated[int, Query(ge=1, le=PAGE)] = 100
) -> dict[str, Any]:
    """One line a ticket in the order of the selection; `next` is the `after` of the following page, else null."""
    await queries.by_id(work.db, bulk_id)
    rows = await queries.receipt(work.db, bulk_id, after=after, limit=limit + 1)
    items = [dict(row._mapping) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["ordinal"] if len(rows) > limit else None}


@api.get("/tickets/bulk/{bulk_id}/receipt.csv", needs=READ)
async def receipt_file(request: Request, stages: Staged, caller: SignedIn, bulk_id: UUID) -> Response:
    """The whole receipt to keep, a thousand lines at a time."""
    async with stages.open(reads=True) as work:
        await queries.by_id(work.db, bulk_id)

    async def pieces() -> Any:
        after, more = -1, True
        while more:
            async with stages.open(reads=True) as work:
                rows = await queries.receipt(work.db, bulk_id, after=after, limit=PAGE)
            yield receipts.lines(rows, head=after < 0)
            more = len(rows) == PAGE
            after = rows[-1].ordinal if rows else after

    name = f'attachment; filename="receipt-{bulk_id}.csv"'
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers={"content-disposition": name})
