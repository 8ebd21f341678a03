"""Trying a login before it is kept, and asking how a connected mailbox is doing: both go outside, neither writes."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.imap import ImapSession
from waypost.ticketing.mailboxes.imap_source import login_of
from waypost.ticketing.mailboxes.imap_words import ImapLogin, ImapTerms
from waypost.ticketing.mailboxes.models import Provider
from waypost.ticketing.mailboxes.queries import Condition

Reading = Callable[[], AbstractAsyncContextManager[Work]]
"""Opens a short reading work."""


async def try_login(login: ImapLogin, terms: ImapTerms) -> None:
    """Connect, sign in, open the folder, hang up; refuses with what is wrong."""
    session = await asyncio.to_thread(ImapSession.open, login, terms)
    await asyncio.to_thread(session.close)


@dataclass(frozen=True, slots=True)
class Connectivity:
    """Whether a mailbox can be read at this moment."""

    condition: Condition
    profile: str | None = None
    error: str | None = None
    scopes: tuple[str, ...] = ()


async def connectivity(reading: Reading, mailbox_id: UUID, vault: Vault, terms: ImapTerms) -> Connectivity:
    """Ask the server itself, unless the mailbox rests; nothing is stored, least of all a cursor."""
    async with reading() as work:
        mailbox = await queries.by_id(work.db, mailbox_id)
        standing = queries.condition(mailbox, work.now)
        if standing in (Condition.PAUSED, Condition.DISABLED) or mailbox.provider != Provider.IMAP:
            return Connectivity(standing, mailbox.gmail_profile_email, mailbox.last_sync_error)
        account = await queries.imap_account(work.db, mailbox_id)
    try:
        await try_login(login_of(account, vault), terms)
    except Refusal as trouble:
        return Connectivity(Condition.DEGRADED, mailbox.email_address, trouble.detail)
    return Connectivity(Condition.CONNECTED, mailbox.email_address)
