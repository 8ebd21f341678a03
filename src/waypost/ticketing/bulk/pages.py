"""Acting on many for people: what was chosen, what would happen, the act, its progress, its receipt, its undo."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.identity.queries import members
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.moments import known_zone
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.bulk import actions, queries
from waypost.ticketing.bulk.acts import FIELDS, Act, FurtherActs
from waypost.ticketing.bulk.models import BulkSelection, State
from waypost.ticketing.queues import queries as queues
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.filtering.tabs import view_of
from waypost.ticketing.tickets.linked import by_code

pages = Pages()
PAGE = "ticketing/bulk/selection.html"
LINES = 50
AT_ONCE_UP_TO = actions.TYPED_ABOVE
"""So many chosen by hand are acted on at once: the rows were seen, and the way back is shown."""


@pages.post("/tickets/bulk", needs=WRITE)
async def choose(
    request: Request,
    work: Writes,
    caller: SignedIn,
    ids: Annotated[list[UUID] | None, Form()] = None,
    all: Annotated[bool, Form()] = False,
    act: Annotated[str, Form(max_length=60)] = "",
) -> Page:
    """Freeze what was picked, or all that the view shows; `act` ("status:closed") is then done at once."""
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    view = view_of(sent).at()
    me = work.actor.person_id
    if all and me:
        selection = await actions.freeze_all(work, view.filters(me, known_zone(caller.zone)), view.query())
    else:
        selection = await actions.freeze(work, ids or [], view.query())
    if act and not all and selection.count <= AT_ONCE_UP_TO:
        await actions.ask(work, selection, _act(dict([act.split(":", 1)]), request, caller))
    return Page(PAGE, goto=f"/tickets/bulk/{selection.id}")


@pages.get("/tickets/bulk/{bulk_id}", needs=READ)
async def one(request: Request, work: Reads, caller: SignedIn, bulk_id: UUID, after: int = -1) -> Page:
    """Before the act the sample and what would happen; then its progress; at last the receipt."""
    selection = await queries.by_id(work.db, bulk_id)
    frozen = selection.state == State.FROZEN
    wanted = await _tried(work, selection, request, caller) if frozen else None
    rows = [] if frozen else await queries.receipt(work.db, bulk_id, after=after, limit=LINES + 1)
    return Page(
        PAGE,
        blocks=("selection",),
        selection=selection,
        sample=await queries.samples(work.db, selection),
        wanted=wanted,
        typed=selection.count > actions.TYPED_ABOVE,
        expired=frozen and selection.expires_at < work.now,
        results=await queries.results(work.db, bulk_id),
        receipt=rows[:LINES],
        following=rows[LINES - 1].ordinal if len(rows) > LINES else None,
        may_write=WRITE in caller.keys,
        further=request.app.state.parts.of(FurtherActs).open_to(caller.keys),
        **(await _choices(work.db) if frozen else {}),
    )


@pages.post("/tickets/bulk/{bulk_id}/acts", needs=WRITE)
async def act(
    request: Request,
    work: Writes,
    caller: SignedIn,
    bulk_id: UUID,
    count: Annotated[int | None, Form()] = None,
) -> Page:
    """Have it done; go to where its progress is seen."""
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str) and key in FIELDS}
    selection = await queries.by_id(work.db, bulk_id, for_update=True)
    await actions.ask(work, selection, _act(sent, request, caller), count)
    return Page(PAGE, goto=f"/tickets/bulk/{bulk_id}")


@pages.post("/tickets/bulk/{bulk_id}/undo", needs=WRITE)
async def undo(work: Writes, bulk_id: UUID) -> Page:
    """Have all of it taken back."""
    await actions.ask_back(work, await queries.by_id(work.db, bulk_id, for_update=True))
    return Page(PAGE, goto=f"/tickets/bulk/{bulk_id}")


def _act(sent: Mapping[str, str], request: Request, caller: Caller) -> Act:
    """One field of the form; a queue and a person share one list."""
    found = Act.parsed({name: value or None for name, value in sent.items()})
    if found.lasts:
        request.app.state.parts.of(FurtherActs).of(found, caller.keys)
    return found


async def _tried(work: Work, selection: BulkSelection, request: Request, caller: Caller) -> dict[str, Any] | None:
    """The act that the address names, and what it would do: nothing is done by asking."""
    asked = request.query_params
    sent = {name: asked[name] for name in FIELDS if name in asked}
    if "code" in asked:
        target = await by_code(work.db, asked["code"])
        if target is None:
            raise Invalid(errors=[{"field": "code", "msg": "no ticket has this number"}])
        sent = {"merge_into": str(target)}
    if not sent:
        return None
    wanted = _act(sent, request, caller)
    would = await queries.foreseen(work.db, selection.id, wanted)
    return {"field": wanted.field, "value": wanted.value, "would": would}


async def _choices(db: AsyncSession) -> dict[str, Any]:
    people = [(str(one.id), one.name) for one in await members(db)]
    waiting = [(str(one.id), one.name) for one in await queues.every(db)]
    return {"people": people, "queues": waiting, "tags": [(str(one.id), one.name) for one in await tags.every(db)]}
