"""Saved views as tabs above the list, each with its number, in two questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.ticketing.saved_views.models import SavedView
from waypost.ticketing.saved_views.terms import at
from waypost.ticketing.tickets.counted import COUNTED
from waypost.ticketing.tickets.queries import listing
from waypost.ticketing.tickets.views import View

MOST = 8
"""Tabs above the list; all others are a click away."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view above the list; `count` is None for a search, which is not counted for everybody who looks."""

    name: str
    href: str
    active: bool
    is_shared: bool
    count: int | None


def view_of(query: Mapping[str, str]) -> View:
    """What the fields of an address choose."""
    return View.of(Request({"type": "http", "query_string": urlencode(query).encode(), "headers": []}))


async def tabs(db: AsyncSession, current: View, me: UUID, zone: tzinfo, all_saved: Sequence[SavedView]) -> list[Tab]:
    """The first few of what this person sees (`shown_to`), the shown one marked (a question when there is any)."""
    saved = all_saved[:MOST]
    views = {one.id: view_of(one.query) for one in saved}
    counts = await _counts(db, views, me, zone)
    here = current.at().fields()
    return [_tab(one, views[one.id].fields() == here, counts.get(one.id)) for one in saved]


def _tab(saved: SavedView, active: bool, count: int | None) -> Tab:
    return Tab(saved.name, at(saved.query), active, saved.is_shared, count)


async def _counts(db: AsyncSession, views: Mapping[UUID, View], me: UUID, zone: tzinfo) -> dict[UUID, int]:
    """How many each shows, up to `COUNTED`."""
    asked = [_count(one, view, me, zone) for one, view in views.items() if not view.q]
    if not asked:
        return {}
    rows: Sequence[Any] = (await db.execute(union_all(*asked))).all()
    return {row.id: row.n for row in rows}


def _count(one: UUID, view: View, me: UUID, zone: tzinfo) -> Any:
    found = listing(view.filters(me, zone), COUNTED - 1).subquery()
    return select(literal(one).label("id"), func.count().label("n")).select_from(found)


def home(all_saved: Sequence[SavedView]) -> str | None:
    """The address that the inbox opens with for this person, when a view was made that: a personal one first."""
    chosen = [one for one in all_saved if one.is_default]
    chosen.sort(key=lambda one: one.is_shared)
    return at(chosen[0].query) if chosen else None
