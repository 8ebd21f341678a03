"""Questions about Gmail mailboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.google.models import GmailAccount, OAuthCredential
from waypost.ticketing.mailboxes.google.words import ConsentNeeded
from waypost.ticketing.mailboxes.models import Mailbox, Provider


@dataclass(frozen=True, slots=True)
class Connected:
    """A mailbox with what reading it needs."""

    mailbox: Mailbox
    account: GmailAccount
    credential: OAuthCredential


async def connected(db: AsyncSession, mailbox_id: UUID) -> Connected:
    """Refuses with `NoSuchMailbox`, and with `ConsentNeeded` when it was disconnected."""
    mailbox = await queries.by_id(db, mailbox_id)
    account = await account_of(db, mailbox_id)
    credential = await credential_of(db, account.credential_id) if account and account.credential_id else None
    if account is None or credential is None:
        raise ConsentNeeded("This mailbox is disconnected: connect it again")
    return Connected(mailbox, account, credential)


async def account_of(db: AsyncSession, mailbox_id: UUID, *, lock: bool = False) -> GmailAccount | None:
    """How a Gmail mailbox is reached."""
    chosen = select(GmailAccount).where(GmailAccount.mailbox_id == mailbox_id)
    return await db.scalar(chosen.with_for_update() if lock else chosen)


async def credential_of(db: AsyncSession, credential_id: UUID) -> OAuthCredential | None:
    """A consent by id."""
    return await db.scalar(select(OAuthCredential).where(OAuthCredential.id == credential_id))


async def consent_of(db: AsyncSession, subject: str) -> OAuthCredential | None:
    """The consent that an account gave us earlier."""
    chosen = select(OAuthCredential).where(OAuthCredential.provider == "google", OAuthCredential.subject == subject)
    return await db.scalar(chosen.with_for_update())


async def journal_in_use(db: AsyncSession) -> UUID | None:
    """The mailbox that is connected as the journal."""
    return await db.scalar(select(GmailAccount.mailbox_id).where(GmailAccount.credential_id.is_not(None)))


async def accounts(db: AsyncSession) -> dict[UUID, GmailAccount]:
    """All of them, by mailbox."""
    return {one.mailbox_id: one for one in await db.scalars(select(GmailAccount))}


async def read_now(db: AsyncSession) -> Sequence[Mailbox]:
    """Gmail mailboxes that are connected and switched on."""
    chosen = (
        select(Mailbox)
        .join(GmailAccount, (GmailAccount.org_id == Mailbox.org_id) & (GmailAccount.mailbox_id == Mailbox.id))
        .where(Mailbox.is_enabled, GmailAccount.credential_id.is_not(None))
    )
    return (await db.scalars(chosen.order_by(Mailbox.id))).all()


async def unfinished(db: AsyncSession) -> Sequence[UUID]:
    """Mailboxes of which not everything was read: it began and did not end, or nothing says where to go on."""
    chosen = (
        select(Mailbox.id)
        .join(GmailAccount, (GmailAccount.org_id == Mailbox.org_id) & (GmailAccount.mailbox_id == Mailbox.id))
        .where(
            Mailbox.is_enabled,
            GmailAccount.credential_id.is_not(None),
            or_(
                GmailAccount.backfill_began_at.is_not(None),
                Mailbox.gmail_history_id.is_(None),
                Mailbox.last_full_sync_at.is_(None),
            ),
        )
    )
    return (await db.scalars(chosen.order_by(Mailbox.id))).all()


async def at_address(db: AsyncSession, address: str) -> Mailbox | None:
    """The Gmail mailbox of an address, connected or not."""
    return await queries.by_address(db, Provider.GMAIL, address)
