"""Comparing with Zammad by the clock: closings are noted, missed webhooks are made good, each once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.archive.sources.conftest import Hand, described, source_of
from tests.wire.zammad import Fault, StandIn, World
from tests.wire.zammad.world import Ticket
from waypost.archive.keeping.erasers import Erasure
from waypost.archive.requests.models import ArchiveRequest, Closing, State
from waypost.archive.sources import reconciling
from waypost.archive.sources.eraser import ZammadEraser
from waypost.archive.sources.jobs import compare_sources, prune_passages
from waypost.archive.sources.models import Passage, Source
from waypost.archive.sources.queries import by_key, passage
from waypost.platform.facts import KeptFact
from waypost.platform.ids import new_id

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("source")]


@pytest.fixture
def world(far: StandIn, hand: Hand) -> World:
    """Its clock stands an hour before ours, so that what changes there is no longer fresh."""
    far.world.now = hand.now - timedelta(hours=1)
    return far.world


async def requests(hand: Hand) -> list[ArchiveRequest]:
    """What was asked for, oldest first."""
    async with hand.work() as work:
        return list(await work.db.scalars(select(ArchiveRequest).order_by(ArchiveRequest.id)))


async def closings(hand: Hand) -> list[str]:
    """Numbers of closed tickets that were noted."""
    async with hand.work() as work:
        return list(await work.db.scalars(select(Closing.number).order_by(Closing.number)))


def number(ticket: Ticket) -> str:
    """As people call it."""
    return str(ticket.values["number"])


async def test_closings_and_missed_webhooks(hand: Hand, world: World) -> None:
    """Closed tickets are noted; those that carry the trigger and were never asked for are asked for now."""
    silent, missed = world.ticket(), world.ticket("pdf:sign")
    world.ticket("pdf:signed", "pdf:sign")
    world.ticket(state_id=2, close_at=None)
    merged = world.ticket(state_id=5)
    await compare_sources(hand)
    assert len(await closings(hand)) == 3 and number(silent) in await closings(hand)
    assert number(merged) not in await closings(hand)
    (asked,) = await requests(hand)
    assert (asked.kind, asked.source, asked.ref) == ("zammad", "default", str(missed.id))
    async with hand.work() as work:
        source = await by_key(work.db, "default")
        facts = list(await work.db.scalars(select(KeptFact.data).where(KeptFact.event == "gap_found")))
    assert source.last_ok_at is not None and source.closed_cursor is not None
    assert [fact["count"] for fact in facts] == [1]


async def test_once(hand: Hand, world: World) -> None:
    """Looking again finds nothing new; the cursor stands at the last change, and never goes back."""
    world.ticket("pdf:sign")
    await compare_sources(hand)
    async with hand.work() as work:
        cursor = (await by_key(work.db, "default")).closed_cursor
    await compare_sources(hand)
    async with hand.work() as work:
        assert (await by_key(work.db, "default")).closed_cursor == cursor
    assert len(await requests(hand)) == 1 and len(await closings(hand)) == 1


@pytest.mark.parametrize(
    ("state", "asks"),
    [
        (State.RUNNING, False),
        (State.FAILED_PERMANENT, False),
        (State.FAILED_TRANSIENT, False),
        (State.SKIPPED, True),
        (State.ARCHIVED, True),
    ],
)
async def test_what_has_a_request_already(hand: Hand, world: World, state: State, asks: bool) -> None:
    """One under way, or one that waits for a person, is enough; after a skip the trigger asks anew."""
    ticket = world.ticket("pdf:sign")
    await compare_sources(hand)
    async with hand.work() as work:
        request = await work.db.scalar(select(ArchiveRequest))
        assert request is not None
        request.state = state
    await compare_sources(hand)
    assert len(await requests(hand)) == (2 if asks else 1)
    assert ticket.tags == ["pdf:sign"]


async def test_triggers_on_open_tickets_too(hand: Hand, world: World) -> None:
    """A tag alone fires no webhook: the index finds it, as long as there is one."""
    world.ticket("pdf:sign", state_id=2, close_at=None)
    world.searches = False
    await compare_sources(hand)
    assert await requests(hand) == []
    world.searches = True
    await compare_sources(hand)
    assert len(await requests(hand)) == 1 and await closings(hand) == []


async def test_what_changed_just_now_may_have_a_webhook_under_way(hand: Hand, world: World) -> None:
    """It is left for the next look."""
    world.now = hand.now
    world.ticket("pdf:sign")
    await compare_sources(hand)
    assert await requests(hand) == [] and len(await closings(hand)) == 1
    later = replace(hand.works, clock=lambda: world.now + timedelta(minutes=5))
    await compare_sources(replace(hand, works=later))
    assert len(await requests(hand)) == 1


async def test_pages_smaller_than_asked_for(hand: Hand, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a lower cap of the server nor many tickets lose one."""
    monkeypatch.setattr(reconciling, "PAGE", 5)
    world.page_cap = 3
    for _ in range(11):
        world.ticket()
    await compare_sources(hand)
    assert len(await closings(hand)) == 11


