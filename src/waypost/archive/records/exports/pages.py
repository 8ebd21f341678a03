"""Exports for people: the list with the wish on top, and one of them with its progress."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.records.diligence import Diligence
from waypost.archive.records.exports import actions, queries
from waypost.archive.records.exports.asking import asked_of, choice_of
from waypost.platform.errors import Invalid
from waypost.platform.identity.queries import names
from waypost.platform.places import read, written
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work

pages = Pages()
LIST, ONE = "archive/records/exports/exports.html", "archive/records/exports/export.html"
Typed = Annotated[str, Form(max_length=200)]


@pages.get("/archive-exports", needs=READ)
async def exports(work: Reads, caller: SignedIn, cursor: Annotated[str | None, Query(max_length=200)] = None) -> Page:
    """Exports, newest first, and the form that makes another."""
    return await _listed(work, may=ASK in caller.keys, cursor=cursor)


@pages.post("/archive-exports", needs=ASK)
async def ask_export(
    request: Request,
    work: Writes,
    q: Typed = "",
    origin: Typed = "",
    level: Typed = "",
    state: Typed = "",
    hold: Typed = "",
    from_: Annotated[str, Form(alias="from", max_length=10)] = "",
    to: Annotated[str, Form(max_length=10)] = "",
    record_ids: Annotated[str, Form(max_length=40_000)] = "",
) -> Page:
    """Have one built, and watch it; what was typed stays when it is refused. `record_ids` are parted by blanks."""
    sent = {"q": q, "origin": origin, "level": level, "state": state, "hold": hold, "from": from_, "to": to}
    try:
        asked = asked_of(sent, record_ids.split())
        filters, ids = choice_of(asked)
        made = await actions.ask(work, filters, ids, asked, request.app.state.parts.of(Diligence))
    except Invalid as refused:
        return await _listed(work, may=True, typed=sent, error=refused.title(), detail=refused.detail)
    return Page(ONE, goto=f"/archive-exports/{made.id}")


@pages.get("/archive-exports/{export_id}", needs=READ)
async def export(work: Reads, caller: SignedIn, export_id: UUID) -> Page:
    """How far one is, live."""
    found = await queries.by_id(work.db, export_id)
    people = await names(work.db, {found.made_by} if found.made_by else set())
    return Page(ONE, blocks=("progress",), export=found, people=people, may=ASK in caller.keys)


@pages.post("/archive-exports/{export_id}/cancellation", needs=ASK)
async def cancel_export(work: Writes, export_id: UUID) -> Page:
    """Make no more of it."""
    await actions.cancel(work, export_id)
    return Page(ONE, goto=f"/archive-exports/{export_id}")


async def _listed(
    work: Work,
    *,
    may: bool,
    cursor: str | None = None,
    typed: dict[str, str] | None = None,
    error: str = "",
    detail: str = "",
) -> Page:
    found = await queries.page(work.db, before=read(cursor))
    shown = found[: queries.PAGE]
    older = written((shown[-1].made_at, shown[-1].id)) if len(found) > queries.PAGE else None
    people = await names(work.db, {one.made_by for one in shown if one.made_by})
    return Page(
        LIST,
        status=422 if error else 200,
        exports=shown,
        older=older,
        people=people,
        may=may,
        typed=typed or {},
        error=error,
        detail=detail,
    )
