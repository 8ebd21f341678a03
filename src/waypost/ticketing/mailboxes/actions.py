"""Verbs of people: connect, change, pause, resume, switch off, ask for a look."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import bring_forward, enqueue
from waypost.platform.safety.vault import Vault, place
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.imap_words import ImapLogin
from waypost.ticketing.mailboxes.models import (
    BackfillAsked,
    ImapAccount,
    Mailbox,
    MailboxConnected,
    MailboxPaused,
    MailboxResumed,
    Provider,
    Purpose,
    SyncDue,
)
from waypost.ticketing.mailboxes.moving import forget_numbers, lies_elsewhere
from waypost.ticketing.mailboxes.queries import BACKFILL, HISTORY
from waypost.ticketing.messages.models import AddressKind, OwnAddress

IMPORTED = "import"
"""Stands for the address of mail that was imported without saying which inbox it belongs to."""


class AlreadyConnected(Conflict):
    """This address is connected already."""


class TooManyMailboxes(Conflict):
    """An organisation has at most 500 mailboxes."""


class SwitchedOff(Conflict):
    """This mailbox is switched off."""


@dataclass(frozen=True, slots=True)
class NewImap:
    """An IMAP mailbox as a person describes it; `only_new` leaves alone what lies there already."""

    address: str
    login: ImapLogin = field(repr=False)
    purpose: Purpose = Purpose.USER
    display_name: str | None = None
    only_new: bool = False


async def add_imap(work: Work, vault: Vault, new: NewImap) -> Mailbox:
    """Connect a mailbox whose login has been tested, and look for its mail at once. Refuses an address twice."""
    address = new.address.strip().lower()
    if await queries.by_address(work.db, Provider.IMAP, address):
        raise AlreadyConnected
    await refuse_crowd(work)
    mailbox = new_mailbox(work, new.purpose, Provider.IMAP, address, new.display_name)
    account = ImapAccount(
        id=new_id(),
        mailbox_id=mailbox.id,
        last_uid=0,
        relist_below=0,
        only_after=work.now if new.only_new else None,
    )
    _dial_with(account, work.org, vault, new.login)
    work.db.add(mailbox)
    await work.db.flush()
    work.db.add(account)
    await own(work, address, AddressKind.JOURNAL if new.purpose == Purpose.JOURNAL else AddressKind.INBOX)
    await record(work, "mailboxes.imap.connected", "mailbox", mailbox.id, {"purpose": new.purpose.value})
    work.tell(MailboxConnected(mailbox.id))
    work.tell(SyncDue(mailbox.id, "mailbox_connected"))
    return mailbox


async def add_import(work: Work, inbox: str | None) -> Mailbox:
    """The mailbox that imported mail belongs to: one for each inbox, one for mail without."""
    address = inbox.strip().lower() if inbox else IMPORTED
    found = await queries.by_address(work.db, Provider.IMPORT, address)
    if found is not None:
        return found
    await refuse_crowd(work)
    mailbox = new_mailbox(work, Purpose.IMPORT, Provider.IMPORT, address, None)
    work.db.add(mailbox)
    if inbox:
        await own(work, address, AddressKind.INBOX)
    await work.db.flush()
    await record(work, "mailboxes.import.added", "mailbox", mailbox.id, {"inbox": bool(inbox)})
    return mailbox


async def change_login(work: Work, vault: Vault, mailbox_id: UUID, login: ImapLogin) -> Mailbox:
    """A new login, tested before; look at once, unless it is switched off. Refuses imported mailboxes with `NoLogin`.

    A password, port or protection: reading goes on where it stopped. Another host, user or folder: everything there is
    compared with ours by content, so nothing is missed and nothing comes twice.
    """
    mailbox, account = await queries.with_login(work.db, mailbox_id, lock=True)
    moved = lies_elsewhere(account, login)
    if moved:
        await forget_numbers(work, account)
    _dial_with(account, work.org, vault, login)
    mailbox.trouble = mailbox.last_sync_error = mailbox.failing_since = None
    mailbox.updated_at = work.now
    await record(work, "mailboxes.imap.login_changed", "mailbox", mailbox_id, {"moved": moved})
    if mailbox.is_enabled:
        await resume(work, mailbox_id)
    return mailbox


async def pause(work: Work, mailbox_id: UUID, minutes: int) -> Mailbox:
    """Rest for some minutes (1 to 10,080); jobs that wait stay and are due when the pause ends."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    until = work.now + timedelta(minutes=minutes)
    mailbox.ingestion_paused_until, mailbox.ingestion_pause_reason = until, f"manual pause ({minutes} minutes)"
    mailbox.updated_at = work.now
    await record(work, "mailboxes.paused", "mailbox", mailbox_id, {"minutes": minutes})
    work.tell(MailboxPaused(mailbox_id, until, by_breaker=False))
    return mailbox


