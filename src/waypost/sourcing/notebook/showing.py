"""What the pages of offers show: a fixed number of questions for a list, and for one offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.digest.money_words import CURRENCIES
from waypost.sourcing.notebook import counting, cursors, listing, queries
from waypost.sourcing.notebook.differences import SHOWN, compared
from waypost.sourcing.notebook.filters import Mode, Reader
from waypost.sourcing.notebook.pay import amounts
from waypost.sourcing.notebook.profiles import queries as profiles
from waypost.sourcing.notebook.queries import NoSuchOffer
from waypost.sourcing.notebook.reading import blocks
from waypost.sourcing.notebook.searches import queries as searches
from waypost.sourcing.notebook.searches.models import SavedSearch
from waypost.sourcing.notebook.views import View
from waypost.sourcing.offers import queries as offers
from waypost.sourcing.sources import queries as sources

PAGE = 50
RUNS = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at what."""

    db: AsyncSession
    reader: Reader
    view: View


async def listed(desk: Desk) -> dict[str, Any]:
    """The list with all that stands around it; an address that asks for nothing opens the person's default search."""
    db, reader = desk.db, desk.reader
    kept = await searches.of_person(db, reader.person)
    view = desk.view if desk.view.said() else _default(kept, desk.view)
    place = cursors.read(view.cursor, moment=view.kind in (Mode.EXPLORE, Mode.CATALOG))
    rows = await listing.page(db, reader, view.filters(), before=place, limit=PAGE)
    return {
        "view": view,
        "rows": rows[:PAGE],
        "following": cursors.written(listing.place(rows[PAGE - 1])) if len(rows) > PAGE else "",
        "searches": kept,
        "sources": await names_of_sources(db),
        "tags": [(tag, tag) for tag in await listing.tags_of(db, reader.person)],
        "profiles": [(str(one.id), one.name) for one in await profiles.of_person(db, reader.person)],
        "due": await counting.due_count(db, reader),
        "amounts": amounts,
        "currencies": [(code, code) for code in CURRENCIES],
        "now": reader.now,
    }


def _default(kept: Sequence[SavedSearch], view: View) -> View:
    return next((View.of(one.query) for one in kept if one.is_default), view)


async def names_of_sources(db: AsyncSession) -> dict[str, str]:
    """Names by key."""
    return {one.key: one.name for one in await sources.listed(db)}


async def whole(db: AsyncSession, reader: Reader, offer_id: UUID) -> dict[str, Any]:
    """One offer with all that is known of it. Refuses one that does not exist here (404)."""
    offer = await listing.one(db, reader, offer_id)
    if offer is None:
        raise NoSuchOffer
    told = await offers.observations(db, offer_id)
    observed = [
        (
            one.observed_at,
            one.run_id,
            {name: getattr(one, name, None) for name in (*SHOWN, "description", "requirements")},
        )
        for one in told
    ]
    return {
        "offer": offer,
        "text": blocks(offer.description),
        "seen": compared(observed),
        "runs": await offers.runs_of(db, offer_id, limit=RUNS),
        "history": await queries.history(db, offer.id) if offer.id else [],
        "sources": await names_of_sources(db),
        "amounts": amounts,
        "now": reader.now,
    }
