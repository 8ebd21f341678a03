"""Two ways out of the quarantine: a ticket with the raw mail as a file, or dismissal."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Conflict
from waypost.platform.storage.queries import by_id
from waypost.platform.work import Work
from waypost.ticketing.intake.actions import keep
from waypost.ticketing.intake.keeping import ReadMail
from waypost.ticketing.intake.models import QuarantineItem, Settled
from waypost.ticketing.intake.queries import quarantined
from waypost.ticketing.intake.unread import unread_mail
from waypost.ticketing.messages.models import Occurrence, State


class AlreadySettled(Conflict):
    """Somebody settled this quarantine item already."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where the raw mail lies."""

    blob_id: UUID
    storage_key: str
    sha256: bytes
    size: int


async def original(db: AsyncSession, item_id: UUID) -> Original:
    """The raw mail of an item, to be read before the work that settles it."""
    _item, occurrence = await quarantined(db, item_id)
    assert occurrence.raw_blob_id is not None
    blob = await by_id(db, occurrence.raw_blob_id)
    return Original(blob.id, blob.storage_key, blob.sha256, blob.size_bytes)


async def make_ticket(work: Work, item_id: UUID, found: Original, head: bytes) -> None:
    """The mail becomes a message of what its headers say, its bytes an attachment; stitching and routing follow."""
    item, occurrence = await _waiting(work, item_id)
    mail = unread_mail(head, found.sha256, found.size, item.reason)
    _settle(work, item, Settled.TICKET)
    occurrence.state, occurrence.parse_error = State.RAW_FETCHED, None
    await work.db.flush()
    await keep(work, [ReadMail(occurrence.id, mail, (found.blob_id,))])


async def dismiss(work: Work, item_id: UUID) -> None:
    """Nobody needs a ticket of it."""
    item, _occurrence = await _waiting(work, item_id)
    _settle(work, item, Settled.DISMISSED)


async def _waiting(work: Work, item_id: UUID) -> tuple[QuarantineItem, Occurrence]:
    item, occurrence = await quarantined(work.db, item_id)
    await work.db.refresh(item, with_for_update=True)
    if item.settled_at is not None:
        raise AlreadySettled
    return item, occurrence


def _settle(work: Work, item: QuarantineItem, settled: Settled) -> None:
    item.settled_at, item.settled_by, item.settled_as = work.now, work.actor.person_id, settled
