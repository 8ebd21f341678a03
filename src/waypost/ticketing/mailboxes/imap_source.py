"""IMAP as a source: the cursor is (UIDVALIDITY, UID); a folder that was renumbered is recognised by content."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, update

from waypost.platform.http.addresses import Trust
from waypost.platform.jobs import Run
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work
from waypost.ticketing.intake.arrivals import Arrival
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import password_place
from waypost.ticketing.mailboxes.imap import FetchedMail, ImapSession
from waypost.ticketing.mailboxes.imap_words import ImapLogin, ImapTerms, Tls
from waypost.ticketing.mailboxes.models import ImapAccount, Mailbox, MailboxRenumbered
from waypost.ticketing.mailboxes.syncing import CursorMoved, Fetched
from waypost.ticketing.messages.models import Occurrence

CUT = "waypost/cut"
"""Label of a mail beyond the size limit, of which only the beginning was fetched."""
Answer = TypeVar("Answer")


def login_of(account: ImapAccount, vault: Vault) -> ImapLogin:
    """The login with its password opened; refuses when our keys do not open it."""
    password = vault.open(account.sealed_password, password_place(account.org_id, account.id)).decode()
    tls, trust = Tls(account.tls), Trust(account.trust)
    return ImapLogin(account.host, account.port, tls, account.user, password, account.folder, trust)


@dataclass(frozen=True, slots=True)
class ImapOpener:
    """Opens IMAP mailboxes; connections work in threads of their own, so that a silent server holds up nobody else."""

    vault: Vault
    terms: ImapTerms
    threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(16, thread_name_prefix="imap"))

    async def open(self, run: Run, mailbox: Mailbox, *, whole: bool) -> "ImapSource":
        """Connect and sign in."""
        async with run.work() as work:
            account = await queries.imap_account(work.db, mailbox.id)
        login = login_of(account, self.vault)
        loop = asyncio.get_running_loop()
        session = await loop.run_in_executor(self.threads, ImapSession.open, login, self.terms)
        return ImapSource(account, session, self.terms, self.threads, whole=whole)


class ImapSource:
    """One folder, from its cursor on."""

    def __init__(
        self, account: ImapAccount, session: ImapSession, terms: ImapTerms, threads: Executor, *, whole: bool
    ) -> None:
        self._session, self._terms, self._threads, self._whole = session, terms, threads, whole
        self._account_id, self._mailbox_id = account.id, account.mailbox_id
        self._stored = (account.uid_validity, account.last_uid)
        renumbered = account.uid_validity not in (None, session.validity)
        self._renumbered = renumbered and not whole
        self._relist_below = session.next_uid if renumbered else account.relist_below
        self._only_after = account.only_after
        self._last = 0 if whole or renumbered else account.last_uid
        self._reach = self._last
        self._sizes: dict[int, int] = {}
        self._numbering = f"{session.folder}/{session.validity}/"

    async def listed(self) -> list[str]:
        """A batch by number and by size; sizes are asked first, so that no batch is larger than we want in memory."""
        uids = await self._call(self._session.uids_after, self._last, self._terms.batch_mails, self._only_after)
        sizes = await self._call(self._session.sizes, uids) if uids else {}
        chosen: list[int] = []
        total = 0
        for uid in uids:
            total += min(sizes.get(uid, 0), self._terms.mail_bytes)
            if chosen and total > self._terms.batch_bytes:
                break
            chosen.append(uid)
        self._sizes = {uid: sizes[uid] for uid in chosen if uid in sizes}
        self._reach = chosen[-1] if chosen else self._last
        return [f"{self._numbering}{uid}" for uid in chosen]

    async def fetch(self, provider_ids: Sequence[str]) -> list[Fetched]:
        """Fetch those of the last listing."""
        wanted = {int(each.rpartition("/")[2]) for each in provider_ids}
        sizes = {uid: size for uid, size in self._sizes.items() if uid in wanted}
        mails = await self._call(self._session.fetch, sizes)
        return [self._as_fetched(mail) for mail in mails if not self._too_old(mail)]

    async def advance(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """See `Source.advance`."""
        if self._renumbered and self._stored[0] != self._session.validity:
            work.tell(MailboxRenumbered(self._mailbox_id))
        if not self._whole:
            await self._move(work)
        self._last = self._reach
        return await self._unknown(work, arrivals)

    async def finish(self, work: Work) -> None:
        """Nothing is left to say: the cursor moved with each batch."""

    async def close(self) -> None:
        """Hang up."""
        await self._call(self._session.close)

    async def _move(self, work: Work) -> None:
        validity, last = self._stored
        moved = await work.db.execute(
            update(ImapAccount)
            .where(
                ImapAccount.id == self._account_id,
                ImapAccount.uid_validity.is_not_distinct_from(validity),
                ImapAccount.last_uid == last,
            )
            .values(uid_validity=self._session.validity, last_uid=self._reach, relist_below=self._relist_below)
            .returning(ImapAccount.id)
        )
        if moved.one_or_none() is None:
            raise CursorMoved
        self._stored = (self._session.validity, self._reach)

    async def _unknown(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """After a renumbering each known copy takes its new id, once; what is left over is new."""
        old = [arrival for arrival in arrivals if self._uid(arrival) < self._relist_below]
        if not old:
            return arrivals
        digests = {arrival.blob.sha256 for arrival in old}
        known: defaultdict[bytes, deque[UUID]] = defaultdict(deque)
        for digest, occurrence_id in await queries.same_content(work.db, self._mailbox_id, digests, self._numbering):
            known[digest].append(occurrence_id)
        pairs = [(a, known[a.blob.sha256].popleft()) for a in old if known[a.blob.sha256]]
        await _rename(work, [(occurrence_id, arrival.provider_id) for arrival, occurrence_id in pairs])
        renamed = {arrival.provider_id for arrival, _ in pairs}
        return [arrival for arrival in arrivals if arrival.provider_id not in renamed]

    def _too_old(self, mail: FetchedMail) -> bool:
        return bool(self._only_after and mail.received_at and mail.received_at < self._only_after)

    def _uid(self, arrival: Arrival) -> int:
        return int(arrival.provider_id.rpartition("/")[2])

    def _as_fetched(self, mail: FetchedMail) -> Fetched:
        labels = (CUT,) if mail.cut else ()
        return Fetched(f"{self._numbering}{mail.uid}", mail.raw, mail.received_at, labels=labels)

    async def _call(self, function: Callable[..., Answer], *args: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)


async def _rename(work: Work, names: Sequence[tuple[UUID, str]]) -> None:
    if not names:
        return
    table = Occurrence.__table__
    change = update(table).where(table.c.id == bindparam("_id")).values(provider_id=bindparam("_name"))  # type: ignore[arg-type]
    await (await work.db.connection()).execute(change, [{"_id": each, "_name": name} for each, name in names])
