"""Looking for mail: one pending look per mailbox, for ever, whatever happened to the last one."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.platform import jobs
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Later, Run
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.google import queries as google_queries
from waypost.ticketing.mailboxes.models import BackfillAsked, Mailbox, SyncDue
from waypost.ticketing.mailboxes.queries import BACKFILL, HISTORY, NoSuchMailbox
from waypost.ticketing.mailboxes.standing import lost_track, went_badly, went_well
from waypost.ticketing.mailboxes.syncing import Readers, ReadingStopped, StartAnew, bring_all

QUEUE = "mailboxes"


@jobs.on(SyncDue, type=HISTORY, queue=QUEUE, one_per="mailbox_id")
async def mailbox_history_sync(run: Run, fact: SyncDue) -> None:
    """Bring what is new, then wait for the next look: the same job, so that there is always exactly one.

    An outage is no failure of the job: it is written on the mailbox, costs no attempt and ends by itself.
    """
    mailbox = await _readable(run, fact.mailbox_id)
    if mailbox is not None:
        raise Later((await _look(run, mailbox, whole=False)).pause)


@jobs.on(BackfillAsked, type=BACKFILL, queue=QUEUE, one_per="mailbox_id", priority=-10)
async def mailbox_backfill(run: Run, fact: BackfillAsked) -> None:
    """Compare a mailbox with ours from its first mail on and bring what is missing; known mails are not fetched."""
    mailbox = await _readable(run, fact.mailbox_id)
    if mailbox is not None and not (seen := await _look(run, mailbox, whole=True)).all_here:
        raise Later(seen.pause)


@jobs.every("* * * * *", queue=QUEUE)
async def mailboxes_keep_looking(run: Run) -> None:
    """Give each enabled mailbox its pending look again, should one have got lost; a live one stays the only one.

    The same for a reading of everything that began and did not end.
    """
    readers = run.of(Readers)
    async with run.finishing() as work:
        for mailbox_id in await queries.to_poll(work.db, list(readers.openers)):
            work.tell(SyncDue(mailbox_id, "poll_loop"))
        for mailbox_id in await google_queries.unfinished(work.db):
            work.tell(BackfillAsked(mailbox_id, "unfinished"))


async def _readable(run: Run, mailbox_id: UUID) -> Mailbox | None:
    """The mailbox; None when it is gone or switched off; a pause puts the job off to its end."""
    async with run.work() as work:
        try:
            mailbox = await queries.by_id(work.db, mailbox_id)
        except NoSuchMailbox:
            return None
    if not mailbox.is_enabled:
        return None
    until = mailbox.ingestion_paused_until
    if until is not None and until > run.now:
        raise Later(until - run.now)
    return mailbox


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look came to, and the time until the next one."""

    pause: timedelta
    all_here: bool


async def _look(run: Run, mailbox: Mailbox, *, whole: bool) -> Seen:
    """One look; whatever is wrong outside is written on the mailbox."""
    began = run.now
    try:
        await _bring(run, mailbox, whole=whole)
    except StartAnew as lost:
        async with run.work() as work:
            return Seen(await lost_track(work, mailbox.id, lost), all_here=False)
    except Refusal as trouble:
        async with run.work() as work:
            return Seen(await went_badly(work, mailbox.id, trouble), all_here=False)
    except ReadingStopped:
        return Seen(timedelta(0), all_here=False)
    async with run.work() as work:
        return Seen(await went_well(work, mailbox.id, began=began, whole=whole), all_here=True)


async def _bring(run: Run, mailbox: Mailbox, *, whole: bool) -> None:
    source = await run.of(Readers).open(run, mailbox, whole=whole)
    try:
        await bring_all(run, mailbox, source)
    finally:
        await source.close()
