"""How reading goes, as jobs and watchers find it: success, trouble, and the rest that follows long trouble.

Time decides, not the number of tries: fifteen quick failures in a short outage are still a short outage.
"""

from datetime import datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import look_now
from waypost.ticketing.mailboxes.imap_words import LoginRefused
from waypost.ticketing.mailboxes.models import MailboxPaused, MailboxTroubled

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
    mailbox.last_incremental_sync_at = mailbox.updated_at = work.now
    if whole or mailbox.last_full_sync_at is None:
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
        return min(LONGEST, max(SHORTEST, age / 2))
    until = work.now + REST
    mailbox.ingestion_paused_until = until
    mailbox.ingestion_pause_reason = f"{BREAKER}: nothing has worked for {int(age.total_seconds() // 60)} minutes"
    work.tell(MailboxPaused(mailbox_id, until, by_breaker=True))
    return REST


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
