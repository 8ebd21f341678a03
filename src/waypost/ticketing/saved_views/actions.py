"""Verbs of saved views: keep one, change it, let it go. Each is audited as operators know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from waypost.platform.access import EVERYONE, STAFF, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.saved_views import queries, terms
from waypost.ticketing.saved_views.models import SavedView

READ = permission("ticketing.views.read", EVERYONE)
WRITE = permission("ticketing.views.write", STAFF)
LONGEST_NAME = 120


class NameTaken(Conflict):
    """A saved view of this name exists."""


class BadName(Invalid):
    """A saved view needs a name of 1 to 120 characters."""


class TooManyViews(Conflict):
    """There are 200 saved views already: let one go first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a view is to be; either side of it follows from the other."""

    name: str
    filters: Mapping[str, Any] | None
    query: Mapping[str, str]
    is_shared: bool = True

    @classmethod
    def documented(cls, name: str, filters: Mapping[str, Any], *, is_shared: bool = True) -> "Wanted":
        """From a program's filters; refuses unknown ones (422)."""
        kept = terms.filters(filters)
        return cls(name, kept, terms.address(kept), is_shared)

    @classmethod
    def addressed(cls, name: str, query: Mapping[str, str], *, is_shared: bool) -> "Wanted":
        """From the inbox's address, as a person saw it."""
        fields = terms.fields(query)
        return cls(name, terms.expressed(fields), fields, is_shared)


async def save(work: Work, wanted: Wanted) -> SavedView:
    """Keep a view; refuses a name that stands already (409)."""
    me = work.actor.person_id
    if len(await queries.shown_to(work.db, me)) >= queries.MOST:
        raise TooManyViews
    view = SavedView(
        id=new_id(),
        name=await _free(work, wanted.name),
        filters=dict(wanted.filters) if wanted.filters is not None else None,
        query=dict(wanted.query),
        is_default=False,
        is_shared=wanted.is_shared,
        owner_id=me,
        created_at=work.now,
        updated_at=work.now,
    )
    await _write(work, view)
    await record(work, "tickets.saved_view.created", "saved_view", view.id, _told(view))
    return view


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be different; None: as it is."""

    name: str | None = None
    is_shared: bool | None = None
    is_default: bool | None = None


async def change(work: Work, view: SavedView, edit: Edit) -> None:
    """Another name, for everybody or not, what the inbox opens with or not."""
    before = _told(view)
    if edit.name is not None:
        view.name = await _free(work, edit.name, view)
    view.is_shared = view.is_shared if edit.is_shared is None else edit.is_shared
    view.owner_id = view.owner_id or work.actor.person_id
    if edit.is_default is not None:
        await _only_default(work, view)
        view.is_default = edit.is_default
    view.updated_at = work.now
    await _write(work, view)
    told = {"before": before, "after": _told(view)}
    await record(work, "tickets.saved_view.updated", "saved_view", view.id, told)


async def remove(work: Work, view: SavedView) -> None:
    """Nobody looks at tickets this way any more."""
    await work.db.delete(view)
    await record(work, "tickets.saved_view.deleted", "saved_view", view.id, _told(view))


async def _free(work: Work, name: str, view: SavedView | None = None) -> str:
    tidy = " ".join(name.replace("\0", "").split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise BadName(errors=[{"field": "name", "msg": "1 to 120 characters"}])
    if await queries.is_taken(work.db, tidy, work.actor.person_id, but=view.id if view else None):
        raise NameTaken(errors=[{"field": "name", "msg": "choose another"}])
    return tidy


async def _write(work: Work, view: SavedView) -> None:
    """Two who save the same name at the same moment: the index decides."""
    try:
        async with work.db.begin_nested():
            work.db.add(view)
    except IntegrityError as twin:
        raise NameTaken from twin


async def _only_default(work: Work, view: SavedView) -> None:
    """One default for everybody, and one for each person."""
    others = update(SavedView).where(SavedView.is_shared == view.is_shared, SavedView.is_default)
    mine = others if view.is_shared else others.where(SavedView.owner_id == view.owner_id)
    await work.db.execute(mine.values(is_default=False))


def _told(view: SavedView) -> dict[str, Any]:
    """For the audit log: no words that somebody searched for."""
    return {"is_shared": view.is_shared, "is_default": view.is_default, "fields": sorted(view.query)}
