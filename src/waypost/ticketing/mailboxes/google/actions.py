"""Verbs of Gmail: send a person to Google, take the answer, keep the consent, give it back."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id, new_secret
from waypost.platform.safety.vault import Vault, place
from waypost.platform.work import Work
from waypost.ticketing.mailboxes.actions import new_mailbox, own, refuse_crowd, resume
from waypost.ticketing.mailboxes.google import queries
from waypost.ticketing.mailboxes.google.account import refresh_place
from waypost.ticketing.mailboxes.google.models import (
    ConsentAsked,
    ConsentWithdrawn,
    GmailAccount,
    MailboxDisconnected,
    OAuthCredential,
    WatchDue,
)
from waypost.ticketing.mailboxes.google.words import AnotherJournal, StateRefused
from waypost.ticketing.mailboxes.models import BackfillAsked, Mailbox, MailboxConnected, Provider, Purpose
from waypost.ticketing.mailboxes.queries import NoSuchMailbox, by_id
from waypost.ticketing.messages.models import AddressKind

LIFE = timedelta(minutes=10)
"""How long a person may take at Google."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What goes to Google with the browser (`state`), and what stays here (`verifier`)."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewGmail:
    """A consent that was checked: whose mailbox, what was allowed, and where its history stood then."""

    address: str
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]
    history_id: int


async def ask_consent(work: Work, vault: Vault) -> Secrets:
    """A new state for the person who asks; states of days gone by are swept."""
    assert work.actor.person_id is not None, "a person goes to Google"
    await work.db.execute(delete(ConsentAsked).where(ConsentAsked.expires_at < work.now - timedelta(days=1)))
    secrets, row_id = Secrets(new_secret(), new_secret()), new_id()
    work.db.add(
        ConsentAsked(
            id=row_id,
            person_id=work.actor.person_id,
            state_hash=_digest(secrets.state),
            sealed_verifier=vault.seal(secrets.verifier.encode(), _verifier_place(work.org, row_id)),
            created_at=work.now,
            expires_at=work.now + LIFE,
        )
    )
    return secrets


async def use_state(work: Work, vault: Vault, state: str) -> str:
    """Take a state, once; gives its verifier. The mark stands whatever comes of the exchange afterwards.

    Refuses with `StateRefused`: unknown, used, too late, another person's. Another organisation's is unknown here.
    """
    found = await work.db.execute(
        update(ConsentAsked)
        .where(
            ConsentAsked.state_hash == _digest(state),
            ConsentAsked.person_id == work.actor.person_id,
            ConsentAsked.used_at.is_(None),
            ConsentAsked.expires_at > work.now,
        )
        .values(used_at=work.now)
        .returning(ConsentAsked.id, ConsentAsked.sealed_verifier)
    )
    row = found.one_or_none()
    if row is None:
        raise StateRefused
    return vault.open(row.sealed_verifier, _verifier_place(work.org, row.id)).decode()


async def connect(work: Work, vault: Vault, new: NewGmail) -> Mailbox:
    """Keep the consent and read everything; an address that was connected before goes on where it stopped.

    Refuses with `AnotherJournal`.
    """
    known = await queries.at_address(work.db, new.address)
    if await queries.journal_in_use(work.db) not in (None, known.id if known else None):
        raise AnotherJournal
    credential = await _keep_consent(work, vault, new)
    mailbox = known or new_mailbox(work, Purpose.JOURNAL, Provider.GMAIL, new.address, None)
    if known is None:
        await refuse_crowd(work)
        mailbox.gmail_history_id = new.history_id
        work.db.add(mailbox)
        await work.db.flush()
    mailbox.gmail_profile_email = new.address
    try:
        await _reach(work, mailbox, credential.id)
    except IntegrityError as twin:
        raise AnotherJournal from twin
    await own(work, new.address, AddressKind.JOURNAL)
    await record(work, "mailboxes.gmail_journal.connected", "mailbox", mailbox.id, {"again": known is not None})
    work.tell(MailboxConnected(mailbox.id))
    if known is not None:
        mailbox.is_enabled = True
        await resume(work, mailbox.id)
    work.tell(BackfillAsked(mailbox.id, "mailbox_connected"))
    work.tell(WatchDue(mailbox.id))
    return mailbox


async def disconnect(work: Work, mailbox_id: UUID) -> Mailbox:
    """Stop reading and give the access back; what was read stays. Doing it again changes nothing."""
    mailbox = await by_id(work.db, mailbox_id, lock=True)
    account = await queries.account_of(work.db, mailbox_id, lock=True)
    if account is None:
        raise NoSuchMailbox
    mailbox.is_enabled, mailbox.updated_at = False, work.now
    credential = await queries.credential_of(work.db, account.credential_id) if account.credential_id else None
    if credential is None:
        return mailbox
    account.credential_id = account.watch_until = None
    credential.withdrawn_at = work.now
    await record(work, "mailboxes.gmail_journal.disconnected", "mailbox", mailbox_id, {})
    work.tell(ConsentWithdrawn(credential.id))
    work.tell(MailboxDisconnected(mailbox_id))
    return mailbox


async def _keep_consent(work: Work, vault: Vault, new: NewGmail) -> OAuthCredential:
    sealed = vault.seal(new.refresh_token.encode(), refresh_place(work.org, new.address))
    credential = await queries.consent_of(work.db, new.address)
    if credential is None:
        credential = OAuthCredential(id=new_id(), provider="google", subject=new.address, created_at=work.now)
        work.db.add(credential)
    credential.sealed_refresh_token, credential.scopes = sealed, list(new.scopes)
    credential.withdrawn_at, credential.updated_at = None, work.now
    await work.db.flush()
    return credential


async def _reach(work: Work, mailbox: Mailbox, credential_id: UUID) -> None:
    account = await queries.account_of(work.db, mailbox.id, lock=True)
    if account is None:
        account = GmailAccount(id=new_id(), mailbox_id=mailbox.id)
        work.db.add(account)
    account.credential_id, account.watch_until = credential_id, None
    await work.db.flush()


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode("utf-8", "replace")).digest()


def _verifier_place(org: UUID, row_id: UUID) -> str:
    return place("mailbox_oauth_states", "sealed_verifier", org, row_id)
