"""Comparing a Zammad with ours, a page at a time: closings for the daily statement, tickets whose webhook never came.

The index is asked first, for it is quick; what it does not know is found by walking through all tickets, a bit each
time.

What is read outside is written down page by page together with the cursor: a look that is cut short goes on where it
was. Zammad's index may be minutes late, so each look begins a little before the end of the last one.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from waypost.archive.sources.models import Source
from waypost.archive.sources.zammad.client import Found, Zammad
from waypost.archive.sources.zammad.tagging import SIGNED
from waypost.archive.sources.zammad.words import NotInZammad

OVERLAP = timedelta(minutes=10)
GRACE = timedelta(minutes=3)
"""What changed just now may have a webhook under way."""
FIRST_LOOK = timedelta(days=1)
PAGE, MOST_PAGES = 100, 100
WALKED = 3
"""Pages of all tickets that one look walks through: about 3,600 tickets an hour."""


async def closed_pages(zammad: Zammad, source: Source, now: datetime) -> AsyncIterator[list[Found]]:
    """Closed tickets that changed since the cursor, oldest change first.

    What Zammad answers is checked against what was asked: some installations search with less than their manual says.
    """
    since = (source.closed_cursor or now - FIRST_LOOK) - OVERLAP
    states = await zammad.closed_states()
    asked = f"updated_at:>={since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} AND state_id:({' OR '.join(sorted(states))})"
    async for page in _pages(zammad, asked):
        yield [each for each in page if each.state_id in states and each.updated_at and each.updated_at >= since]


async def tagged_pages(zammad: Zammad, source: Source) -> AsyncIterator[list[Found]]:
    """Tickets that carry the trigger tag, as far as Zammad's index knows."""
    async for page in _pages(zammad, f'tags:"{source.trigger_tag}"'):
        yield page


async def _pages(zammad: Zammad, query: str) -> AsyncIterator[list[Found]]:
    """Until a page brings nothing new: a server may give less than is asked for, or all of it each time."""
    seen: set[str] = set()
    for page in range(1, MOST_PAGES + 1):
        found = [each for each in await zammad.search(query, page, PAGE) if each.id not in seen]
        if not found:
            return
        seen.update(each.id for each in found)
        yield found


async def walked_pages(zammad: Zammad, source: Source) -> AsyncIterator[tuple[int, list[Found]]]:
    """A few pages of all tickets from where the last look ended, each with its number: (page, what is closed there).

    An index that lags, lacks a ticket or is not there at all hides a closing for ever: a walk finds it some day. Page 0
    says that the end was reached, as it is when a server answers with the same tickets whatever page is asked for.
    Tickets that were closed long before the source was added are none of our business.
    """
    states, since, before = await zammad.closed_states(), source.created_at - FIRST_LOOK, ""
    for page in range(source.walked_page + 1, source.walked_page + 1 + WALKED):
        found = await zammad.listed(page, PAGE)
        if not found or found[0].id == before:
            yield 0, []
            return
        before = found[0].id
        yield page, [each for each in found if each.state_id in states and each.closed_at and each.closed_at >= since]


async def triggering(zammad: Zammad, found: Sequence[Found], trigger: str, now: datetime) -> list[Found]:
    """Those that ask to be archived at this moment, and have done so for a while."""
    calm = [each for each in found if each.updated_at is None or each.updated_at < now - GRACE]
    return [each for each in calm if await _asks(zammad, each.id, trigger)]


async def _asks(zammad: Zammad, ref: str, trigger: str) -> bool:
    try:
        tags = await zammad.tags(ref)
    except NotInZammad:
        return False
    return trigger in tags and SIGNED not in tags