async def resume(work: Work, mailbox_id: UUID) -> UUID | None:
    """End a pause, forget old trouble and look at once; the id of the job that will."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    mailbox.ingestion_paused_until = mailbox.ingestion_pause_reason = None
    mailbox.trouble = mailbox.failing_since = None
    mailbox.updated_at = work.now
    await record(work, "mailboxes.resumed", "mailbox", mailbox_id, {})
    work.tell(MailboxResumed(mailbox_id))
    return await look_now(work, mailbox, "manual_resume")


async def switch(work: Work, mailbox_id: UUID, *, on: bool) -> Mailbox:
    """Stop reading for good, or begin again where it stopped."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    if mailbox.is_enabled is on:
        return mailbox
    mailbox.is_enabled, mailbox.updated_at = on, work.now
    await record(work, "mailboxes.enabled" if on else "mailboxes.disabled", "mailbox", mailbox_id, {})
    if on:
        await resume(work, mailbox_id)
    return mailbox


async def ask_history(work: Work, mailbox_id: UUID) -> UUID | None:
    """A person wants new mail now: the job that waits is due at once; its id, None when it runs already."""
    mailbox = await queries.by_id(work.db, mailbox_id, lock=True)
    await record(work, "mailboxes.look_asked", "mailbox", mailbox_id, {})
    return await look_now(work, mailbox, "manual_admin_history")


async def ask_backfill(work: Work, mailbox_id: UUID) -> UUID | None:
    """Compare everything with ours once more; None when that is already asked for."""
    mailbox = await queries.by_id(work.db, mailbox_id)
    if not mailbox.is_enabled:
        raise SwitchedOff
    await record(work, "mailboxes.backfill_asked", "mailbox", mailbox_id, {})
    waiting = await bring_forward(work, f"{BACKFILL}:{mailbox_id}")
    return None if waiting else await enqueue(work, BackfillAsked(mailbox_id, "manual_admin_backfill"))


async def look_now(work: Work, mailbox: Mailbox, reason: str) -> UUID | None:
    """Bring the pending look forward, or make one; a look that runs is followed by another. None when it runs."""
    if not mailbox.is_enabled:
        raise SwitchedOff
    mailbox.news_at = work.now
    waiting = await bring_forward(work, f"{HISTORY}:{mailbox.id}")
    return waiting or await enqueue(work, SyncDue(mailbox.id, reason))


async def refuse_crowd(work: Work) -> None:
    """Lists show all mailboxes of an organisation; one more than they hold would be read and never seen."""
    if await queries.count(work.db) >= queries.MOST:
        raise TooManyMailboxes


def new_mailbox(work: Work, purpose: Purpose, provider: Provider, address: str, name: str | None) -> Mailbox:
    """A mailbox that is switched on, not yet added."""
    return Mailbox(
        id=new_id(),
        purpose=purpose,
        provider=provider,
        email_address=address,
        display_name=name,
        is_enabled=True,
        created_at=work.now,
        updated_at=work.now,
    )


def _dial_with(account: ImapAccount, org: UUID, vault: Vault, login: ImapLogin) -> None:
    account.host, account.port, account.tls, account.user = login.host, login.port, login.tls, login.user
    account.folder, account.trust = login.folder, login.trust
    account.sealed_password = vault.seal(login.password.encode(), password_place(org, account.id))


def password_place(org: UUID, account_id: UUID) -> str:
    """What a sealed password is bound to."""
    return place("imap_accounts", "sealed_password", org, account_id)


async def own(work: Work, address: str, kind: AddressKind) -> None:
    """Mail from this address is ours. A journal's word stands against an inbox's: it may never be a recipient."""
    row = insert(OwnAddress).values(address=address, kind=kind)
    change = {"kind": kind} if kind == AddressKind.JOURNAL else {"address": address}
    await work.db.execute(row.on_conflict_do_update(index_elements=["org_id", "address"], set_=change))
