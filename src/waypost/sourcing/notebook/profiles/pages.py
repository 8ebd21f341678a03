"""Profiles for people: the list, a form that a stranger understands, and what the profile would find."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.ids import new_id
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook.profiles import actions, queries
from waypost.sourcing.notebook.profiles.models import SearchProfile
from waypost.sourcing.notebook.profiles.preview import Preview, preview
from waypost.sourcing.notebook.profiles.typed import LISTS, Stated, skills_written, typed
from waypost.sourcing.notebook.scoring import ceiling
from waypost.sourcing.notebook.terms import NotebookTerms

pages = Pages()
HERE = "/sourcing/profiles"
LIST, ONE = "sourcing/notebook/profiles/profiles.html", "sourcing/notebook/profiles/profile.html"


@pages.get(HERE, needs=READ)
async def profiles(work: Reads, caller: SignedIn) -> Page:
    """All of one's own."""
    rows = await queries.of_person(work.db, caller.person_id)
    shown = [(row, row.read(), ceiling(row.read())) for row in rows]
    return Page(LIST, profiles=shown, may_write=RUN in caller.keys)


@pages.get(f"{HERE}/new", needs=RUN)
async def new() -> Page:
    """The empty form."""
    return Page(ONE, **_values({}, None))


@pages.post(f"{HERE}/preview", needs=RUN)
async def try_new(request: Request, stages: Staged) -> Page:
    """What the typed profile would find; nothing is kept."""
    return await _tried(request, stages, None)


@pages.post(HERE, needs=RUN)
async def write(request: Request, stages: Staged) -> Page:
    """Keep it; what is wrong stands above what was typed."""
    given = await _given(request)
    try:
        async with stages.open() as work:
            row = await actions.write(work, _stated(given))
    except Refusal as refusal:
        return Page(ONE, status=refusal.status, **_values(given, None, refusal=refusal))
    return Page(ONE, goto=f"{HERE}/{row.id}")


@pages.get(f"{HERE}/{{profile_id}}", needs=READ)
async def one(request: Request, work: Reads, caller: SignedIn, profile_id: UUID) -> Page:
    """The form of one, and what it finds among the newest offers."""
    row = await queries.by_id(work.db, profile_id, caller.person_id)
    found = await preview(work.db, row.read(), _least(request)) if row.read().ready else None
    return Page(ONE, **_values(fields_of(row), row, found=found))


@pages.post(f"{HERE}/{{profile_id}}/preview", needs=RUN)
async def try_changed(request: Request, stages: Staged, caller: SignedIn, profile_id: UUID) -> Page:
    """What the changed profile would find; nothing is kept."""
    async with stages.open(reads=True) as work:
        row = await queries.by_id(work.db, profile_id, caller.person_id)
    return await _tried(request, stages, row)


@pages.post(f"{HERE}/{{profile_id}}/changes", needs=RUN)
async def change(request: Request, stages: Staged, caller: SignedIn, profile_id: UUID) -> Page:
    """The twin of PATCH; what is wrong stands above what was typed."""
    given = await _given(request)
    async with stages.open(reads=True) as work:
        row = await queries.by_id(work.db, profile_id, caller.person_id)
    try:
        async with stages.open() as work:
            held = await queries.by_id(work.db, profile_id, caller.person_id, for_update=True)
            await actions.change(work, held, _stated(given))
    except Refusal as refusal:
        return Page(ONE, status=refusal.status, **_values(given, row, refusal=refusal))
    return Page(ONE, goto=f"{HERE}/{profile_id}")


@pages.post(f"{HERE}/{{profile_id}}/activation", needs=RUN)
async def activate(work: Writes, caller: SignedIn, profile_id: UUID) -> Page:
    """Runs that name no profile take this one."""
    await actions.activate(work, await queries.by_id(work.db, profile_id, caller.person_id, for_update=True))
    return Page(ONE, goto=HERE)


@pages.post(f"{HERE}/{{profile_id}}/removal", needs=RUN)
async def remove(work: Writes, caller: SignedIn, profile_id: UUID) -> Page:
    """The twin of DELETE."""
    await actions.remove(work, await queries.by_id(work.db, profile_id, caller.person_id, for_update=True))
    return Page(ONE, goto=HERE)


def fields_of(row: SearchProfile) -> dict[str, Any]:
    """A kept profile as its form shows it."""
    profile = row.read()
    given: dict[str, Any] = {
        "name": profile.name,
        "roles": "\n".join(profile.roles),
        "keywords": ", ".join(profile.keywords),
        "competencies": skills_written(profile.competencies),
        "currency": profile.soft.currency,
    }
    for side, wishes in (("soft", profile.soft), ("hard", profile.hard)):
        given |= {f"{side}_{name}": list(getattr(wishes, name)) for name in ("levels", "work_modes", "employment")}
        given |= {f"{side}_locations": ", ".join(wishes.locations), f"{side}_salary": wishes.salary or ""}
    return given


async def _given(request: Request) -> dict[str, Any]:
    """What the form says: texts, and lists of what was ticked."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return {**texts, **{name: [one for one in form.getlist(name) if isinstance(one, str)] for name in LISTS}}


def _stated(given: Mapping[str, Any]) -> Stated:
    return typed(given, {name: given.get(name, []) for name in LISTS})


async def _tried(request: Request, stages: Staged, row: SearchProfile | None) -> Page:
    given = await _given(request)
    try:
        stated = _stated({**given, "name": given.get("name") or "–"})
        async with stages.open(reads=True) as work:
            found = await _previewed(work.db, stated, _least(request))
    except Refusal as refusal:
        return Page(ONE, blocks=("preview",), status=200, **_values(given, row, refusal=refusal))
    return Page(ONE, blocks=("preview",), **_values(given, row, found=found))


async def _previewed(db: AsyncSession, stated: Stated, least: int) -> Preview | None:
    profile = stated.profile(new_id())
    return await preview(db, profile, least) if profile.ready else None


def _least(request: Request) -> int:
    terms: NotebookTerms = request.app.state.parts.of(NotebookTerms)
    return terms.rematch_least


def _values(
    given: Mapping[str, Any],
    row: SearchProfile | None,
    *,
    found: Preview | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    errors = {one["field"].split(".")[0]: one["msg"] for one in refusal.errors} if refusal else {}
    base = f"{HERE}/{row.id}" if row else HERE
    return {
        "given": given,
        "row": row,
        "found": found,
        "refusal": refusal,
        "errors": errors,
        "to": f"{base}/changes" if row else base,
        "try_at": f"{base}/preview",
    }
