"""Sources for programs."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from waypost.archive.access import STEER
from waypost.archive.sources import actions, connecting, queries, shapes
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.shapes import Doorstep
from waypost.archive.sources.typed import TypedChange, TypedSource
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Doors, Reads, Staged, Writes

api = Doors()


@api.get("/archive-sources", needs=STEER)
async def list_sources(work: Reads, request: Request) -> dict[str, Any]:
    """All of them."""
    doorstep = _parts(request).of(Doorstep)
    return {"items": [shapes.shaped(each, doorstep) for each in await queries.standing(work.db)]}


@api.post("/archive-sources", needs=STEER, status_code=201)
async def add_source(typed: TypedSource, request: Request, stages: Staged) -> dict[str, Any]:
    """Try the login, then keep it; the webhook's secret is in this answer only."""
    parts = _parts(request)
    source, secret = await connecting.connect(stages.open, parts.of(Zammads), typed)
    return shapes.shaped(source, parts.of(Doorstep), secret)


@api.get("/archive-sources/{source_id}", needs=STEER)
async def one_source(source_id: UUID, work: Reads, request: Request) -> dict[str, Any]:
    """One of them."""
    return shapes.shaped(await queries.by_id(work.db, source_id), _parts(request).of(Doorstep))


@api.patch("/archive-sources/{source_id}", needs=STEER)
async def change_source(source_id: UUID, typed: TypedChange, request: Request, stages: Staged) -> dict[str, Any]:
    """Try it as it would be, then keep it; what is left out stays."""
    async with stages.open(reads=True) as work:
        source = await queries.by_id(work.db, source_id)
    try:
        whole = typed.onto(source)
    except ValidationError as wrong:
        raise RequestValidationError(wrong.errors(include_input=False, include_url=False)) from None
    changed = await connecting.reconnect(stages.open, _parts(request).of(Zammads), source_id, whole)
    return shapes.shaped(changed, _parts(request).of(Doorstep))


@api.post("/archive-sources/{source_id}/test", needs=STEER)
async def test_source(source_id: UUID, request: Request, stages: Staged) -> dict[str, Any]:
    """Look at it in stages."""
    _, looked = await connecting.test(stages.open, _parts(request).of(Zammads), source_id)
    return shapes.tested(looked)


@api.post("/archive-sources/{source_id}/secret", needs=STEER)
async def new_secret(source_id: UUID, request: Request, work: Writes) -> dict[str, Any]:
    """A new secret for the webhook, in this answer only; the one before still counts."""
    parts = _parts(request)
    source, secret = await actions.change_secret(work, parts.of(Zammads).vault, source_id)
    return shapes.shaped(source, parts.of(Doorstep), secret)


@api.post("/archive-sources/{source_id}/former-secret-removal", needs=STEER)
async def drop_former_secret(source_id: UUID, request: Request, work: Writes) -> dict[str, Any]:
    """Only the present secret counts from now on."""
    return shapes.shaped(await actions.drop_former_secret(work, source_id), _parts(request).of(Doorstep))


@api.post("/archive-sources/{source_id}/pause", needs=STEER)
async def pause(source_id: UUID, request: Request, work: Writes) -> dict[str, Any]:
    """Nothing is read or written there until it goes on."""
    return shapes.shaped(await actions.pause(work, source_id), _parts(request).of(Doorstep))


@api.post("/archive-sources/{source_id}/resumption", needs=STEER)
async def resume(source_id: UUID, request: Request, work: Writes) -> dict[str, Any]:
    """Go on."""
    return shapes.shaped(await actions.resume(work, source_id), _parts(request).of(Doorstep))


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts
