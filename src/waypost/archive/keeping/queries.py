"""Questions about how long records are kept. The organisation is never part of one: row security answers for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.keeping.models import (
    Certificate,
    Hold,
    ItemState,
    Participant,
    Release,
    ReleaseItem,
    ReleaseState,
    RetentionClass,
    Term,
)
from waypost.archive.keeping.refusals import CertificateNotFound, ClassNotFound, HoldNotFound, ReleaseNotFound
from waypost.archive.keeping.terms import Known, Rule
from waypost.archive.records.models import Record, RecordState
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.places import Place
from waypost.platform.rows import among

PAGE, MOST_CLASSES, MOST_ITEMS, MOST_HOLDS = 50, 100, 1_000, 200
OPEN = (ReleaseState.PROPOSED, ReleaseState.AGREED)


async def holds_stand(db: AsyncSession) -> bool:
    """Whether a legal hold stands on anything of the organisation, a record or a request that is none yet."""
    held = union(
        select(Record.id).where(Record.holds > 0), select(ArchiveRequest.id).where(ArchiveRequest.held_at.is_not(None))
    )
    return await db.scalar(held.limit(1)) is not None


async def classes(db: AsyncSession) -> Sequence[RetentionClass]:
    """In the order in which they are asked."""
    chosen = select(RetentionClass).order_by(RetentionClass.priority, RetentionClass.id).limit(MOST_CLASSES)
    return (await db.scalars(chosen)).all()


async def class_by_id(db: AsyncSession, class_id: UUID) -> RetentionClass:
    """One class; refuses when there is none of that id."""
    found = await db.scalar(select(RetentionClass).where(RetentionClass.id == class_id))
    if found is None:
        raise ClassNotFound
    return found


async def class_named(db: AsyncSession, name: str) -> UUID | None:
    """Whose name this is."""
    found: UUID | None = await db.scalar(
        select(RetentionClass.id).where(func.lower(RetentionClass.name) == name.lower())
    )
    return found


async def counted_by_class(db: AsyncSession) -> dict[UUID | None, int]:
    """How many records each class keeps; None: for ever."""
    chosen = select(Term.class_id, func.count()).group_by(Term.class_id)
    return {class_id: count for class_id, count in await db.execute(chosen)}


async def rules(db: AsyncSession) -> list[Rule]:
    """The classes as they decide."""
    return [Rule(one.id, one.years, one.days, one.origin_kind, one.path_prefix, one.tag) for one in await classes(db)]


async def known(db: AsyncSession, record_ids: Collection[UUID]) -> dict[UUID, Known]:
    """What is known of some records, by their ids; those without a term have no tags yet."""
    joined = (Term.org_id == Record.org_id) & (Term.record_id == Record.id)
    chosen = select(Record, Term.tags).outerjoin(Term, joined).where(among(Record.id, list(record_ids)))
    return {record.id: _known(record, tags or []) for record, tags in await db.execute(chosen)}


def _known(record: Record, tags: Sequence[str]) -> Known:
    return Known(record.origin_kind, record.folder, tags, record.closed_at or record.kept_at or record.made_at)


async def standing_after(db: AsyncSession, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of records whose files stand, in their order, from the one behind `after`."""
    chosen = select(Record.id).where(Record.kept_at.is_not(None), Record.erased_at.is_(None)).order_by(Record.id)
    return list(await db.scalars((chosen if after is None else chosen.where(Record.id > after)).limit(limit)))


async def holds(db: AsyncSession, record_id: UUID) -> Sequence[Hold]:
    """All holds of a record, standing ones first, then the newest."""
    chosen = select(Hold).where(Hold.record_id == record_id)
    return (
        await db.scalars(chosen.order_by(Hold.lifted_at.is_not(None), Hold.placed_at.desc()).limit(MOST_HOLDS))
    ).all()


async def hold_by_id(db: AsyncSession, record_id: UUID, hold_id: UUID, *, for_update: bool = False) -> Hold:
    """One hold of a record; refuses when it has none of that id."""
    chosen = select(Hold).where(Hold.id == hold_id, Hold.record_id == record_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise HoldNotFound
    return found


async def holds_standing(db: AsyncSession, record_id: UUID) -> int:
    """How many guard it now."""
    chosen = select(func.count()).where(Hold.record_id == record_id, Hold.lifted_at.is_(None))
    return int(await db.scalar(chosen) or 0)


def _in_open_release() -> Any:
    joined = (ReleaseItem.org_id == Release.org_id) & (ReleaseItem.release_id == Release.id)
    return (
        select(ReleaseItem.id).join(Release, joined).where(ReleaseItem.record_id == Record.id, Release.state.in_(OPEN))
    )


async def due(
    db: AsyncSession, now: datetime, *, after: Place | None = None, limit: int = PAGE
) -> list[tuple[Record, Term]]:
    """Records whose time is over and that nothing holds, the longest over first: (Record, Term)."""
    joined = (Term.org_id == Record.org_id) & (Term.record_id == Record.id)
    chosen = (
        select(Record, Term)
        .join(Term, joined)
        .where(Term.retain_until <= now, Record.holds == 0, Record.state.in_((RecordState.KEPT, RecordState.DAMAGED)))
        .where(~_in_open_release().exists())
        .order_by(Term.retain_until, Term.record_id)
    )
    if after:
        chosen = chosen.where(tuple_(Term.retain_until, Term.record_id) > after)
    return [(record, term) for record, term in await db.execute(chosen.limit(limit))]


async def concerning(db: AsyncSession, address: str) -> list[UUID]:
    """Records whose customer has this address, and those in which it wrote or was written to; one more than a list may
    hold says that there are more."""
    asked = address.strip().lower()
    customers = select(Record.id).where(Record.customer_email == asked, Record.erased_at.is_(None))
    others = select(Participant.record_id).where(Participant.address == asked)
    either = union(customers, others).subquery()
    return list(await db.scalars(select(either.c[0]).order_by(either.c[0]).limit(MOST_ITEMS + 1)))


async def unread(db: AsyncSession, limit: int) -> list[UUID]:
    """Records whose snapshots nobody has read for who has a part in them."""
    chosen = select(Term.record_id).where(Term.read_at.is_(None)).order_by(Term.record_id).limit(limit)
    return list(await db.scalars(chosen))


async def release_by_id(db: AsyncSession, release_id: UUID, *, for_update: bool = False) -> Release:
    """One list; refuses when there is none of that id."""
    chosen = select(Release).where(Release.id == release_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise ReleaseNotFound
    return found


async def listed(db: AsyncSession, *, for_update: bool = False) -> Release | None:
    """The machine's dry run, when one waits."""
    chosen = select(Release).where(Release.state == ReleaseState.LISTED)
    found: Release | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """A list, and what became of its records."""

    release: Release
    records: int
    erased: int
    kept: int


async def releases(db: AsyncSession, *, before: Place | None = None) -> list[Counted]:
    """The newest lists with their counts; one more than a page says that there are older ones."""
    page = select(Release).order_by(Release.made_at.desc(), Release.id.desc()).limit(PAGE + 1)
    if before:
        page = page.where(tuple_(Release.made_at, Release.id) < before)
    found = (await db.scalars(page)).all()
    counts = await counted(db, [one.id for one in found])
    return [Counted(one, *counts.get(one.id, (0, 0, 0))) for one in found]


async def counted(db: AsyncSession, release_ids: Collection[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Records, erased ones and kept ones of some lists."""
    state = ReleaseItem.state
    chosen = (
        select(
            ReleaseItem.release_id,
            func.count(),
            func.count().filter(state == "erased"),
            func.count().filter(state == "kept"),
        )
        .where(among(ReleaseItem.release_id, list(release_ids)))
        .group_by(ReleaseItem.release_id)
    )
    return {release_id: (total, erased, kept) for release_id, total, erased, kept in await db.execute(chosen)}


async def items(db: AsyncSession, release_id: UUID, *, after: UUID | None = None) -> list[tuple[ReleaseItem, Record]]:
    """A page of a list's records: (ReleaseItem, Record); one more than a page says that there are others."""
    joined = (Record.org_id == ReleaseItem.org_id) & (Record.id == ReleaseItem.record_id)
    chosen = select(ReleaseItem, Record).join(Record, joined).where(ReleaseItem.release_id == release_id)
    if after:
        chosen = chosen.where(ReleaseItem.id > after)
    found = await db.execute(chosen.order_by(ReleaseItem.id).limit(PAGE + 1))
    return [(item, record) for item, record in found]


async def items_waiting(db: AsyncSession, release_id: UUID) -> Sequence[ReleaseItem]:
    """Those of which nothing has become yet."""
    chosen = select(ReleaseItem).where(ReleaseItem.release_id == release_id, ReleaseItem.ended_at.is_(None))
    return (await db.scalars(chosen.order_by(ReleaseItem.id).limit(MOST_ITEMS))).all()


async def item_by_id(db: AsyncSession, item_id: UUID, *, for_update: bool = False) -> ReleaseItem | None:
    """One record of a list."""
    chosen = select(ReleaseItem).where(ReleaseItem.id == item_id)
    found: ReleaseItem | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


async def certificates(db: AsyncSession, *, before: Place | None = None) -> Sequence[Certificate]:
    """The newest; one more than a page says that there are older ones."""
    page = select(Certificate).order_by(Certificate.at.desc(), Certificate.id.desc()).limit(PAGE + 1)
    return (await db.scalars(page.where(tuple_(Certificate.at, Certificate.id) < before) if before else page)).all()


async def certificate_by_id(db: AsyncSession, certificate_id: UUID) -> Certificate:
    """One certificate; refuses when there is none of that id."""
    found = await db.scalar(select(Certificate).where(Certificate.id == certificate_id))
    if found is None:
        raise CertificateNotFound
    return found


async def terms(db: AsyncSession, record_ids: Collection[UUID], *, for_update: bool = False) -> dict[UUID, Term]:
    """The terms of some records, by the record's id; locked in the order of ids, so that two works never deadlock."""
    chosen = select(Term).where(among(Term.record_id, list(record_ids))).order_by(Term.record_id)
    found = await db.scalars(chosen.with_for_update() if for_update else chosen)
    return {term.record_id: term for term in found}


async def erasable(db: AsyncSession, record_ids: Collection[UUID]) -> list[UUID]:
    """Those of `record_ids` that are ours and have something left to erase."""
    chosen = select(Record.id).where(among(Record.id, list(record_ids)), Record.state != RecordState.ERASED)
    return list(await db.scalars(chosen.order_by(Record.id)))


async def is_being_erased(db: AsyncSession, record_id: UUID) -> bool:
    """Whether its erasure has begun: from there on nothing stops it."""
    chosen = select(ReleaseItem.id).where(ReleaseItem.record_id == record_id, ReleaseItem.state == ItemState.ERASING)
    return await db.scalar(chosen.limit(1)) is not None
