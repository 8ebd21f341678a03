"""Questions about mailboxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, case, cast, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Conflict, NotFound
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.queries import COUNTED, DEAD, QUEUED, RUNNING
from waypost.platform.storage.keys import RAW
from waypost.platform.storage.models import Blob
from waypost.ticketing.mailboxes.models import ImapAccount, Mailbox, Provider, Purpose
from waypost.ticketing.messages.models import Occurrence, State

MOST = 500
"""Mailboxes of one organisation, and in one answer."""
HISTORY, BACKFILL, WATCH = "mailbox_history_sync", "mailbox_backfill", "mailbox_watch_renew"
STEPS = ("occurrence_parse", "occurrence_stitch", "ticket_apply_routing")
"""What a copy goes through when it is here."""


class NoSuchMailbox(NotFound):
    """There is no such mailbox."""


class NoLogin(Conflict):
    """Only a mailbox that is read by IMAP has a login here."""


class Condition(StrEnum):
    """How a mailbox is doing, in the words of the documented interface."""

    CONNECTED = "connected"
    DEGRADED = "degraded"
    PAUSED = "paused"
    DISABLED = "disabled"


def condition(mailbox: Mailbox, now: datetime) -> Condition:
    """Derived, never stored."""
    if not mailbox.is_enabled:
        return Condition.DISABLED
    if is_paused(mailbox, now):
        return Condition.PAUSED
    return Condition.DEGRADED if mailbox.trouble else Condition.CONNECTED


def is_paused(mailbox: Mailbox, now: datetime) -> bool:
    """A pause ends by itself."""
    return mailbox.ingestion_paused_until is not None and mailbox.ingestion_paused_until > now


def lag_seconds(mailbox: Mailbox, now: datetime) -> int | None:
    """Whole seconds since mail was last looked for; None before the first look."""
    last = mailbox.last_incremental_sync_at
    return None if last is None else max(0, int((now - last).total_seconds()))


async def by_id(db: AsyncSession, mailbox_id: UUID, *, lock: bool = False) -> Mailbox:
    """The mailbox; refuses with `NoSuchMailbox`. `lock` keeps others from changing it until the work ends."""
    chosen = select(Mailbox).where(Mailbox.id == mailbox_id)
    found = await db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NoSuchMailbox
    return found


async def imap_account(db: AsyncSession, mailbox_id: UUID) -> ImapAccount:
    """How an IMAP mailbox is reached."""
    found = await db.scalar(select(ImapAccount).where(ImapAccount.mailbox_id == mailbox_id))
    if found is None:
        raise NoSuchMailbox
    return found


async def with_login(db: AsyncSession, mailbox_id: UUID, *, lock: bool = False) -> tuple[Mailbox, ImapAccount]:
    """The mailbox and how it is reached; refuses with `NoSuchMailbox`, and with `NoLogin` unless it is IMAP's."""
    mailbox = await by_id(db, mailbox_id, lock=lock)
    if mailbox.provider != Provider.IMAP:
        raise NoLogin
    return mailbox, await imap_account(db, mailbox_id)


def is_imported(mailbox: Mailbox) -> int:
    """0 or 1: imported ones come last."""
    return int(mailbox.provider == Provider.IMPORT)


async def connected(
    db: AsyncSession, after: tuple[int, datetime, UUID] | None = None, limit: int = MOST
) -> Sequence[Mailbox]:
    """Mailboxes, those that are read before those that were imported, newest first; by keyset of the three."""
    imported, at = case((Mailbox.provider == Provider.IMPORT, 1), else_=0), (Mailbox.created_at, Mailbox.id)
    chosen = select(Mailbox).order_by(imported, *(column.desc() for column in at)).limit(limit)
    if after:
        chosen = chosen.where((imported > after[0]) | ((imported == after[0]) & (tuple_(*at) < after[1:])))
    return (await db.scalars(chosen)).all()


async def count(db: AsyncSession) -> int:
    """How many there are, imported ones too."""
    return await db.scalar(select(func.count()).select_from(Mailbox)) or 0


async def recently_changed(
    db: AsyncSession, after: tuple[datetime, UUID] | None = None, limit: int = MOST
) -> Sequence[Mailbox]:
    """Mailboxes that are read, newest change first, by keyset (`updated_at`, id)."""
    at = (Mailbox.updated_at, Mailbox.id)
    chosen = select(Mailbox).where(Mailbox.provider != Provider.IMPORT)
    chosen = chosen.order_by(*(column.desc() for column in at)).limit(limit)
    return (await db.scalars(chosen.where(tuple_(*at) < after) if after else chosen)).all()


async def hosts(db: AsyncSession) -> dict[UUID, ImapAccount]:
    """How each IMAP mailbox is reached, by mailbox."""
    return {account.mailbox_id: account for account in await db.scalars(select(ImapAccount))}


async def by_address(db: AsyncSession, provider: Provider, address: str) -> Mailbox | None:
    """The mailbox of a provider for an address."""
    return await db.scalar(select(Mailbox).where(Mailbox.provider == provider, Mailbox.email_address == address))


async def to_poll(db: AsyncSession, providers: Collection[Provider]) -> Sequence[UUID]:
    """Mailboxes that must have a pending look; a paused one keeps it, due when the pause ends."""
    chosen = select(Mailbox.id).where(Mailbox.is_enabled, Mailbox.provider.in_(providers))
    return (await db.scalars(chosen.where(Mailbox.purpose != Purpose.IMPORT).order_by(Mailbox.id))).all()


async def known_ids(db: AsyncSession, mailbox_id: UUID, provider_ids: Collection[str]) -> set[str]:
    """Those of the provider's ids that we have."""
    chosen = select(Occurrence.provider_id).where(
        Occurrence.mailbox_id == mailbox_id, Occurrence.provider_id.in_(provider_ids)
    )
    return set(await db.scalars(chosen))


async def same_content(
    db: AsyncSession, mailbox_id: UUID, digests: Collection[bytes], numbering: str
) -> list[tuple[bytes, UUID]]:
    """Copies with these contents whose id is not of the present `numbering`, oldest first."""
    rows = await db.execute(
        select(Blob.sha256, Occurrence.id)
        .join(Occurrence, (Occurrence.org_id == Blob.org_id) & (Occurrence.raw_blob_id == Blob.id))
        .where(
            Blob.kind == RAW,
            Blob.sha256.in_(digests),
            Occurrence.mailbox_id == mailbox_id,
            ~Occurrence.provider_id.startswith(numbering, autoescape=True),
        )
        .order_by(Occurrence.id)
    )
    return [(digest, occurrence_id) for digest, occurrence_id in rows]


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Jobs of one mailbox by wire type."""

    queued: dict[str, int]
    running: dict[str, int]
    failed_last_day: int


async def job_counts(db: AsyncSession, mailbox_ids: Collection[UUID], now: datetime) -> dict[UUID, JobCounts]:
    """What waits, runs and failed for each mailbox: its own jobs and the steps of its mails (two questions)."""
    since = now - timedelta(days=1)
    counts = {mailbox_id: JobCounts({}, {}, 0) for mailbox_id in mailbox_ids}
    own, steps = await _own_jobs(db, mailbox_ids, since), await _steps(db, mailbox_ids, since)
    for mailbox_id, type_, status, number in (*own, *steps):
        counts[mailbox_id] = _with(counts[mailbox_id], type_, status, number)
    return counts


async def waiting_since(db: AsyncSession, mailbox_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Since when the oldest mail of each mailbox waits that is here and in no ticket yet; of a crowd the 10,000 that
    came first are looked at. Mailboxes without such mail are left out."""
    waits = (State.DISCOVERED, State.RAW_FETCHED, State.PARSED, State.STITCHED)
    few = select(Occurrence.mailbox_id, Occurrence.updated_at).where(Occurrence.state.in_(waits))
    crowd = few.order_by(Occurrence.id).limit(COUNTED).subquery()
    oldest = select(crowd.c.mailbox_id, func.min(crowd.c.updated_at)).where(crowd.c.mailbox_id.in_(mailbox_ids))
    return {mailbox_id: at for mailbox_id, at in await db.execute(oldest.group_by(crowd.c.mailbox_id))}


async def _own_jobs(db: AsyncSession, mailbox_ids: Collection[UUID], since: datetime) -> list[tuple[Any, ...]]:
    keys = {f"{type_}:{each}": each for each in mailbox_ids for type_ in (HISTORY, BACKFILL, WATCH)}
    rows = await db.execute(
        select(StoredJob.dedupe_key, StoredJob.type, StoredJob.status, func.count())
        .where(StoredJob.dedupe_key.in_(keys), QUEUED | RUNNING | (DEAD & (StoredJob.updated_at > since)))
        .group_by(StoredJob.dedupe_key, StoredJob.type, StoredJob.status)
    )
    return [(keys[str(key)], *rest) for key, *rest in rows]


async def _steps(db: AsyncSession, mailbox_ids: Collection[UUID], since: datetime) -> list[tuple[Any, ...]]:
    """A crowd is counted to 10,000 of each state: the figure is looked at while it falls."""
    copy_id = cast(StoredJob.payload["occurrence_id"].astext, Uuid).label("copy_id")
    step = select(copy_id, StoredJob.type, StoredJob.status).where(StoredJob.type.in_(STEPS)).limit(COUNTED)
    states = QUEUED, RUNNING, DEAD & (StoredJob.updated_at > since)
    few = union_all(*(step.where(state) for state in states)).subquery()
    rows = await db.execute(
        select(Occurrence.mailbox_id, few.c.type, few.c.status, func.count())
        .join(Occurrence, Occurrence.id == few.c.copy_id)
        .where(Occurrence.mailbox_id.in_(mailbox_ids))
        .group_by(Occurrence.mailbox_id, few.c.type, few.c.status)
    )
    return [tuple(row) for row in rows]


def _with(counts: JobCounts, type_: str, status: str, count: int) -> JobCounts:
    if status == Status.DEAD:
        return JobCounts(counts.queued, counts.running, counts.failed_last_day + count)
    (counts.queued if status == Status.QUEUED else counts.running)[type_] = count
    return counts
