"""Questions about requests. The organisation is never part of one: row security answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.requests.models import ENDED, ArchiveRequest, Closing, Delivery, State
from waypost.platform.audit.models import AuditLink, AuditLog
from waypost.platform.errors import NotFound
from waypost.platform.facts import KeptFact
from waypost.platform.jobs.models import StoredJob
from waypost.platform.jobs.queries import DEAD, QUEUED, RUNNING
from waypost.platform.rows import among

COUNTED = 10_000
"""Rows are counted up to here."""
PAGE = 50
EXCERPT = 100
"""Lines of the audit log that a document carries."""
QUEUE = "archive"
RUN = "archive_run"
"""Wire type of a request's job."""

# Spelled out, not bound: the planner must see that a partial index holds exactly these rows.
LIVE = text(f"archive_requests.state not in {ENDED}")
UNSETTLED = text("archive_requests.settle_due")


class NoSuchRequest(NotFound):
    """There is no such request."""


@dataclass(frozen=True, slots=True)
class Depth:
    """The queue as its documented interface tells it."""

    waiting: int
    running: int
    dead: int
    oldest: datetime | None


async def by_id(db: AsyncSession, request_id: UUID, *, lock: bool = False) -> ArchiveRequest:
    """One request; refuses with `NoSuchRequest`. `lock` keeps others from changing it until the work ends."""
    chosen = select(ArchiveRequest).where(ArchiveRequest.id == request_id)
    found: ArchiveRequest | None = await db.scalar(_locked(chosen) if lock else chosen)
    if found is None:
        raise NoSuchRequest
    return found


async def live_of(db: AsyncSession, kind: str, source: str, ref: str, *, lock: bool = False) -> ArchiveRequest | None:
    """The case's request that has not come to its end."""
    chosen = _of_case(kind, source, ref).where(LIVE)
    found: ArchiveRequest | None = await db.scalar(_locked(chosen) if lock else chosen)
    return found


async def newest_of(
    db: AsyncSession, kind: str, source: str, ref: str, *, but: UUID | None = None
) -> ArchiveRequest | None:
    """The newest request of a case, whatever became of it; `but` leaves one out."""
    chosen = _of_case(kind, source, ref).order_by(ArchiveRequest.id.desc()).limit(1)
    found: ArchiveRequest | None = await db.scalar(chosen.where(ArchiveRequest.id != but) if but else chosen)
    return found


async def of_case(db: AsyncSession, kind: str, source: str, ref: str) -> Sequence[ArchiveRequest]:
    """The newest requests of a case."""
    return (await db.scalars(_of_case(kind, source, ref).order_by(ArchiveRequest.id.desc()).limit(PAGE))).all()


async def acting_after(db: AsyncSession, request: ArchiveRequest) -> ArchiveRequest | None:
    """The newest later request of the same case that does, did or may do something: it speaks for the case now."""
    chosen = _of_case(request.kind, request.source, request.ref)
    chosen = chosen.where(ArchiveRequest.id > request.id, ArchiveRequest.state != State.SKIPPED)
    found: ArchiveRequest | None = await db.scalar(chosen.order_by(ArchiveRequest.id.desc()).limit(1))
    return found


async def kept_before(db: AsyncSession, request: ArchiveRequest) -> ArchiveRequest | None:
    """The newest earlier request of the same case whose files stand."""
    chosen = _of_case(request.kind, request.source, request.ref)
    chosen = chosen.where(ArchiveRequest.id != request.id, ArchiveRequest.kept_at.is_not(None))
    found: ArchiveRequest | None = await db.scalar(chosen.order_by(ArchiveRequest.id.desc()).limit(1))
    return found


async def newest(
    db: AsyncSession,
    *,
    state: State | None = None,
    number: str | None = None,
    after: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[ArchiveRequest]:
    """Requests, the newest first; ids are in the order of time. `number` is what people or the origin call a case."""
    chosen = select(ArchiveRequest).order_by(ArchiveRequest.id.desc()).limit(limit)
    if state is not None:
        chosen = chosen.where(ArchiveRequest.state == state)
    if number:
        chosen = chosen.where((ArchiveRequest.number == number) | (ArchiveRequest.ref == number))
    if after is not None:
        chosen = chosen.where(ArchiveRequest.id < after)
    return (await db.scalars(chosen)).all()


async def counts(db: AsyncSession) -> dict[State, int]:
    """How many requests are in each state; each counted up to `COUNTED`, so that the page stays quick for ever."""
    few = [
        select(func.count())
        .select_from(select(ArchiveRequest.id).where(ArchiveRequest.state == state).limit(COUNTED).subquery())
        .scalar_subquery()
        for state in State
    ]
    row = (await db.execute(select(*few))).one()
    return dict(zip(State, row, strict=True))


async def ended(
    db: AsyncSession, kind: str, source: str, *, limit: int, ref: str | None = None
) -> Sequence[ArchiveRequest]:
    """Requests of a source that came to their end, the latest first."""
    chosen = select(ArchiveRequest).where(
        ArchiveRequest.kind == kind, ArchiveRequest.source == source, ArchiveRequest.ended_at.is_not(None)
    )
    if ref is not None:
        chosen = chosen.where(ArchiveRequest.ref == ref)
    order = (ArchiveRequest.ended_at.desc(), ArchiveRequest.id.desc())
    return (await db.scalars(chosen.order_by(*order).limit(limit))).all()


async def depth(db: AsyncSession) -> Depth:
    """How many runs wait, go on and lie dead, and since when the oldest live request has been asked for."""
    jobs = select(func.count()).where(StoredJob.queue == QUEUE)
    each = [jobs.where(state).scalar_subquery() for state in (QUEUED, RUNNING, DEAD)]
    oldest = select(func.min(ArchiveRequest.created_at)).where(LIVE).scalar_subquery()
    row = (await db.execute(select(*each, oldest))).one()
    return Depth(row[0], row[1], row[2], row[3])


async def waiting(db: AsyncSession) -> tuple[int, int]:
    """How many requests are on their way, and how many runs lie dead until somebody sees to them; each counted up to
    `COUNTED`."""
    going = select(ArchiveRequest.id).where(LIVE).limit(COUNTED).subquery()
    dead = select(StoredJob.id).where(StoredJob.queue == QUEUE, StoredJob.type == RUN, DEAD).limit(COUNTED).subquery()
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in (going, dead)]
    row = (await db.execute(select(*counts))).one()
    return row[0], row[1]


