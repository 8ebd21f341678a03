"""Exports for programs, and the link that leads to a ZIP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.records.api import json_answer
from waypost.archive.records.diligence import Diligence
from waypost.archive.records.exports import actions, queries
from waypost.archive.records.exports.asking import MOST_IDS, asked_of, choice_of
from waypost.archive.records.exports.handing_out import ExportNotReady, answer
from waypost.archive.records.exports.links import ExportLinks
from waypost.archive.records.exports.models import State
from waypost.archive.records.exports.wire import export_json
from waypost.platform.audit.actions import record
from waypost.platform.parts import Parts
from waypost.platform.places import read, written
from waypost.platform.storage.blobs import Blobs
from waypost.platform.web.doors import Doors, Reads, Staged, Writes

api = Doors(tags=["archive"])
Text = Annotated[str, Field(max_length=200)]


class Wanted(BaseModel):
    """What to export: the catalogue's filters, or ids of records; without any, everything."""

    model_config = ConfigDict(extra="ignore")

    q: Text = ""
    origin: Text = ""
    level: Text = ""
    state: Text = ""
    hold: Text = ""
    from_: Annotated[str, Field(alias="from", max_length=10)] = ""
    to: Annotated[str, Field(max_length=10)] = ""
    record_ids: Annotated[list[UUID], Field(max_length=MOST_IDS)] = []

    def asked(self) -> dict[str, Any]:
        """As it is kept."""
        sent = self.model_dump(exclude={"record_ids"}, by_alias=True)
        return asked_of(sent, [str(one) for one in self.record_ids])


@api.post("/archive-exports", needs=ASK, status_code=202)
async def ask_export(request: Request, work: Writes, wanted: Wanted) -> Response:
    """Have a ZIP built. Refuses (422) what matches nothing and what is too large."""
    asked = wanted.asked()
    filters, ids = choice_of(asked)
    made = await actions.ask(work, filters, ids, asked, request.app.state.parts.of(Diligence))
    return json_answer(export_json(made), 202)


@api.get("/archive-exports", needs=READ)
async def list_exports(
    work: Reads,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """`{items, next_cursor}`, newest first."""
    found = await queries.page(work.db, before=read(cursor), limit=limit)
    shown = found[:limit]
    following = written((shown[-1].made_at, shown[-1].id)) if len(found) > limit else None
    return json_answer({"items": [export_json(one) for one in shown], "next_cursor": following})


@api.get("/archive-exports/{export_id}", needs=READ)
async def show_export(work: Reads, export_id: UUID) -> Response:
    """How far one is."""
    return json_answer(export_json(await queries.by_id(work.db, export_id)))


@api.post("/archive-exports/{export_id}/cancellation", needs=ASK)
async def cancel_export(work: Writes, export_id: UUID) -> Response:
    """Make no more of it. Refuses (409) when it has ended."""
    return json_answer(export_json(await actions.cancel(work, export_id)))


@api.get("/archive-exports/{export_id}/download", needs=ASK)
async def download_export(request: Request, stages: Staged, export_id: UUID) -> Response:
    """To the ZIP, by a signed link that soon ends (307); audited. Refuses (409) until it is ready."""
    parts: Parts = request.app.state.parts
    async with stages.open() as work:
        export = await queries.by_id(work.db, export_id)
        if export.state != State.READY:
            raise ExportNotReady
        await record(work, "archive.export.downloaded", "archive_export", export_id, {"records": export.total})
        return RedirectResponse(parts.of(ExportLinks).path(work.org, export_id, work.now), 307)


@api.get("/archive-exports/files/{token}", public=True, include_in_schema=False)
async def export_file(request: Request, stages: Staged, token: str) -> Response:
    """The ZIP: our signature opens it, nothing else is asked."""
    parts: Parts = request.app.state.parts
    org, export_id = parts.of(ExportLinks).read(token, stages.works.clock())
    async with stages.open(org, reads=True) as work:
        return await answer(work, parts.of(Blobs), export_id)
