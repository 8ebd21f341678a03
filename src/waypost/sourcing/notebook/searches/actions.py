"""Verbs of saved searches: keep one, open the list with it, let it go."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.notebook.searches import queries
from waypost.sourcing.notebook.searches.models import SavedSearch

LONGEST_NAME = 120


class NameTaken(Conflict):
    """You have a saved search of this name already."""


class BadName(Invalid):
    """A saved search needs a name of 1 to 120 characters."""


class TooManySearches(Conflict):
    """You have 50 saved searches already: let one go first."""


async def save(work: Work, name: str, query: Mapping[str, str]) -> SavedSearch:
    """Keep a search under a name. Refuses a name that stands already (409)."""
    person = work.actor.person_id
    assert person is not None, "a search belongs to a person"
    tidy = " ".join(name.replace("\0", "").split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise BadName(errors=[{"field": "name", "msg": "1 to 120 characters"}])
    if len(await queries.of_person(work.db, person)) >= queries.MOST:
        raise TooManySearches
    search = SavedSearch(id=new_id(), user_id=person, name=tidy, query=dict(query), created_at=work.now)
    try:
        async with work.db.begin_nested():
            work.db.add(search)
    except IntegrityError as twin:
        raise NameTaken(errors=[{"field": "name", "msg": "choose another"}]) from twin
    return search


async def make_default(work: Work, search: SavedSearch, *, on: bool) -> None:
    """What the list opens with, or no longer."""
    mine: UUID = search.user_id
    others = update(SavedSearch).where(SavedSearch.user_id == mine, SavedSearch.is_default)
    await work.db.execute(others.values(is_default=False))
    search.is_default = on


async def remove(work: Work, search: SavedSearch) -> None:
    """Let it go."""
    await work.db.delete(search)