async def dead_jobs(db: AsyncSession, source: str | None, limit: int) -> Sequence[StoredJob]:
    """Dead letters of requests of one source (or of all), the oldest first, locked; others' are left to them."""
    chosen = select(StoredJob).where(StoredJob.queue == QUEUE, DEAD)
    if source is not None:
        chosen = chosen.where(StoredJob.payload["case"].astext.startswith(f"zammad:{source}:", autoescape=True))
    order = (StoredJob.updated_at, StoredJob.id)
    return (await db.scalars(chosen.order_by(*order).limit(limit).with_for_update(skip_locked=True))).all()


async def jobs_of(db: AsyncSession, request: ArchiveRequest) -> Sequence[StoredJob]:
    """The jobs of a request that wait, run or are dead."""
    return [job for job in await _jobs(db, [request]) if job.thing_id == request.id]


async def with_jobs(db: AsyncSession, requests: Sequence[ArchiveRequest]) -> set[UUID | None]:
    """Those of the requests that somebody will see to: a job of theirs waits, runs or lies dead."""
    return {job.thing_id for job in await _jobs(db, requests)}


async def _jobs(db: AsyncSession, requests: Sequence[ArchiveRequest]) -> Sequence[StoredJob]:
    keys = [f"{RUN}:{request.case}" for request in requests]
    going = (QUEUED | RUNNING) & StoredJob.concurrency_key.in_(keys)
    dead = DEAD & StoredJob.thing_id.in_([request.id for request in requests])
    return (await db.scalars(select(StoredJob).where(going | dead))).all()


async def replays_of(db: AsyncSession, job_id: UUID) -> int:
    """How often a job was given another life."""
    return await db.scalar(select(StoredJob.replays).where(StoredJob.id == job_id)) or 0


async def delivery(db: AsyncSession, source: str, delivery_id: str) -> Delivery | None:
    """A delivery by its sender's number, locked."""
    chosen = select(Delivery).where(Delivery.source == source, Delivery.delivery_id == delivery_id)
    found: Delivery | None = await db.scalar(_locked(chosen))
    return found


async def unsettled(db: AsyncSession, limit: int = 500) -> Sequence[ArchiveRequest]:
    """Requests whose origin has still to be told, the oldest first."""
    return (await db.scalars(select(ArchiveRequest).where(UNSETTLED).order_by(ArchiveRequest.id).limit(limit))).all()


async def silent(db: AsyncSession, before: datetime, limit: int = 500) -> Sequence[ArchiveRequest]:
    """Live requests that nothing has touched since then."""
    chosen = select(ArchiveRequest).where(LIVE, ArchiveRequest.updated_at < before)
    return (await db.scalars(chosen.order_by(ArchiveRequest.created_at).limit(limit))).all()


async def closings_between(db: AsyncSession, since: datetime, until: datetime) -> Sequence[Closing]:
    """Closings of a span of time, in their order."""
    chosen = select(Closing).where(Closing.closed_at >= since, Closing.closed_at < until)
    return (await db.scalars(chosen.order_by(Closing.closed_at, Closing.id))).all()


async def happened(db: AsyncSession, request_id: UUID) -> Sequence[KeptFact]:
    """The request's timeline, oldest first."""
    chosen = select(KeptFact).where(KeptFact.thing_id == request_id)
    return (await db.scalars(chosen.order_by(KeptFact.at, KeptFact.id).limit(PAGE))).all()


async def deliveries_of(db: AsyncSession, request_id: UUID) -> Sequence[Delivery]:
    """The deliveries that brought a request."""
    chosen = select(Delivery).where(Delivery.request_id == request_id)
    return (await db.scalars(chosen.order_by(Delivery.created_at).limit(PAGE))).all()


async def audited(db: AsyncSession, things: Sequence[UUID]) -> Sequence[tuple[AuditLog, int | None, bytes | None]]:
    """The newest entries of the audit log about some things, each with its link of the chain (position, hash)."""
    joined = (AuditLink.org_id == AuditLog.org_id) & (AuditLink.log_id == AuditLog.id)
    chosen = select(AuditLog, AuditLink.position, AuditLink.hash).outerjoin(AuditLink, joined)
    chosen = chosen.where(among(AuditLog.thing_id, things)).order_by(AuditLog.at.desc(), AuditLog.id.desc())
    return [(entry, position, chained) for entry, position, chained in await db.execute(chosen.limit(EXCERPT))]


def fresh_enough(delivery: Delivery, now: datetime, ttl: timedelta) -> bool:
    """Whether a delivery's number still counts; 0 remembers none."""
    return ttl > timedelta(0) and now - delivery.seen_at <= ttl


def _of_case(kind: str, source: str, ref: str) -> Select[ArchiveRequest]:
    return select(ArchiveRequest).where(
        ArchiveRequest.kind == kind, ArchiveRequest.source == source, ArchiveRequest.ref == ref
    )


def _locked(chosen: Select[Any]) -> Select[Any]:
    """For who will change it: as it stands now, not as it was read before."""
    return chosen.with_for_update().execution_options(populate_existing=True)
