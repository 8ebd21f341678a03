"""What follows for Gmail: access is given back, watches are renewed, mailboxes are compared with ours day by day."""

from uuid import UUID

from sqlalchemy import delete, update

from waypost.platform import jobs
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Run
from waypost.ticketing.mailboxes.google import queries
from waypost.ticketing.mailboxes.google.account import Google, refresh_place
from waypost.ticketing.mailboxes.google.comparing import Comparison, compare
from waypost.ticketing.mailboxes.google.models import (
    ConsentWithdrawn,
    GmailAccount,
    MailboxReconciled,
    OAuthCredential,
    WatchDue,
)
from waypost.ticketing.mailboxes.google.words import ConsentNeeded
from waypost.ticketing.mailboxes.jobs import QUEUE
from waypost.ticketing.mailboxes.models import BackfillAsked
from waypost.ticketing.mailboxes.queries import NoSuchMailbox


@jobs.on(ConsentWithdrawn, queue=QUEUE, one_per="credential_id")
async def google_consent_revoke(run: Run, fact: ConsentWithdrawn) -> None:
    """Tell Google, then forget; a mailbox that was connected again meanwhile keeps its new consent."""
    google = run.of(Google)
    async with run.work() as work:
        credential = await queries.credential_of(work.db, fact.credential_id)
    if credential is None or credential.withdrawn_at is None:
        return
    place = refresh_place(run.org, credential.subject)
    await google.consent.revoke(google.vault.open(credential.sealed_refresh_token, place).decode())
    async with run.finishing() as work:
        withdrawn = OAuthCredential.withdrawn_at.is_not(None)
        await work.db.execute(delete(OAuthCredential).where(OAuthCredential.id == fact.credential_id, withdrawn))


@jobs.on(WatchDue, type="mailbox_watch_renew", queue=QUEUE, one_per="mailbox_id", attempts=8)
async def mailbox_watch_renew(run: Run, fact: WatchDue) -> None:
    """Ask Google to tell of new mail, for the seven days it promises; without a topic we only look."""
    google = run.of(Google)
    if not google.terms.push.topic:
        return
    async with run.work() as work:
        try:
            found = await queries.connected(work.db, fact.mailbox_id)
        except (ConsentNeeded, NoSuchMailbox):
            return
    if not found.mailbox.is_enabled:
        return
    until = await google.client(found.credential, fact.mailbox_id).watch(google.terms.push.topic)
    async with run.finishing() as work:
        change = update(GmailAccount).where(GmailAccount.mailbox_id == fact.mailbox_id).values(watch_until=until)
        await work.db.execute(change.execution_options(synchronize_session=False))


@jobs.every("23 4 * * *", queue=QUEUE)
async def mailbox_watches_renew(run: Run) -> None:
    """Every day, as Google advises."""
    async with run.finishing() as work:
        for mailbox in await queries.read_now(work.db):
            work.tell(WatchDue(mailbox.id))


@jobs.every("41 3 * * *", queue=QUEUE, attempts=8)
async def mailboxes_reconcile(run: Run) -> None:
    """Compare each mailbox with ours, message by message; what is missing is counted and brought."""
    async with run.work() as work:
        mailboxes = await queries.read_now(work.db)
    for mailbox in mailboxes:
        try:
            found = await compare(run, run.of(Google), mailbox)
        except Refusal:
            continue  # the mailbox's own looks say what is wrong; tomorrow is another day
        if found is not None:
            await _note(run, mailbox.id, found)


async def _note(run: Run, mailbox_id: UUID, found: Comparison) -> None:
    async with run.work() as work:
        change = update(GmailAccount).where(GmailAccount.mailbox_id == mailbox_id)
        values = {"reconciled_at": work.now, "reconciled_gap": found.gap}
        await work.db.execute(change.values(**values).execution_options(synchronize_session=False))
        work.tell(MailboxReconciled(mailbox_id, found.gap))
        if found.gap > found.closed:
            work.tell(BackfillAsked(mailbox_id, "reconciliation"))
