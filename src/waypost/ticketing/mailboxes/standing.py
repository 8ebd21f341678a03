"""How reading goes, as jobs and watchers find it: success, trouble, and the rest that follows long trouble.

Time decides, not the number of tries: fifteen quick failures in a short outage are still a short outage.
"""

from datetime import datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Refusal, Retryable
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import look_now
from waypost.ticketing.mailboxes.imap_words import LoginRefused
from waypost.ticketing.mailboxes.models import BackfillAsked, MailboxPaused, MailboxTroubled, Provider
from waypost.ticketing.mailboxes.syncing import StartAnew

POLL = timedelta(seconds=60)
PATIENCE = timedelta(minutes=5)
REST = timedelta(seconds=900)
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(seconds=60)
BREAKER = "circuit breaker"
HOPELESS = timedelta(minutes=15)
"""Between tries when only a person can help; a refused login waits longer, since servers lock accounts out."""
REFUSED = timedelta(hours=1)


async def went_well(work: Work, mailbox_id: UUID, *, began: datetime, whole: bool = False) -> timedelta:
    """All mail is here; returns the time until the next look, none when somebody asked for one meanwhile."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    mailbox.updated_at = work.now
    two_ways = mailbox.provider == Provider.GMAIL
    if not (whole and two_ways):
        mailbox.last_incremental_sync_at = work.now
    if whole or (mailbox.last_full_sync_at is None and not two_ways):
        mailbox.last_full_sync_at = work.now
    mailbox.last_sync_error = mailbox.trouble = mailbox.failing_since = None
    if _by_breaker(mailbox.ingestion_pause_reason):
        mailbox.ingestion_paused_until = mailbox.ingestion_pause_reason = None
    asked = mailbox.news_at is not None and mailbox.news_at > began
    return timedelta(0) if asked else POLL


async def went_badly(work: Work, mailbox_id: UUID, trouble: Refusal) -> timedelta:
    """Write down what is wrong; returns the time until the next try, long enough to rest after long trouble."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    if mailbox.trouble != trouble.kind():
        work.tell(MailboxTroubled(mailbox_id, trouble.kind()))
    mailbox.failing_since = mailbox.failing_since or work.now
    mailbox.trouble, mailbox.last_sync_error, mailbox.updated_at = trouble.kind(), trouble.detail, work.now
    if not trouble.again:
        return REFUSED if isinstance(trouble, LoginRefused) else HOPELESS
    age = work.now - mailbox.failing_since
    if age < PATIENCE:
        return max(min(LONGEST, max(SHORTEST, age / 2)), _told_to_wait(trouble))
    until = work.now + REST
    mailbox.ingestion_paused_until = until
    mailbox.ingestion_pause_reason = f"{BREAKER}: nothing has worked for {int(age.total_seconds() // 60)} minutes"
    work.tell(MailboxPaused(mailbox_id, until, by_breaker=True))
    return REST


async def lost_track(work: Work, mailbox_id: UUID, lost: StartAnew) -> timedelta:
    """Only reading everything helps: ask for it, once, and look again later. This is no outage, so no breaker counts.

    The cursor that leads nowhere is forgotten; it stands again when that reading begins.
    """
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    if mailbox.trouble != lost.kind():
        work.tell(MailboxTroubled(mailbox_id, lost.kind()))
    mailbox.trouble, mailbox.last_sync_error, mailbox.updated_at = lost.kind(), lost.detail, work.now
    if mailbox.gmail_history_id == lost.cursor:
        mailbox.gmail_history_id = None
    work.tell(BackfillAsked(mailbox_id, lost.reason))
    return POLL


def _told_to_wait(trouble: Refusal) -> timedelta:
    told = trouble.retry_after if isinstance(trouble, Retryable) else None
    return min(told or timedelta(0), REST)


async def heard_news(work: Work, mailbox_id: UUID) -> None:
    """The server answers and may have mail: look now, also when the breaker had it rest; a person's pause stands."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    if not mailbox.is_enabled:
        return
    if _by_breaker(mailbox.ingestion_pause_reason):
        mailbox.ingestion_paused_until = mailbox.ingestion_pause_reason = None
    if not queries.is_paused(mailbox, work.now):
        await look_now(work, mailbox, "idle_news")


def _by_breaker(reason: str | None) -> bool:
    return reason is not None and reason.startswith(BREAKER)
