"""Records and tags compared: a `pdf:processing` that nobody works on is adopted, a word that never arrived is said."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from waypost.archive.requests import queries
from waypost.archive.requests.actions import Wish, ask, settle_soon
from waypost.archive.requests.models import FAILURES, ArchiveRequest, State
from waypost.archive.requests.repairing import repair
from waypost.archive.sources.models import KIND, Source
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.tagging import ERROR, PROCESSING, SIGNED
from waypost.platform.work import Work

ADOPTED = "pdf:processing was left behind by a run that is gone"
PAGE, MOST_PAGES = 100, 20
Opens = Callable[[], AbstractAsyncContextManager[Work]]


@dataclass(frozen=True, slots=True)
class Mended:
    """What was found about one ticket, and what was set going."""

    ref: str
    did: str
    """fine, woken, revived, settling, adopted"""


def verdict(tags: Collection[str], requests: Sequence[ArchiveRequest]) -> str:
    """What a ticket's tags and its requests (the newest first) say together. Pure."""
    if requests and not requests[0].ended:
        return "woken"
    acted = next((one for one in requests if one.state != State.SKIPPED), None)
    stale = PROCESSING in tags
    if acted is not None and acted.kept_at is not None:
        return "settling" if stale or acted.settle_due or SIGNED not in tags else "fine"
    if acted is not None and acted.state in FAILURES:
        return "settling" if stale or acted.settle_due or ERROR not in tags else "fine"
    return "adopted" if stale else "fine"


async def mend(opens: Opens, source: Source, zammad: Zammad, ref: str) -> Mended:
    """One ticket, safe to repeat: what goes on by itself is only hurried."""
    tags = await zammad.tags(ref)
    async with opens() as work:
        requests = await queries.of_case(work.db, KIND, source.key, ref)
        found = verdict(tags, requests)
        if found == "woken":
            done = await repair(work, requests[:1])
            return Mended(ref, done[0].did if done else "fine")
        if found == "settling":
            settle_soon(work, next(one for one in requests if one.state != State.SKIPPED))
        elif found == "adopted":
            await ask(work, Wish(KIND, source.key, ref, forced=True, reason=ADOPTED))
    return Mended(ref, found)


async def stale(zammad: Zammad) -> AsyncIterator[str]:
    """Tickets that carry `pdf:processing`, as far as Zammad's index knows."""
    seen: set[str] = set()
    for page in range(1, MOST_PAGES + 1):
        found = [one.id for one in await zammad.search(f'tags:"{PROCESSING}"', page, PAGE) if one.id not in seen]
        if not found:
            return
        seen.update(found)
        for ref in found:
            yield ref


async def mend_all(opens: Opens, source: Source, zammad: Zammad) -> list[Mended]:
    """Every ticket of a source that says it is being worked on, while no live request works on it."""
    mended = []
    async for ref in stale(zammad):
        async with opens() as work:
            live = await queries.live_of(work.db, KIND, source.key, ref)
        if live is None and PROCESSING in await zammad.tags(ref):
            mended.append(await mend(opens, source, zammad, ref))
    return mended
