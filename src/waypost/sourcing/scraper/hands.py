"""The hands of a task: pages come through the visitor, offers go into the file, signs of life to the API."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waypost.sourcing.fetching.hands import Page, Progress, Status, Via
from waypost.sourcing.fetching.keeping import Visits
from waypost.sourcing.scraper.courier import Courier
from waypost.sourcing.scraper.pulse import MOST_HOSTS, MOST_KEYS, NOBODY, Pulse
from waypost.sourcing.scraper.reports import chunk_report, in_pieces
from waypost.sourcing.scraper.store import Store, lines, requests, spool, tasks
from waypost.sourcing.scraper.store.lines import Line
from waypost.sourcing.wire.identity import identity_key
from waypost.sourcing.wire.offer import MOST_OFFERS, Offer
from waypost.sourcing.wire.report import HeartbeatAnswer, HostNews
from waypost.sourcing.wire.task import Budget
from waypost.sourcing.wire.words import Phase

FORCED = frozenset({Phase.NORMALIZE, Phase.CALLBACK})
"""Phases that send a heartbeat whenever they are told (sourcing.md 2.7)."""
LARGEST_CHUNK = 50
"""Offers that travel together: bodies stay far below every limit."""


@dataclass(slots=True)
class ApiLeave:
    """Leave to ask hosts, from the API's heartbeat answers (`fetching.hands.Leave`)."""

    pulse: Pulse
    untold: Counter[str] = field(default_factory=Counter)
    """Requests by host that no heartbeat brought home; one whose answer was lost is rather told twice than never."""

    async def note(self, host: str) -> None:
        """A request is about to leave: it is in the file before, so that a killed process still tells of it."""
        await self.pulse.store.insist(lambda db: requests.note(db, self.pulse.row.id, host))

    async def more(self, news: HostNews) -> Sequence[Budget]:
        """What the API grants for this host; nothing while it does not answer."""
        self.untold[news.host] += news.asked
        told = self.untold[news.host]
        answer = await self.pulse.send(hosts=(news.model_copy(update={"asked": told}),))
        if answer is not NOBODY and told:
            self.untold[news.host] -= told
            await self.pulse.store.insist(lambda db: requests.told(db, self.pulse.row.id, news.host, told))
        return [budget for budget in answer.budgets if budget.host == news.host]

    def left(self, news: Sequence[HostNews]) -> tuple[HostNews, ...]:
        """What is still to be told when a task ends: `news` that its visitor kept, and what never arrived."""
        for each in news:
            self.untold[each.host] += each.asked
        known = {each.host: each for each in news}
        told = [(known.get(host) or HostNews(host=host), number) for host, number in self.untold.items() if number]
        return tuple(each.model_copy(update={"asked": number}) for each, number in told)[:MOST_HOSTS]


@dataclass(slots=True)
class TaskHands:
    """`fetching.hands.Hands` of one task of this scraper."""

    pulse: Pulse
    visits: Visits
    store: Store
    courier: Courier

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page."""
        return await self.visits.fetch(url, kept=kept, drawn=drawn, wanted=wanted)

    async def deliver(
        self, offers: Sequence[Offer], *, via: Via = "detail", relaxed: bool = False, cached: Sequence[str] = ()
    ) -> None:
        """Into the file, together with the note that they were: a killed process sends nothing a second time."""
        row, paths = self.pulse.row, self.pulse.paths
        about = {"via": via, "relaxed": relaxed}

        def kept(db: sqlite3.Connection) -> None:
            fresh, keys = _new_offers(db, row.id, via, offers), _new_keys(db, row.id, cached)
            made: list[dict[str, Any]] = [{"jobs": tuple(each)} for each in in_pieces(fresh, LARGEST_CHUNK)]
            made += [{"cached": tuple(each), "via": "cache"} for each in in_pieces(keys, MOST_OFFERS)]
            for each in made if paths is not None else ():
                assert paths is not None
                report = chunk_report(paths, row.task, row.id, self.pulse.lease_token, about | each)
                spool.put(db, report, self.now().timestamp())

        await self.store.insist(kept)
        self.courier.wake()

    async def beat(self, progress: Progress, *, discovered: Sequence[str] = ()) -> HeartbeatAnswer:
        """Keep the checkpoint; ask the API where something hangs on its answer, else leave that to the timer."""
        is_due = self.pulse.stands(progress) or progress.phase in FORCED
        kept, number = self.pulse.progress, self.pulse.row.id
        figures = {"phase": kept.phase, "pages": kept.pages_visited, "links": kept.links, "offers": kept.offers}
        await self.store.insist(lambda db: tasks.checkpoint(db, number, kept.resume, figures))
        if discovered:
            return await self._asked(discovered)
        return await self.pulse.send() if is_due else self.pulse.answer

    async def _asked(self, keys: Sequence[str]) -> HeartbeatAnswer:
        answer, fresh = NOBODY, list[str]()
        for some in in_pieces(keys, MOST_KEYS):
            answer = await self.pulse.send(discovered=some)
            fresh += answer.fresh
        return answer.model_copy(update={"fresh": tuple(fresh)})

    def say(self, stage: str, code: str, status: Status = "info", message: str | None = None, **meta: Any) -> None:
        """A line of the execution log."""
        line, number, now = Line(stage, code, status, message, meta), self.pulse.row.id, self.now().timestamp()
        self.store.tell(lambda db: lines.add(db, number, line, now))

    def now(self) -> datetime:
        """The present moment."""
        return self.pulse.clock()


def _new_offers(db: sqlite3.Connection, task: int, via: str, offers: Sequence[Offer]) -> list[Offer]:
    """Those that were not handed over before; the first of two that are the same."""
    keyed = {identity_key(offer.source_id, offer.url): offer for offer in reversed(offers)}
    before = tasks.delivered(db, task, via, tuple(keyed))
    fresh = {key: offer for key, offer in keyed.items() if key not in before}
    tasks.remember(db, task, via, tuple(fresh))
    return list(reversed(fresh.values()))


def _new_keys(db: sqlite3.Connection, task: int, keys: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(keys))
    before = tasks.delivered(db, task, "cache", wanted)
    fresh = [key for key in wanted if key not in before]
    tasks.remember(db, task, "cache", fresh)
    return fresh
