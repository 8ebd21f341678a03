"""Gmail as a source: what was added since the cursor (history), or everything, page by page (backfill).

The cursor is the `historyId` of a listing's last page and nothing else; it is stored after all mails of the listing
are, forwards only, by compare-and-set. A backfill stores the page that comes next, so that it goes on there after a
crash, and begins by pinning the cursor where the history stands, so that nothing can fall between the two.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from waypost.platform.jobs import Run
from waypost.platform.work import Work
from waypost.ticketing.intake.arrivals import Arrival
from waypost.ticketing.mailboxes.google import places, queries
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.answers import HistoryPage, Named, number
from waypost.ticketing.mailboxes.google.client import GmailClient, Mail
from waypost.ticketing.mailboxes.google.queries import Connected
from waypost.ticketing.mailboxes.google.words import ConsentNeeded, GoneThere, PageLost
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.syncing import Fetched, Source, StartAnew

BATCH = 25
BYTES_AT_ONCE = 32 * 1024 * 1024
DRAFTS = frozenset({"DRAFT", "CHAT"})
"""Labels of what was never a mail that somebody received."""


@dataclass(frozen=True, slots=True)
class GmailOpener:
    """Opens Gmail mailboxes."""

    google: Google

    async def open(self, run: Run, mailbox: Mailbox, *, whole: bool) -> Source:
        """Where it was left. A consent that is known to be over is not tried again: only a person can help."""
        if mailbox.trouble == ConsentNeeded.kind():
            raise ConsentNeeded
        async with run.work() as work:
            found = await queries.connected(work.db, mailbox.id)
        client = self.google.client(found.credential, mailbox.id)
        if whole:
            page = await _begun(run, client, found)
            return Everything(client, mailbox, size=self.google.terms.page, page=page)
        if found.mailbox.gmail_history_id is None:
            raise StartAnew("missing_history_id")
        return News(client, mailbox, start=found.mailbox.gmail_history_id)


async def _begun(run: Run, client: GmailClient, found: Connected) -> str | None:
    """The page to go on with. A new beginning asks where the history stands before anything is listed."""
    if found.account.backfill_began_at is not None and found.mailbox.gmail_history_id is not None:
        return found.account.backfill_page
    pinned = number((await client.profile()).historyId)
    async with run.work() as work:
        await places.begin(work, found.mailbox.id, pinned)
    return None


@dataclass(slots=True)
class Reading:
    """What both ways share: small batches, bounded in bytes, and a word about each message that is no mail."""

    client: GmailClient
    mailbox: Mailbox
    waiting: deque[str] = field(default_factory=deque)
    gone: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)

    async def fetch(self, provider_ids: Sequence[str]) -> list[Fetched]:
        """Those mails; what would be too much for the memory comes with the next batch."""
        found: list[Mail] = []
        stride = self.client.stride
        for at in range(0, len(provider_ids), stride):
            if sum(len(mail.raw) for mail in found) > BYTES_AT_ONCE:
                self.waiting.extendleft(reversed(provider_ids[at:]))
                break
            for name, mail in (await self.client.mails(provider_ids[at : at + stride])).items():
                self._sort(name, mail, found)
        return [Fetched(mail.id, mail.raw, mail.received_at, mail.thread_id, mail.labels) for mail in found]

    def _sort(self, name: str, mail: Mail | None, found: list[Mail]) -> None:
        if mail is None:
            self.gone.append(name)
        elif DRAFTS & set(mail.labels):
            self.drafts.append(name)
        else:
            found.append(mail)

    def take(self, listed: Iterable[Named]) -> None:
        """Messages of a page; drafts that are known as such are not even fetched."""
        for one in listed:
            (self.drafts if DRAFTS & set(one.labelIds) else self.waiting).append(one.id)

    def batch(self) -> list[str]:
        """The next ones."""
        return [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]

    async def note(self, work: Work) -> None:
        """Write down what is no mail, so that each id that was ever listed is accounted for."""
        await places.note(work, self.mailbox.id, gone=self.gone, drafts=self.drafts)
        self.gone, self.drafts = [], []

    async def close(self) -> None:
        """Nothing to give back: connections belong to the process."""


@dataclass(slots=True)
class News(Reading):
    """What was added after the stored cursor."""

    start: int = 0
    page: str | None = None
    reach: int | None = None
    ended: bool = False

    async def listed(self) -> list[str]:
        """See `Source.listed`."""
        while not self.waiting and not self.ended:
            found = await self._next()
            self.take(found.added)
            self.page, self.ended = found.nextPageToken, not found.nextPageToken
            self.reach = number(found.historyId) if self.ended else None
        return self.batch()

    async def _next(self) -> HistoryPage:
        try:
            return await self.client.history(self.start, self.page)
        except GoneThere:
            raise StartAnew("history_invalid", self.start) from None

    async def advance(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """The cursor waits for the end of the listing."""
        await self.note(work)
        return arrivals

    async def finish(self, work: Work) -> None:
        """Move the cursor to where the listing's last page says it reaches."""
        await self.note(work)
        if self.reach is not None:
            await places.move(work, self.mailbox.id, self.start, self.reach)


@dataclass(slots=True)
class Everything(Reading):
    """All messages, newest first; those we have are not fetched."""

    size: int = 500
    page: str | None = None
    stored: str | None = field(init=False)
    following: str | None = field(init=False)
    ended: bool = False

    def __post_init__(self) -> None:
        self.stored = self.following = self.page

    async def listed(self) -> list[str]:
        """See `Source.listed`. A page's token that no longer works begins anew; known mails cost a look only."""
        while not self.waiting and not self.ended:
            try:
                found = await self.client.listing(self.page, self.size)
            except PageLost:
                self.page = None
                continue
            self.take(found.messages)
            self.page = self.following = found.nextPageToken
            self.ended = not found.nextPageToken
        return self.batch()

    async def advance(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """With the last batch of a page the next page is where to go on."""
        await self.note(work)
        if not self.waiting and self.following != self.stored and not self.ended:
            await places.turn_page(work, self.mailbox.id, self.stored, self.following)
            self.stored = self.following
        return arrivals

    async def finish(self, work: Work) -> None:
        """All here."""
        await self.note(work)
        await places.end(work, self.mailbox.id)


@dataclass(slots=True)
class Missing(Reading):
    """Messages that a comparison found missing."""

    async def listed(self) -> list[str]:
        """See `Source.listed`."""
        return self.batch()

    async def advance(self, work: Work, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """No cursor moves."""
        await self.note(work)
        return arrivals

    async def finish(self, work: Work) -> None:
        """No cursor moves."""
        await self.note(work)
