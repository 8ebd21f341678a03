"""Set reconciliation: what lies there against what we have. What a look would have brought anyway is no gap."""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from waypost.platform.jobs import Run
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.client import GmailClient
from waypost.ticketing.mailboxes.google.metrics import GAP, MISSING, OSS_GAP
from waypost.ticketing.mailboxes.google.queries import Connected, connected
from waypost.ticketing.mailboxes.google.source import BATCH, Missing, News
from waypost.ticketing.mailboxes.google.words import GoneThere, PageLost
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.syncing import CursorMoved, ReadingStopped, StartAnew, bring_all

CLOSED_AT_ONCE = 1_000
"""A larger gap is closed by a reading of everything, which can be interrupted."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many mails were missing, and how many of them were brought at once."""

    gap: int
    closed: int


async def compare(run: Run, google: Google, mailbox: Mailbox) -> Comparison | None:
    """None while everything is being read anyway, or when the mailbox rests.

    List all ids, then bring the news, then ask again which of the unknown ones are still unknown: mail that came while
    we listed is here by then, and what is not has been missed.
    """
    async with run.work() as work:
        found = await connected(work.db, mailbox.id)
        resting = queries.is_paused(found.mailbox, work.now)
    start = found.mailbox.gmail_history_id
    if resting or start is None or found.account.backfill_began_at or found.mailbox.last_full_sync_at is None:
        return None
    client = google.client(found.credential, mailbox.id)
    try:
        unknown = await _unknown(run, client, found, google.terms.page)
        with suppress(CursorMoved):  # another look brought the news
            await bring_all(run, found.mailbox, News(client, found.mailbox, start=start))
    except (PageLost, GoneThere, StartAnew, ReadingStopped):
        return None
    missing = await _still(run, mailbox, unknown)
    GAP.set(len(missing))
    OSS_GAP.set(len(missing))
    MISSING.inc(len(missing))
    closing = missing[:CLOSED_AT_ONCE]
    await bring_all(run, found.mailbox, Missing(client, found.mailbox, deque(closing)))
    return Comparison(len(missing), len(closing))


async def _unknown(run: Run, client: GmailClient, found: Connected, size: int) -> list[str]:
    unknown: list[str] = []
    page: str | None = None
    while True:
        listing = await client.listing(page, size)
        unknown += await _still(run, found.mailbox, [one.id for one in listing.messages])
        page = listing.nextPageToken
        if page is None:
            return unknown


async def _still(run: Run, mailbox: Mailbox, ids: Sequence[str]) -> list[str]:
    left: list[str] = []
    for at in range(0, len(ids), 20 * BATCH):
        part = ids[at : at + 20 * BATCH]
        async with run.work() as work:
            known = await queries.known_ids(work.db, mailbox.id, part)
        left += [one for one in part if one not in known]
    return left
