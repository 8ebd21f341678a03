"""IDLE watchers of a worker: every enabled IMAP mailbox is watched by one process, which only brings its look forward.

Watching is a lease in the database, renewed with every look round, so that several workers share the mailboxes and one
takes over what another leaves. Polling is the truth; without any watcher mail is found a minute later.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update

from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal
from waypost.platform.ids import new_id
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work, Works
from waypost.ticketing.mailboxes.imap_source import login_of
from waypost.ticketing.mailboxes.imap_words import ImapLogin, ImapTerms
from waypost.ticketing.mailboxes.models import ImapAccount, Mailbox
from waypost.ticketing.mailboxes.standing import heard_news
from waypost.ticketing.mailboxes.watcher import Watcher

log = structlog.get_logger(__name__)
Organisations = Callable[[], AsyncIterator[UUID]]
Seat = tuple[UUID, UUID]
"""Organisation and mailbox."""


async def claim_watches(work: Work, watcher: UUID, lease: timedelta) -> list[ImapAccount]:
    """Mailboxes that this process watches until the lease ends: its own ones and those that nobody watches."""
    enabled = select(Mailbox.id).where(Mailbox.is_enabled, Mailbox.trouble.is_distinct_from("login-refused"))
    free = or_(
        ImapAccount.watched_by == watcher, ImapAccount.watched_until.is_(None), ImapAccount.watched_until < work.now
    )
    found = await work.db.scalars(
        update(ImapAccount)
        .where(ImapAccount.mailbox_id.in_(enabled), free)
        .values(watched_by=watcher, watched_until=work.now + lease)
        .returning(ImapAccount)
    )
    return list(found)


async def release_watches(work: Work, watcher: UUID) -> None:
    """Let another process take over at once."""
    mine = ImapAccount.watched_by == watcher
    await work.db.execute(update(ImapAccount).where(mine).values(watched_by=None, watched_until=None))


@dataclass(slots=True)
class Watch:
    """Takes part in a worker: `start` after its works are ready, `stop` before they end."""

    works: Works
    organisations: Organisations
    vault: Vault
    terms: ImapTerms
    every: timedelta = timedelta(seconds=30)
    id: UUID = field(default_factory=new_id)
    watchers: dict[Seat, Watcher] = field(default_factory=dict)
    _round: asyncio.Task[None] | None = None
    _news: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Begin to look round."""
        self._round = asyncio.create_task(self._look_round_for_ever(), name="imap watch")

    async def stop(self) -> None:
        """End all threads and give the mailboxes back."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)
        orgs = {org for org, _ in self.watchers}
        await self._end(list(self.watchers))
        await asyncio.gather(*self._news, return_exceptions=True)
        for org in orgs:
            async with self.works.open(org, MACHINE) as work:
                await release_watches(work, self.id)

    async def look_round(self) -> None:
        """Start watchers for mailboxes that are ours now, end those that are not, renew those whose login changed."""
        wanted: dict[Seat, ImapLogin] = {}
        async for org in self.organisations():
            async with self.works.open(org, MACHINE) as work:
                accounts = await claim_watches(work, self.id, self.every * 4)
            for account in accounts:
                with suppress(Refusal):
                    wanted[org, account.mailbox_id] = login_of(account, self.vault)
        await self._end([seat for seat, watcher in self.watchers.items() if wanted.get(seat) != watcher.login])
        for seat, login in wanted.items():
            if seat not in self.watchers:
                self._begin(seat, login)

    async def _look_round_for_ever(self) -> None:
        while True:
            try:
                await self.look_round()
            except Exception as error:
                log.warning("imap.watch.failed", error=type(error).__name__)
            await asyncio.sleep(self.every.total_seconds())

    def _begin(self, seat: Seat, login: ImapLogin) -> None:
        loop = asyncio.get_running_loop()
        watcher = Watcher(login, self.terms, lambda: _in_loop(loop, functools.partial(self._heard, seat)))
        self.watchers[seat] = watcher
        watcher.start()

    async def _end(self, seats: list[Seat]) -> None:
        ended = [self.watchers.pop(seat) for seat in seats]
        for watcher in ended:
            watcher.stop()
        for watcher in ended:
            await asyncio.to_thread(watcher.join, 5)

    def _heard(self, seat: Seat) -> None:
        task = asyncio.create_task(self._tell(seat))
        self._news.add(task)
        task.add_done_callback(self._news.discard)

    async def _tell(self, seat: Seat) -> None:
        """A sign that is lost is made good by the next look."""
        org, mailbox_id = seat
        try:
            async with self.works.open(org, MACHINE) as work:
                await heard_news(work, mailbox_id)
        except Exception as error:
            log.warning("imap.news.lost", error=type(error).__name__, mailbox_id=str(mailbox_id))


def _in_loop(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    """From a thread; nothing when the loop has ended meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(act)
