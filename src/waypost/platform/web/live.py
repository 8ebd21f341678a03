"""Live: what happened in an organisation, told to its open pages as server-sent events (WHATWG HTML, 9.2).

An event is a hint: its name and the id of its thing, nothing else. The page then asks for what it shows, through doors
that check again. Whatever could not be told is said to be `missed`, and the page loads itself anew.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from starlette.requests import Request
from starlette.responses import StreamingResponse

from waypost.platform.errors import TooMany
from waypost.platform.signals import LIVE
from waypost.platform.web.caller import Resolver
from waypost.platform.web.doors import Doors, SignedIn

HEARTBEAT_SECONDS = 15.0
MOST_WAITING = 500
"""Different events that one slow page may fall behind; beyond it everything is one `missed`."""
MOST_PAGES = 30
"""Open streams of one person: more than anybody has pages, few enough that nobody uses up the server."""
OPENING = "retry: 3000\n\n"
HEARTBEAT = ": still here\n\n"
MISSED = "event: missed\ndata: \n\n"


class TooManyPages(TooMany):
    """Too many live pages of one person are open."""


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream: what it has not been told yet, each event once."""

    person: UUID
    waiting: dict[tuple[str, str], None] = field(default_factory=dict)
    missed: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: str, thing: str) -> None:
        """Keep it until the page reads; never blocks, never grows beyond its bound."""
        if len(self.waiting) < MOST_WAITING:
            self.waiting[event, thing] = None
        else:
            self.waiting.clear()
            self.missed = True
        self.wake.set()

    def take(self) -> tuple[bool, list[tuple[str, str]]]:
        """Whether something was missed, and everything waiting; empties both."""
        taken = self.missed, list(self.waiting)
        self.missed, self.waiting = False, {}
        self.wake.clear()
        return taken


class Live:
    """All open streams of this process, by organisation."""

    def __init__(self, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._pages: defaultdict[UUID, set[Listener]] = defaultdict(set)
        self._heartbeat, self._ids, self._closing = heartbeat, count(1), False

    def hear(self, payload: str) -> None:
        """Pass on one poke of the channel `LIVE`: `{org}:{event}:{thing_id}`, to that organisation's pages only."""
        with suppress(ValueError):
            org, event, thing = payload.split(":", 2)
            for page in self._pages.get(UUID(org), ()):
                page.put(event, thing)

    def close(self) -> None:
        """End every stream, so that the server can stop; browsers come back by themselves."""
        self._closing = True
        for page in [each for pages in self._pages.values() for each in pages]:
            page.wake.set()

    async def stream(
        self, org: UUID, person: UUID, still: Callable[[], Awaitable[bool]], *, resumed: bool = False
    ) -> AsyncIterator[str]:
        """The text of one stream. It ends when `still` (asked at each heartbeat) says no, or when the server stops."""
        with self._open(org, person) as page:
            yield OPENING + (MISSED if resumed else "")
            while not self._closing:
                if await _quiet(page, self._heartbeat):
                    if not await still():
                        return
                    yield HEARTBEAT
                elif told := self._told(page):
                    yield told

    def refuse_crowd(self, org: UUID, person: UUID) -> None:
        """Refuse another stream for someone who has too many."""
        if sum(page.person == person for page in self._pages.get(org, ())) >= MOST_PAGES:
            raise TooManyPages

    def listening(self, org: UUID) -> int:
        """How many streams of this organisation are open here."""
        return len(self._pages.get(org, ()))

    @contextmanager
    def _open(self, org: UUID, person: UUID) -> Iterator[Listener]:
        page = Listener(person)
        self._pages[org].add(page)
        try:
            yield page
        finally:
            self._pages[org].discard(page)
            if not self._pages[org]:
                del self._pages[org]

    def _told(self, page: Listener) -> str:
        missed, events = page.take()
        lines = [f"id: {next(self._ids)}\nevent: {event}\ndata: {thing}\n\n" for event, thing in events]
        return (MISSED if missed else "") + "".join(lines)


async def _quiet(page: Listener, seconds: float) -> bool:
    """True when nothing came for so long."""
    try:
        async with asyncio.timeout(seconds):
            await page.wake.wait()
    except TimeoutError:
        return True
    return False


live_doors = Doors()


@live_doors.get("/live", member=True, include_in_schema=False)
async def listen(request: Request, caller: SignedIn) -> StreamingResponse:
    """Opens no transaction: a stream lives for hours. A browser that comes back with Last-Event-ID has missed some."""
    live: Live = request.app.state.live
    resolve: Resolver = request.app.state.resolve_caller
    live.refuse_crowd(caller.org_id, caller.person_id)

    async def still() -> bool:
        known = await resolve(request)
        return known is not None and known.org_id == caller.org_id

    resumed = "last-event-id" in request.headers
    text = live.stream(caller.org_id, caller.person_id, still, resumed=resumed)
    return StreamingResponse(text, headers={"X-Accel-Buffering": "no"}, media_type="text/event-stream")


def attach(live: Live, hear: Callable[[str, Callable[[str], None]], Callable[[], None]]) -> Callable[[], None]:
    """Connect to a process's `Signals.hear`; returns what disconnects."""
    return hear(LIVE, live.hear)
