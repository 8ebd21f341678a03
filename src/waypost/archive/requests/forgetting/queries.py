"""Questions about requests that are no record. The organisation is never part of one: row security answers for it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Exists, Text, any_, delete, func, literal, or_, select, text, true, union
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import cast

from waypost.archive.records.models import Record, RecordVersion
from waypost.archive.requests.forgetting.models import Concerned, PutAside
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.queries import LIVE
from waypost.platform.rows import among

OWN = "archive"
"""Kind of the store's content that is ours; that of other kinds belongs to the origin of its case."""

# Spelled out, not bound: the planner must see that a partial index holds exactly these rows.
_NOT_KEPT = "archive_requests.version_id is null and archive_requests.forgotten_at is null"
OVER = text(f"archive_requests.ended_at is not null and {_NOT_KEPT}")
NOT_KEPT = text(_NOT_KEPT)
UNREAD = text(
    "archive_requests.snapshot_key is not null and archive_requests.version_id is null "
    "and archive_requests.people_read_at is null"
)


def keys_of(request: ArchiveRequest) -> list[str]:
    """Everything in the store that a request names."""
    made = [one["key"] for one in (*request.rendered, *request.sealed)]
    return [key for key in dict.fromkeys((*request.blobs.values(), *made, request.snapshot_key)) if key]


def made_by(request: ArchiveRequest) -> set[str]:
    """Those that nothing else can have made: they tell when the case was read."""
    return set(keys_of(request)) - set(request.blobs.values())


def owned(keys: Iterable[str]) -> set[str]:
    """Those that are the archive's own content."""
    return {key for key in keys if key.split("/")[1:2] == [OWN]}


def _held() -> Exists:
    """Whether a hold on a record of the same case forbids it."""
    r = ArchiveRequest
    same = (Record.org_id == r.org_id) & (Record.origin_kind == r.kind) & (Record.source == r.source)
    return select(Record.id).where(same, Record.ref == r.ref, Record.holds > 0).exists()


async def over(db: AsyncSession, before: datetime, limit: int) -> list[UUID]:
    """Requests that ended before then without a record and that nothing holds, the longest ended first."""
    r = ArchiveRequest
    chosen = select(r.id).where(OVER, r.ended_at < before, r.held_at.is_(None), ~_held())
    return list(await db.scalars(chosen.order_by(r.ended_at, r.id).limit(limit)))


async def locked(db: AsyncSession, request_ids: Collection[UUID]) -> Sequence[ArchiveRequest]:
    """Some requests as they stand now, locked in the order of their ids, so that two works never deadlock."""
    chosen = select(ArchiveRequest).where(among(ArchiveRequest.id, list(request_ids))).order_by(ArchiveRequest.id)
    return (await db.scalars(chosen.with_for_update().execution_options(populate_existing=True))).all()


async def case_is_held(db: AsyncSession, request: ArchiveRequest) -> bool:
    """Whether a legal hold stands on it, or on the record of its case."""
    return request.held_at is not None or bool(await with_held_record(db, [request.id]))


async def with_held_record(db: AsyncSession, request_ids: Collection[UUID]) -> set[UUID]:
    """Those of the requests whose case has a record on which a hold stands."""
    return set(await db.scalars(select(ArchiveRequest.id).where(among(ArchiveRequest.id, list(request_ids)), _held())))


async def put_aside_by(db: AsyncSession, request_ids: Collection[UUID]) -> set[str]:
    """Keys that some requests put, or were about to put, into the store."""
    return set(await db.scalars(select(PutAside.storage_key).where(among(PutAside.request_id, list(request_ids)))))


async def leftovers(db: AsyncSession, before: datetime, limit: int) -> Sequence[PutAside]:
    """What was put aside before then by requests that have ended by now, the oldest first."""
    joined = (ArchiveRequest.org_id == PutAside.org_id) & (ArchiveRequest.id == PutAside.request_id)
    going = select(ArchiveRequest.id).where(joined, ArchiveRequest.ended_at.is_(None)).exists()
    chosen = select(PutAside).where(PutAside.put_at < before, ~going).order_by(PutAside.put_at, PutAside.id)
    return (await db.scalars(chosen.limit(limit))).all()


async def named_elsewhere(
    db: AsyncSession, keys: Collection[str], *, requests: Collection[UUID], record: UUID | None = None
) -> set[str]:
    """Those keys that anything but these requests and this record needs.

    Reads all versions of the organisation (an index would not be used behind row security): one call for many keys.
    """
    if not keys:
        return set()
    wanted, but, v, r = literal(list(keys), ARRAY(TEXT)), list(requests), RecordVersion, ArchiveRequest
    others = true() if record is None else v.record_id != record
    kept = func.jsonb_array_elements_text(v.blob_keys).table_valued("value")
    file = func.jsonb_each_text(r.blobs).table_valued("key", "value")
    mine, found = file.c.value == any_(wanted), set[str]()
    for chosen in (
        select(kept.c.value).select_from(v).join(kept, true()).where(others, kept.c.value == any_(wanted)),
        select(v.snapshot_key).where(others, v.snapshot_key == any_(wanted)),
        select(PutAside.storage_key).where(PutAside.storage_key == any_(wanted), ~among(PutAside.request_id, but)),
        select(file.c.value).select_from(r).join(file, true()).where(NOT_KEPT, ~among(r.id, but), mine),
    ):
        found |= {str(key) for key in await db.scalars(chosen)}
    return found


async def concerning(db: AsyncSession, address: str, limit: int) -> list[UUID]:
    """Requests without a record in whose case an address has a part, or that it brought itself."""
    asked, r = address.strip().lower(), ArchiveRequest
    said = func.lower(cast(r.hints, Text)).contains(f'"{asked}"', autoescape=True)
    people = select(Concerned.request_id).where(Concerned.address == asked)
    brought = select(r.id).where(or_(OVER, LIVE), r.forgotten_at.is_(None), r.version_id.is_(None), said)
    either = union(people, brought).subquery()
    return list(await db.scalars(select(either.c[0]).order_by(either.c[0]).limit(limit)))


async def some(db: AsyncSession, request_ids: Collection[UUID]) -> Sequence[ArchiveRequest]:
    """Some requests, as they stand."""
    return (await db.scalars(select(ArchiveRequest).where(among(ArchiveRequest.id, list(request_ids))))).all()


async def unread(db: AsyncSession, limit: int) -> Sequence[ArchiveRequest]:
    """Requests whose snapshot nobody has read for who has a part in the case."""
    return (await db.scalars(select(ArchiveRequest).where(UNREAD).order_by(ArchiveRequest.id).limit(limit))).all()


async def let_go(db: AsyncSession, request_ids: Collection[UUID]) -> None:
    """Forget which content and which people some requests had."""
    for model in (PutAside, Concerned):
        await db.execute(delete(model).where(among(model.request_id, list(request_ids))))
