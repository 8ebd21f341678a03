"""What happened reaches the open pages of its organisation, and nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from tests.platform.web.stage import ACME, ALICE, GLOBEX, PEOPLE, VERA, house, visit
from waypost.platform.ids import new_id
from waypost.platform.web.live import HEARTBEAT, MISSED, MOST_PAGES, MOST_WAITING, OPENING, Live, TooManyPages

pytestmark = pytest.mark.anyio

THING = new_id()


async def always() -> bool:
    return True


async def opened(live: Live, org: UUID = ACME, *, resumed: bool = False) -> AsyncIterator[str]:
    """A stream that has said hello."""
    stream = live.stream(org, PEOPLE["alice"].person_id, always, resumed=resumed)
    assert await anext(stream) == OPENING + (MISSED if resumed else "")
    return stream


async def ended(stream: AsyncIterator[str]) -> bool:
    """True when the stream has nothing more to say, ever."""
    async with asyncio.timeout(1):
        return await anext(stream, "the end") == "the end"


async def test_an_event_is_its_name_and_the_id_of_its_thing() -> None:
    live = Live()
    stream = await opened(live)
    live.hear(f"{ACME}:ticket_closed:{THING}")
    assert await anext(stream) == f"id: 1\nevent: ticket_closed\ndata: {THING}\n\n"


async def test_pages_of_another_organisation_hear_nothing() -> None:
    live = Live(heartbeat=0.02)
    ours, theirs = await opened(live), await opened(live, GLOBEX)
    live.hear(f"{ACME}:ticket_closed:{THING}")
    assert "ticket_closed" in await anext(ours)
    assert await anext(theirs) == HEARTBEAT


async def test_the_same_event_is_told_once_to_a_page_that_was_busy() -> None:
    live = Live(heartbeat=0.02)
    stream = await opened(live)
    for _ in range(3):
        live.hear(f"{ACME}:ticket_closed:{THING}")
    assert (await anext(stream)).count("event:") == 1
    assert await anext(stream) == HEARTBEAT


async def test_a_page_that_falls_far_behind_is_told_that_it_missed_something() -> None:
    live = Live()
    stream = await opened(live)
    for number in range(MOST_WAITING + 1):
        live.hear(f"{ACME}:ticket_closed:{number}")
    assert await anext(stream) == MISSED


async def test_a_browser_that_comes_back_is_told_so_too() -> None:
    await opened(Live(), resumed=True)


@pytest.mark.parametrize("junk", ["", "x", "not-an-id:a:b", f"{ACME}:only_two"], ids=range(4))
async def test_junk_on_the_channel_is_ignored(junk: str) -> None:
    live = Live(heartbeat=0.02)
    stream = await opened(live)
    live.hear(junk)
    assert await anext(stream) == HEARTBEAT


async def test_a_session_that_is_gone_ends_the_stream_at_the_next_heartbeat() -> None:
    answers = iter([True, False])

    async def still() -> bool:
        return next(answers)

    live = Live(heartbeat=0.01)
    stream = live.stream(ACME, new_id(), still)
    assert [await anext(stream), await anext(stream)] == [OPENING, HEARTBEAT]
    assert await ended(stream)


async def test_closing_ends_every_stream_and_every_later_one() -> None:
    live = Live()
    one, other = await opened(live), await opened(live, GLOBEX)
    live.close()
    assert await ended(one) and await ended(other) and await ended(await opened(live))


async def test_nobody_opens_more_streams_than_anybody_has_pages() -> None:
    live, alice = Live(), PEOPLE["alice"]
    streams = [await opened(live) for _ in range(MOST_PAGES)]
    live.refuse_crowd(ACME, PEOPLE["vera"].person_id)
    with pytest.raises(TooManyPages):
        live.refuse_crowd(ACME, alice.person_id)
    live.close()
    assert all([await ended(stream) for stream in streams])
    live.refuse_crowd(ACME, alice.person_id)


async def test_only_members_may_listen() -> None:
    app = house()
    app.state.live.close()
    async with visit(app) as client:
        stranger, member = await client.get("/live"), await client.get("/live", headers=ALICE)
        viewer = await client.get("/live", headers={**VERA, "last-event-id": "7"})
    assert (stranger.status_code, member.text, viewer.text) == (401, OPENING, OPENING + MISSED)
    assert member.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in member.headers and member.headers["cache-control"] == "private, no-store"
