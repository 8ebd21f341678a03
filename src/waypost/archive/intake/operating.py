"""The operators' documented doors: /jobs, and /admin where it is enabled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.intake import asking, views
from waypost.archive.intake.api import again, retried
from waypost.archive.intake.knocking import Knock, asked, desk_of, refuse_when_closing
from waypost.archive.intake.refusals import (
    AdminDisabled,
    AdminTokenMissing,
    DeadLettersUnavailable,
    HistoryUnavailable,
    NotConfigured,
    QueueUnavailable,
)
from waypost.archive.intake.shape import shape
from waypost.platform.access import Key
from waypost.platform.errors import Refusal
from waypost.platform.web.doors import Doors

operators = Doors(shape=shape, tags=["archive operators"])
OPEN: dict[str, Any] = {"public": True, "foreign": True}
AWAY = (DBAPIError, PoolExhausted, OSError)
Answer = dict[str, Any]


@operators.get("/jobs/queue/stats", **OPEN)
@operators.get("/sources/{source_key}/jobs/queue/stats", **OPEN)
async def queue_stats(request: Request) -> Answer:
    """The queue in figures; always 200 once the caller is known."""
    try:
        async with asked(request, open_to_all=desk_of(request).terms.open_jobs) as knock:
            return await asking.stats(knock)
    except NotConfigured:
        return dict(views.UNKNOWN)
    except AWAY:
        return dict(views.SILENT)


@operators.get("/jobs/history", **OPEN)
@operators.get("/sources/{source_key}/jobs/history", **OPEN)
async def history(request: Request, limit: int = 100, ticket_id: int | None = None) -> Answer:
    """What came to its end."""
    async with _telling(HistoryUnavailable), asked(request) as knock:
        return await asking.history(knock, limit, ticket_id)


@operators.post("/jobs/queue/dlq/drain", **OPEN)
@operators.post("/sources/{source_key}/jobs/queue/dlq/drain", **OPEN)
async def drain(request: Request, limit: int = 100, purge: bool = False) -> Answer:
    """Queue dead letters again, or, with `?purge=true`, lay them down."""
    async with _telling(DeadLettersUnavailable), asked(request, needs=ASK) as knock:
        return await asking.drain(knock, limit, purged=purge)


@operators.get("/jobs/{ticket_id}", **OPEN)
@operators.get("/sources/{source_key}/jobs/{ticket_id}", **OPEN)
async def job(ticket_id: int, request: Request) -> Answer:
    """How the newest request of a ticket is doing."""
    async with _telling(QueueUnavailable), asked(request, open_to_all=desk_of(request).terms.open_jobs) as knock:
        return await asking.job(knock, ticket_id)


@operators.get("/admin/api/queue/stats", **OPEN)
async def admin_stats(request: Request) -> Answer:
    """The same for the admin page."""
    async with _telling(QueueUnavailable), _admin(request) as knock:
        return await asking.stats(knock)


@operators.get("/admin/api/history", **OPEN)
async def admin_history(request: Request, limit: int | None = None, ticket_id: int | None = None) -> Answer:
    """The same; as many lines as ADMIN_HISTORY_LIMIT says unless it is asked for another number."""
    async with _telling(HistoryUnavailable), _admin(request) as knock:
        return await asking.history(knock, knock.desk.terms.history if limit is None else limit, ticket_id)


@operators.post("/admin/api/retry/{ticket_id}", **OPEN)
async def admin_retry(ticket_id: str, request: Request) -> Answer:
    """As `/retry`, with the documented 200."""
    async with _telling(QueueUnavailable), _admin(request, ASK) as knock:
        refuse_when_closing(knock.desk)
        made = await again(knock, ticket_id, request)
    return retried(made)


@operators.post("/admin/api/dlq/drain", **OPEN)
async def admin_drain(request: Request, limit: int = 100, purge: bool = False) -> Answer:
    """As `/jobs/queue/dlq/drain`."""
    async with _telling(DeadLettersUnavailable), _admin(request, ASK) as knock:
        return await asking.drain(knock, limit, purged=purge)


@asynccontextmanager
async def _admin(request: Request, needs: Key = READ) -> AsyncIterator[Knock]:
    """Only where the admin page is enabled."""
    if not desk_of(request).terms.admin:
        raise AdminDisabled
    async with asked(request, AdminTokenMissing, needs=needs) as knock:
        yield knock


@asynccontextmanager
async def _telling(silent: type[Refusal]) -> AsyncIterator[None]:
    """A database that is away has a token of its own at each of these doors."""
    try:
        yield
    except AWAY as away:
        raise silent from away
