"""A new login for a mailbox that is connected: put together from what stands and what was typed, tried, then kept."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from waypost.platform.http.addresses import PrivateAddress
from waypost.platform.safety.vault import CannotOpen, Vault
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import change_login
from waypost.ticketing.mailboxes.imap_words import (
    CertificateRefused,
    FolderMissing,
    ImapTerms,
    LoginRefused,
    NoStartTls,
    NotEncrypted,
)
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.testing import try_login
from waypost.ticketing.mailboxes.typed import TypedLogin

MENDABLE = frozenset(
    trouble.kind()
    for trouble in (
        LoginRefused,
        FolderMissing,
        CertificateRefused,
        NotEncrypted,
        NoStartTls,
        PrivateAddress,
        CannotOpen,
    )
)
"""Troubles that another login ends; all others are the mail server's and pass by themselves, or are ours."""


class OpenWork(Protocol):
    """Opens short works of one caller."""

    def __call__(self, *, reads: bool = False) -> AbstractAsyncContextManager[Work]:
        """As `Stages.open` does."""
        ...


async def take_login(
    open_work: OpenWork, mailbox_id: UUID, typed: TypedLogin, vault: Vault, terms: ImapTerms
) -> Mailbox:
    """Try the login outside any transaction, then keep it and look at once; nothing changes when it is refused.

    Refuses with `NoSuchMailbox`, `NoLogin`, and with the classes of `imap_words` and `PrivateAddress`.
    """
    async with open_work(reads=True) as work:
        _, account = await queries.with_login(work.db, mailbox_id)
    login = typed.instead_of(account)
    await try_login(login, terms)
    async with open_work() as work:
        return await change_login(work, vault, mailbox_id, login)