async def test_a_server_that_cannot_search_answers_with_what_it_has(
    hand: Hand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit is not believed: no open or old ticket becomes a closing."""
    world.ticket(state_id=2)
    old = world.ticket()
    old.values |= dict.fromkeys(("updated_at", "close_at"), "2020-01-01T00:00:00.000Z")
    fresh = world.ticket()
    monkeypatch.setattr("tests.wire.zammad.searching._fits", lambda *_: True)
    await compare_sources(hand)
    assert await closings(hand) == [number(fresh)]


async def test_what_the_index_never_knew_is_found_by_walking(
    hand: Hand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A webhook that was lost, a ticket that never changes again, an index without it: a walk finds it some day."""
    monkeypatch.setattr(reconciling, "PAGE", 2)
    world.searches = False
    lost = world.ticket(updated_at="2020-01-01T00:00:00.000Z")
    long_ago = world.ticket(close_at="2019-01-01T00:00:00.000Z")
    world.ticket(state_id=2)
    others = [world.ticket() for _ in range(6)]
    asking = world.ticket("pdf:sign", updated_at="2020-01-01T00:00:00.000Z")
    async with hand.work() as work:
        (await by_key(work.db, "default")).closed_cursor = ahead = hand.now
    await compare_sources(hand)
    assert number(lost) in await closings(hand) and await requests(hand) == []
    await compare_sources(hand)
    assert sorted(await closings(hand)) == sorted(map(number, [lost, *others, asking]))
    assert number(long_ago) not in await closings(hand)
    assert [one.ref for one in await requests(hand)] == [str(asking.id)]
    async with hand.work() as work:
        source = await by_key(work.db, "default")
        assert (source.walked_page, source.closed_cursor) == (0, ahead)
    late = world.ticket()
    await compare_sources(hand)
    await compare_sources(hand)
    assert number(late) in await closings(hand)


async def test_a_ticket_that_is_closed_again_is_another_closing(hand: Hand, world: World) -> None:
    """`close_at` stays what it was the first time."""
    ticket = world.ticket()
    await compare_sources(hand)
    ticket.values |= {"last_close_at": world.moment(), "updated_at": world.moment()}
    for _ in range(2):
        await compare_sources(hand)
    assert await closings(hand) == [number(ticket), number(ticket)]


async def test_trouble_is_written_down_and_is_nobody_elses(hand: Hand, world: World, far: StandIn) -> None:
    """A source that does not answer leaves the others alone, and mends by itself."""
    other: Source = source_of(hand.org, described(far, token="wrong"), hand.now, "other")
    async with hand.work() as work:
        work.db.add(other)
    world.ticket("pdf:sign")
    await compare_sources(hand)
    async with hand.work() as work:
        assert (await by_key(work.db, "other")).trouble == "token-refused"
        assert (await by_key(work.db, "default")).trouble is None
    assert len(await requests(hand)) == 1
    world.tokens["wrong"] = 7
    await compare_sources(hand)
    async with hand.work() as work:
        assert (await by_key(work.db, "other")).trouble is None


async def test_cut_short(hand: Hand, world: World) -> None:
    """What was read before the far side failed stands, with the cursor; the next look goes on."""
    world.ticket()
    world.faults = [Fault("GET /tags$", status=422, times=1)]
    world.ticket("pdf:sign")
    await compare_sources(hand)
    async with hand.work() as work:
        assert (await by_key(work.db, "default")).trouble == "zammad-refuses"
    await compare_sources(hand)
    assert len(await closings(hand)) == 2 and len(await requests(hand)) == 1


async def test_paused_sources_are_left_alone(hand: Hand, world: World) -> None:
    """Not a call."""
    async with hand.work() as work:
        (await by_key(work.db, "default")).paused_at = work.now
    world.ticket("pdf:sign")
    await compare_sources(hand)
    assert world.calls == []


async def test_two_organisations(hand: Hand, world: World, far: StandIn, orgs: Any) -> None:
    """What Acme's Zammad closed is nothing of Globex's."""
    world.ticket("pdf:sign")
    other = replace(hand, org=orgs.globex)
    await compare_sources(other)
    assert world.calls == [] and await requests(other) == []
    await compare_sources(hand)
    assert await requests(other) == [] and len(await requests(hand)) == 1


async def test_old_passages_leave(hand: Hand, source: Source) -> None:
    """A request of last year is not begun again; one of today stays."""
    kept, gone = new_id(), new_id()
    async with hand.work() as work:
        for request_id, age in ((kept, timedelta(1)), (gone, timedelta(500))):
            values: dict[str, Any] = {"request_id": request_id, "ref": "1", "tags": [], "passed_at": hand.now - age}
            work.db.add(Passage(source_id=source.id, **values))
    await prune_passages(hand)
    async with hand.work() as work:
        assert await passage(work.db, kept) is not None and await passage(work.db, gone) is None


async def test_erasing_a_case_forgets_its_tags(hand: Hand, source: Source) -> None:
    """Those of its ticket, and of no other."""
    async with hand.work() as work:
        for ref in ("1", "2"):
            values: dict[str, Any] = {"request_id": new_id(), "tags": ["Zeppelin"], "passed_at": hand.now}
            work.db.add(Passage(source_id=source.id, ref=ref, **values))
    erasure = Erasure("zammad", source.key, "1")
    assert [await ZammadEraser().erase(hand, erasure) for _ in range(2)] == [{"passages": 1}, {"passages": 0}]
    assert await ZammadEraser().erase(hand, Erasure("zammad", "gone", "2")) == {"passages": 0}
    async with hand.work() as work:
        assert list(await work.db.scalars(select(Passage.ref))) == ["2"]
