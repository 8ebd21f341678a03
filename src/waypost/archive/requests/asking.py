"""What a page of requests needs, in a fixed number of questions."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.requests import queries
from waypost.archive.requests.models import ArchiveRequest, Delivery, State
from waypost.archive.requests.views import SHOWN, View, older
from waypost.platform.facts import KeptFact


@dataclass(frozen=True, slots=True)
class Listed:
    """The list beside a request."""

    view: View
    rows: list[ArchiveRequest]
    older: str | None
    counts: dict[State, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """One request and what is known of it."""

    request: ArchiveRequest
    history: list[ArchiveRequest]
    """All requests of the case, the newest first."""
    events: list[KeptFact]
    deliveries: list[Delivery]


async def listed(db: AsyncSession, view: View) -> Listed:
    """Two questions."""
    found = await queries.newest(db, state=view.wanted, number=view.q or None, after=view.after, limit=SHOWN + 1)
    return Listed(view, list(found[:SHOWN]), older(view, found), await queries.counts(db))


async def shown(db: AsyncSession, request_id: UUID) -> Shown:
    """Four questions."""
    request = await queries.by_id(db, request_id)
    history = await queries.of_case(db, request.kind, request.source, request.ref)
    events = await queries.happened(db, request_id)
    deliveries = await queries.deliveries_of(db, request_id)
    return Shown(request, list(history), list(events), list(deliveries))
