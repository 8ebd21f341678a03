"""Doors of the catalogue for programs."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Response
from starlette.requests import Request
from starlette.responses import StreamingResponse

from waypost.archive.access import ASK, READ
from waypost.archive.evidence.proofs import proof_of
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import listing, queries, reading
from waypost.archive.records.csv_rows import csv_of
from waypost.archive.records.handing import Checked, FileGone, begun, name_of, type_of
from waypost.archive.records.judging import look_soon
from waypost.archive.records.now import verified
from waypost.archive.records.views import View
from waypost.archive.records.wire import record_json, record_row
from waypost.platform.places import read, written
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.serving import SAFE, disposition
from waypost.platform.web.doors import Doors, Reads, Staged

api = Doors(tags=["archive"])
_encode = msgspec.json.Encoder().encode

Version = Annotated[int | None, Query(ge=1, le=1_000_000_000)]
"""Number of a version; the newest that stands without."""


def json_answer(content: Any, status: int = 200) -> Response:
    """JSON by msgspec: a list of a hundred costs next to nothing."""
    return Response(_encode(content), status, media_type="application/json")


@api.get("/archives", needs=READ)
async def list_records(request: Request, work: Reads, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
    """`{items, next_cursor}`, newest first. Filters: `q`, `origin`, `level`, `state`, `hold=1`, `from`, `to` (days,
    UTC, both within), `cursor`. Refuses values that are none (422)."""
    view = View.of(request.query_params)
    found = await listing.page(work.db, view.filters(), before=read(view.cursor), limit=limit)
    shown = found[:limit]
    following = written((shown[-1].kept_at, shown[-1].id)) if len(found) > limit else None
    return json_answer({"items": [record_row(row) for row in shown], "next_cursor": following})


@api.get("/archives/catalogue.csv", needs=READ)
async def catalogue(request: Request, stages: Staged) -> Response:
    """Every record that the same filters leave, as CSV (RFC 4180, UTF-8), streamed: there is no cap."""
    filters = View.of(request.query_params).filters()
    headers = {"Content-Disposition": disposition("attachment", "archive.csv"), "Cache-Control": "private, no-store"}
    return StreamingResponse(csv_of(stages, filters), headers=SAFE | headers, media_type="text/csv; charset=utf-8")


@api.get("/archives/{record_id}", needs=READ)
async def show_record(work: Reads, record_id: UUID) -> Response:
    """A record with all its versions, their files and its timeline."""
    record = await queries.by_id(work.db, record_id)
    versions = await queries.versions(work.db, record_id)
    files = await reading.files_of(work.db, [one.id for one in versions])
    return json_answer(record_json(record, versions, files, await queries.happened(work.db, record_id)))


@api.get("/archives/{record_id}/files/{file_id}", needs=READ)
async def download(request: Request, stages: Staged, record_id: UUID, file_id: UUID) -> Response:
    """A kept file, always as a download. Its bytes are hashed on the way; when they are not those that were kept the
    answer breaks off before its end, and the version is looked at next."""
    async with stages.open(reads=True) as work:
        file = await queries.file_by_id(work.db, record_id, file_id)
    if file.path is None:
        raise FileGone

    async def differs() -> None:
        async with stages.open() as work:
            await look_soon(work, file.version_id)

    shelf = request.app.state.parts.of(Shelf)
    body = Checked(await begun(shelf.stream(file.path)), file.sha256, differs)
    headers = {
        "Content-Disposition": disposition("attachment", name_of(file)),
        "Cache-Control": "private, no-store",
        "ETag": f'"{file.sha256}"',
    } | ({"Content-Length": str(file.size)} if file.size is not None else {})
    return StreamingResponse(body, headers=SAFE | headers, media_type=type_of(file))


@api.get("/archives/{record_id}/snapshot", needs=READ)
async def snapshot(request: Request, stages: Staged, record_id: UUID, version: Version = None) -> Response:
    """The canonical snapshot that the pages of a version were made of (JSON). 404 once it was erased."""
    async with stages.open(reads=True) as work:
        found = await queries.numbered(work.db, await queries.by_id(work.db, record_id), version)
    if found.snapshot_key is None or found.snapshot_sha256 is None:
        raise FileGone

    async def differs() -> None:
        async with stages.open() as work:
            await look_soon(work, found.id)

    blobs = request.app.state.parts.of(Blobs)
    body = Checked(await begun(blobs.stream(found.snapshot_key)), found.snapshot_sha256, differs)
    headers = {"Cache-Control": "private, no-store"}
    return StreamingResponse(body, headers=SAFE | headers, media_type="application/json")


@api.get("/archives/{record_id}/proof", needs=READ)
async def proof(work: Reads, record_id: UUID, version: Version = None) -> Response:
    """What proves a version without this server: `{v, leaf, position, checkpoint?, inclusion?, time_proof?}`."""
    found = await queries.numbered(work.db, await queries.by_id(work.db, record_id), version)
    return json_answer(await proof_of(work.db, work.org, found.log_position))


@api.get("/archives/{record_id}/verify", needs=READ)
async def verify(request: Request, stages: Staged, record_id: UUID, version: Version = None) -> Response:
    """Look at a version now: `{record_id, version, ok, verified_at, checks: [{name, ok, detail}]}`; `ok` of a check is
    null where there is nothing to check yet. What it finds is kept. 503 while the archive's storage is silent."""
    return json_answer(await verified(stages, request.app.state.parts, record_id, version))


@api.post("/archives/{record_id}/verification", needs=ASK)
async def verify_by_hand(request: Request, stages: Staged, record_id: UUID, version: Version = None) -> Response:
    """The same for who may write; for forms and for programs that do not want a GET to take notes."""
    return json_answer(await verified(stages, request.app.state.parts, record_id, version), 201)
