"""Sources for people: the list, the form, a look in stages, the secret that is shown once."""

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from waypost.archive.access import STEER
from waypost.archive.sources import actions, connecting, queries
from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.shapes import Doorstep, condition
from waypost.archive.sources.testing import Looked
from waypost.archive.sources.typed import TypedSource, merged, standing_values
from waypost.platform.errors import Refusal
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()
HERE = "/archive-sources"
LIST, FORM = "archive/sources/sources.html", "archive/sources/source.html"
CHOICES = tuple(name for name, field in TypedSource.model_fields.items() if field.annotation is bool)
"""Boxes: what is not sent is switched off."""


@pages.get("/archive-sources", needs=STEER)
async def sources_page(work: Reads) -> Page:
    """Every source with its state."""
    return Page(LIST, lines=[(each, condition(each)) for each in await queries.standing(work.db)])


@pages.get("/archive-sources/new", needs=STEER)
async def new_page() -> Page:
    """The empty form."""
    return _form(TypedSource.model_construct(name="", base_url="").model_dump(), None)


@pages.post("/archive-sources", needs=STEER)
async def add(request: Request, stages: Staged) -> Page:
    """Try the login, then keep it and show the webhook's secret; what is wrong stands beside what was typed."""
    given = await _words(request)
    try:
        typed = TypedSource.model_validate(given)
        source, secret = await connecting.connect(stages.open, _parts(request).of(Zammads), typed)
    except (ValidationError, Refusal) as wrong:
        return _form(given, None, wrong=wrong)
    return _shown(request, source, secret=secret)


@pages.get("/archive-sources/{source_id}", needs=STEER)
async def source_page(source_id: UUID, request: Request, work: Reads) -> Page:
    """One source."""
    return _shown(request, await queries.by_id(work.db, source_id))


@pages.post("/archive-sources/{source_id}", needs=STEER)
async def change(source_id: UUID, request: Request, stages: Staged) -> Page:
    """Try it as it would be, then keep it."""
    async with stages.open(reads=True) as work:
        source = await queries.by_id(work.db, source_id)
    given = await _words(request)
    try:
        typed = merged(source, given)
        await connecting.reconnect(stages.open, _parts(request).of(Zammads), source_id, typed)
    except (ValidationError, Refusal) as wrong:
        return _form(given, source, wrong=wrong, webhook=_parts(request).of(Doorstep).webhook(source))
    return Page(FORM, goto=f"{HERE}/{source_id}")


@pages.post("/archive-sources/{source_id}/test", needs=STEER)
async def test(source_id: UUID, request: Request, stages: Staged) -> Page:
    """Look at it in stages."""
    source, looked = await connecting.test(stages.open, _parts(request).of(Zammads), source_id)
    return _shown(request, source, looked=looked)


@pages.post("/archive-sources/{source_id}/secret", needs=STEER)
async def new_secret(source_id: UUID, request: Request, work: Writes) -> Page:
    """A new secret for the webhook, shown once."""
    source, secret = await actions.change_secret(work, _parts(request).of(Zammads).vault, source_id)
    return _shown(request, source, secret=secret)


@pages.post("/archive-sources/{source_id}/former-secret-removal", needs=STEER)
async def drop_former_secret(source_id: UUID, work: Writes) -> Page:
    """Only the present secret counts from now on."""
    await actions.drop_former_secret(work, source_id)
    return Page(FORM, goto=f"{HERE}/{source_id}")


@pages.post("/archive-sources/{source_id}/pause", needs=STEER)
async def pause(source_id: UUID, work: Writes) -> Page:
    """Nothing is read or written there until it goes on."""
    await actions.pause(work, source_id)
    return Page(LIST, goto=HERE)


@pages.post("/archive-sources/{source_id}/resumption", needs=STEER)
async def resume(source_id: UUID, work: Writes) -> Page:
    """Go on."""
    await actions.resume(work, source_id)
    return Page(LIST, goto=HERE)


async def _words(request: Request) -> dict[str, Any]:
    """What was typed; an empty field counts as left out, a box that is not sent as off."""
    sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    typed: dict[str, Any] = {name: value for name, value in sent.items() if value.strip() or name == "ca_pem"}
    return typed | {name: name in sent for name in CHOICES}


def _shown(request: Request, source: Source, *, secret: str | None = None, looked: Looked | None = None) -> Page:
    webhook = _parts(request).of(Doorstep).webhook(source)
    return _form(standing_values(source), source, webhook=webhook, secret=secret, looked=looked)


def _form(
    given: dict[str, Any],
    source: Source | None,
    *,
    wrong: ValidationError | Refusal | None = None,
    webhook: str = "",
    secret: str | None = None,
    looked: Looked | None = None,
) -> Page:
    errors = _errors(wrong) if isinstance(wrong, ValidationError) else {}
    refusal = wrong if isinstance(wrong, Refusal) else None
    typed = {name: given.get(name, "") for name in TypedSource.model_fields if name != "token"}
    status = refusal.status if refusal else 422 if errors else 200
    return Page(
        FORM,
        blocks=("source",),
        status=status,
        typed=typed,
        errors={name: errors.get(name) for name in TypedSource.model_fields},
        refusal=refusal,
        source=source,
        condition=condition(source) if source else "",
        webhook=webhook,
        secret=secret,
        looked=looked,
    )


def _errors(wrong: ValidationError) -> dict[str, str]:
    found = wrong.errors(include_url=False, include_input=False)
    return {str(error["loc"][0]): str(error["msg"]).removeprefix("Value error, ") for error in found}


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts
