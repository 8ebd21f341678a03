"""Questions of the operations page: figures, queues, mailboxes, trends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.console.overview.models import OperationSample
from waypost.platform.jobs import queries as jobs
from waypost.platform.jobs.models import StoredJob
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.queries import is_paused, lag_seconds, recently_changed
from waypost.ticketing.messages.models import Message, Occurrence

DAY = timedelta(hours=24)
COUNTED = jobs.COUNTED
EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading goes: mailboxes that are read, with lag and pause of each."""

    mailboxes: Sequence[Mailbox]
    now: datetime

    @property
    def paused(self) -> int:
        """Those whose pause still lasts."""
        return sum(is_paused(each, self.now) for each in self.mailboxes)

    @property
    def lags(self) -> list[int]:
        """Seconds since each was last looked at; those that are off, resting or never looked at are left out."""
        return self._of([each for each in self.mailboxes if each.is_enabled and not is_paused(each, self.now)])

    @property
    def mean_lag(self) -> float | None:
        """Of all that are switched on, also of one that rests: its mail waits all the same. None before any look."""
        lags = self._of([each for each in self.mailboxes if each.is_enabled])
        return sum(lags) / len(lags) if lags else None

    def _of(self, mailboxes: Sequence[Mailbox]) -> list[int]:
        return [lag for each in mailboxes if (lag := lag_seconds(each, self.now)) is not None]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue as one organisation sees it; `oldest_at` is when its job that waits longest was due."""

    queue: str
    waiting: int
    running: int
    oldest_at: datetime | None


async def reading(db: AsyncSession, now: datetime) -> Reading:
    """All mailboxes that are read, newest change first."""
    return Reading(await recently_changed(db), now)


async def queue_lines(db: AsyncSession, queues: Sequence[str], now: datetime) -> list[QueueLine]:
    """One line for each queue that work was declared for."""
    waiting = func.count().filter(jobs.QUEUED)
    running = func.count().filter(jobs.RUNNING)
    oldest = func.min(StoredJob.run_at).filter(jobs.QUEUED, StoredJob.run_at <= now)
    asked = select(StoredJob.queue, waiting, running, oldest).where(jobs.QUEUED | jobs.RUNNING)
    found = {row[0]: QueueLine(*row) for row in await db.execute(asked.group_by(StoredJob.queue))}
    return [found.get(queue, QueueLine(queue, 0, 0, None)) for queue in sorted({*queues, *found})]


async def quarantined(db: AsyncSession) -> int:
    """Mails that wait for a person, counted to 10,001."""
    few = select(QuarantineItem.id).where(QuarantineItem.settled_at.is_(None)).limit(COUNTED + 1).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


async def collisions(db: AsyncSession) -> int:
    """Groups of messages that look alike, counted to 10,001."""
    groups = select(Message.collision_group_id).where(Message.collision_group_id.is_not(None)).distinct()
    few = groups.limit(COUNTED + 1).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


async def samples(db: AsyncSession, now: datetime) -> Sequence[OperationSample]:
    """The last day, oldest first."""
    asked = select(OperationSample).where(OperationSample.at > now - DAY).order_by(OperationSample.at)
    return (await db.scalars(asked.limit(DAY // EVERY + 1))).all()


async def mails_between(db: AsyncSession, since: datetime, until: datetime) -> int:
    """Copies that were written down in that time: their ids are in the order of their making."""
    asked = select(func.count()).select_from(Occurrence)
    within = Occurrence.id >= first_id(since), Occurrence.id < first_id(until)
    return (await db.execute(asked.where(*within))).scalar_one()


def first_id(at: datetime) -> UUID:
    """The least UUIDv7 (RFC 9562) of a moment."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x8 << 60)
