"""Sources for programs: how they stand and what is said of them; the documented override of a pause."""

from typing import Annotated, Any

from fastapi import Body, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.sourcing.access import READ, REPAIR, STEER
from waypost.sourcing.shape import shape
from waypost.sourcing.sources import actions, budgets, queries, shapes
from waypost.sourcing.sources.doorway import HERE, ONE, Key, pause_terms
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.pausing import pause_of, pauses_of
from waypost.sourcing.sources.typed import SentSource, TypedOverride, TypedPermission

api = Doors(shape=shape, tags=["sourcing sources"])


async def _known(job_source_key: Key, work: Writes) -> Source:
    return await queries.by_key(work.db, job_source_key)


Known = Annotated[Source, Depends(_known)]
"""The source of the address; one that is not here is refused (404) before a body is looked at."""


@api.get(HERE, needs=READ)
async def list_sources(work: Reads, request: Request) -> dict[str, Any]:
    """All of them, by name."""
    found = await queries.listed(work.db)
    pauses = await pauses_of(work.db, [each.key for each in found], work.now, terms=pause_terms(request))
    return {"items": [shapes.shaped(each, work.now, pauses.get(each.key)) for each in found]}


@api.post(HERE, needs=STEER, status_code=201)
async def add_source(typed: SentSource, work: Writes) -> dict[str, Any]:
    """One of one's own; it is enabled by itself never."""
    return shapes.shaped(await actions.add(work, typed.columns()), work.now)


@api.get(ONE, needs=READ)
async def one_source(job_source_key: Key, work: Reads, request: Request) -> dict[str, Any]:
    """One, with its hosts as the installation treats them."""
    source = await queries.by_key(work.db, job_source_key)
    pause = await pause_of(work.db, source, work.now, terms=pause_terms(request))
    hosts = [shapes.host_line(each, work.now) for each in await budgets.states(work.db, source.hosts)]
    left = await budgets.pages_left(work.db, source, work.now)
    return shapes.shaped(source, work.now, pause) | {"host_states": hosts, "pages_left_today": left}


@api.patch(ONE, needs=STEER)
async def change_source(job_source_key: Key, sent: Annotated[dict[str, Any], Body()], work: Writes) -> dict[str, Any]:
    """What is left out stays; the whole is judged as it would be."""
    typed = merged(await queries.by_key(work.db, job_source_key), sent)
    return shapes.shaped(await actions.change(work, job_source_key, typed.columns()), work.now)


@api.delete(ONE, needs=STEER, status_code=204)
async def remove_source(job_source_key: Key, work: Writes) -> None:
    """One's own is gone; a shipped one is as it was shipped."""
    await actions.remove(work, job_source_key)


@api.post(f"{ONE}/permission", needs=STEER)
async def permit(source: Known, said: TypedPermission, work: Writes) -> dict[str, Any]:
    """Write down why it may be asked."""
    return shapes.shaped(await actions.permit(work, source.key, said.note), work.now)


@api.post(f"{ONE}/permission-withdrawal", needs=STEER)
async def withdraw(job_source_key: Key, work: Writes) -> dict[str, Any]:
    """It may be asked no more."""
    return shapes.shaped(await actions.withdraw_permission(work, job_source_key), work.now)


@api.post(f"{ONE}/enabling", needs=STEER)
async def enable(job_source_key: Key, work: Writes) -> dict[str, Any]:
    """Runs may ask it; 409 without a permission."""
    return shapes.shaped(await actions.enable(work, job_source_key), work.now)


@api.post(f"{ONE}/disabling", needs=STEER)
async def disable(job_source_key: Key, work: Writes) -> dict[str, Any]:
    """No new runs."""
    return shapes.shaped(await actions.disable(work, job_source_key), work.now)


@api.post(f"{ONE}/stop", needs=STEER)
async def stop(
    job_source_key: Key, work: Writes, reason: Annotated[str | None, Body(embed=True, max_length=500)] = None
) -> dict[str, Any]:
    """The kill switch."""
    return shapes.shaped(await actions.stop(work, job_source_key, reason), work.now)


@api.post(f"{ONE}/stop-lifting", needs=STEER)
async def lift_stop(job_source_key: Key, work: Writes) -> dict[str, Any]:
    """It may be asked again."""
    return shapes.shaped(await actions.lift_stop(work, job_source_key), work.now)


@api.post("/api/ops/scrape/sources/{job_source_key}/override", needs=REPAIR)
async def override(source: Known, work: Writes, request: Request, said: TypedOverride | None = None) -> dict[str, Any]:
    """End a pause of scheduled runs now, or sooner."""
    said = said or TypedOverride()
    state = await actions.override_pause(work, source.key, minutes=said.minutes, note=said.note)
    pause = await pause_of(work.db, source.key, work.now, terms=pause_terms(request))
    return {
        "ok": True,
        "source": source.key,
        "overrideClearedAt": state.override_cleared_at,
        "expiresAt": state.override_expires_at,
        "note": state.override_note,
        "pause": shapes.paused(pause),
    }


def merged(source: Source, sent: dict[str, Any]) -> SentSource:
    """What stands, with what was said now; refuses (400) what does not fit together."""
    try:
        return SentSource.model_validate(standing_values(source) | sent)
    except ValidationError as wrong:
        raise RequestValidationError(
            wrong.errors(include_input=False, include_url=False, include_context=False)
        ) from None


def standing_values(source: Source) -> dict[str, Any]:
    """What a source says now, by the names of the form."""
    told = {name: getattr(source, name) for name in SentSource.model_fields}
    window = {"window_from": shapes.clock(source.window_from), "window_until": shapes.clock(source.window_until)}
    return told | window | {"hosts": list(source.hosts), "recipe": source.recipe if source.has_own_recipe else None}
