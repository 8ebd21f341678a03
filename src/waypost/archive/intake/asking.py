"""What operators ask and order, once they have proved who they are: the questions behind two families of doors."""

from typing import Any

from waypost.archive.intake import views
from waypost.archive.intake.knocking import Knock
from waypost.archive.records import queries as kept_cases
from waypost.archive.requests import queries
from waypost.archive.requests.actions import purge, requeue
from waypost.archive.sources.models import KIND

LINES, LETTERS = 5_000, 1_000
"""The most lines of history, and dead letters, that one call may have."""


async def job(knock: Knock, ticket_id: int) -> dict[str, Any]:
    """How the newest request of a ticket is doing."""
    case = (KIND, knock.source.key, str(ticket_id))
    request = await queries.newest_of(knock.work.db, *case)
    record = await kept_cases.by_case(knock.work.db, *case)
    files = await kept_cases.files(knock.work.db, record.newest_id) if record and record.newest_id else ()
    return views.job(ticket_id, request, files, closing=knock.desk.closing)


async def stats(knock: Knock) -> dict[str, Any]:
    """The queue in figures."""
    return views.stats(await queries.depth(knock.work.db), knock.desk.terms.retries, knock.work.now)


async def history(knock: Knock, limit: int, ticket_id: int | None) -> dict[str, Any]:
    """What came to its end, the latest first; the limit is clamped."""
    ref = str(ticket_id) if ticket_id is not None else None
    few = max(1, min(limit, LINES))
    return views.history(await queries.ended(knock.work.db, KIND, knock.source.key, limit=few, ref=ref))


async def drain(knock: Knock, limit: int, *, purged: bool) -> dict[str, Any]:
    """Dead letters, the oldest first: queued again; laid down for good only where that was asked for."""
    jobs = await queries.dead_jobs(knock.work.db, knock.source.key, max(1, min(limit, LETTERS)))
    for each in jobs:
        await (purge if purged else requeue)(knock.work, each)
    return {"status": "ok", "drained": len(jobs), "purged": purged}
