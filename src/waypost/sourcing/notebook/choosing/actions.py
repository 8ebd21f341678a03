"""Verbs: choose many, have all of them get one status, take it back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.notebook import listing
from waypost.sourcing.notebook.choosing import queries
from waypost.sourcing.notebook.choosing.models import (
    OffersActAsked,
    OfferSelection,
    OfferSelectionItem,
    OffersUndoAsked,
    Result,
    State,
)
from waypost.sourcing.notebook.filters import Filters, Mode, Reader
from waypost.sourcing.notebook.keeping import set_status
from waypost.sourcing.notebook.models import Status

MOST = 20_000
"""Offers of one selection."""
TYPED_ABOVE = 100
"""From here on the count must be repeated."""
BATCH = 200
LASTS = timedelta(hours=1)


class NothingChosen(Invalid):
    """No offer was chosen."""


class TooManyChosen(Invalid):
    """At most 20,000 offers at once: narrow the list."""


class CountMissing(Invalid):
    """The number of offers must be repeated."""


class Used(Conflict):
    """This selection was acted on already: choose anew."""


class Expired(Conflict):
    """This selection is older than an hour: choose anew, things have moved."""


class NotFinished(Conflict):
    """Only a finished act can be undone."""


async def freeze(work: Work, link_ids: Sequence[UUID], query: str = "") -> OfferSelection:
    """These links as chosen by hand; what is not in one's own notebook is left out."""
    wanted = list(dict.fromkeys(link_ids))
    if len(wanted) > MOST:
        raise TooManyChosen
    titles = await queries.named(work.db, wanted, work.actor.person_id)
    return await _freeze(work, [(one, titles[one]) for one in wanted if one in titles], query)


async def freeze_all(work: Work, filters: Filters, query: str = "") -> OfferSelection:
    """All that a list shows at this moment: what comes in later is not touched."""
    if filters.mode is Mode.CATALOG:
        raise NothingChosen
    found: list[tuple[UUID, str]] = []
    async for rows in listing.walk(work.db, Reader(work.actor.person_id, work.now), filters):
        found += [(row.id, row.title) for row in rows]
        if len(found) > MOST:
            raise TooManyChosen
    return await _freeze(work, found, query)


async def _freeze(work: Work, chosen: Sequence[tuple[UUID, str]], query: str) -> OfferSelection:
    if not chosen:
        raise NothingChosen
    person = work.actor.person_id
    assert person is not None, "a notebook belongs to a person"
    selection = OfferSelection(
        id=new_id(),
        user_id=person,
        made_at=work.now,
        expires_at=work.now + LASTS,
        count=len(chosen),
        query=query,
        state=State.FROZEN,
        done=0,
    )
    work.db.add(selection)
    await work.db.flush()
    rows = [
        {"id": new_id(), "selection_id": selection.id, "ordinal": at, "link_id": link_id, "title": title}
        for at, (link_id, title) in enumerate(chosen)
    ]
    await insert_rows(work.db, OfferSelectionItem, rows)
    return selection


async def ask(work: Work, selection: OfferSelection, status: Status, count: int | None = None) -> None:
    """Have all of them get this status, as a job. Refuses: used or expired (409), above 100 without their number."""
    if selection.count > TYPED_ABOVE and count != selection.count:
        raise CountMissing(errors=[{"field": "count", "msg": f"type {selection.count}"}])
    if selection.state != State.FROZEN:
        raise Used
    if selection.expires_at < work.now:
        raise Expired
    selection.state, selection.status = State.RUNNING, status
    work.tell(OffersActAsked(selection.id))


async def ask_back(work: Work, selection: OfferSelection) -> None:
    """Have all of it undone, as a job; refuses unless it is finished (409)."""
    if selection.state != State.FINISHED:
        raise NotFinished
    selection.state, selection.done = State.UNDOING, 0
    work.tell(OffersUndoAsked(selection.id))


async def step(work: Work, selection: OfferSelection) -> int:
    """One batch of a selection that is under way; gives how many lines it settled."""
    undoing = selection.state == State.UNDOING
    items = await queries.waiting(work.db, selection.id, Result.DONE if undoing else None, BATCH)
    links = await queries.held(work.db, [item.link_id for item in items])
    status = Status(selection.status) if selection.status else Status.NEW
    for item in items:
        link = links.get(item.link_id)
        if link is None:
            item.result = Result.GONE
        elif undoing:
            item.result = Result.UNDONE if link.status == status and item.before else Result.KEPT
            if item.result is Result.UNDONE and item.before:
                await set_status(work, link, Status(item.before))
        else:
            item.before = Status(link.status)
            item.result = Result.DONE if await set_status(work, link, status) else Result.SAME
    selection.done += len(items)
    return len(items)
