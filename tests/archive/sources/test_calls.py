"""One call to Zammad: what is tried again and how long, what is refused, and that a token never shows."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.archive.sources.conftest import Slept
from tests.wire.zammad import Fault, StandIn, World
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.words import (
    NoTagRoute,
    NotInZammad,
    TokenRefused,
    ZammadBusy,
    ZammadRefuses,
    ZammadUnclear,
)
from waypost.platform.errors import Refusal
from waypost.platform.http import NoAnswer

pytestmark = pytest.mark.anyio


async def test_four_tries_with_growing_pauses(zammad: Zammad, world: World, slept: Slept) -> None:
    """§2.1: up to 3 retries on 5xx, 429 and silence, after 0.2, 0.4 and 0.8 seconds (and a little chance)."""
    world.faults = [Fault("GET /users/me", status=502, times=3)]
    assert (await zammad.me()).login == "archiver"
    assert [round(pause / base, 1) for pause, base in zip(slept.seconds, (0.2, 0.4, 0.8), strict=True)] <= [1.3] * 3
    assert len(world.calls) == 4


async def test_gives_up_after_four(zammad: Zammad, world: World) -> None:
    """What lasts is handed on as transient."""
    world.faults = [Fault("GET /users/me", status=503, times=9)]
    with pytest.raises(ZammadBusy) as refused:
        await zammad.me()
    assert refused.value.again and len(world.calls) == 4


@pytest.mark.parametrize("told", ["2", "date"])
async def test_honours_retry_after(zammad: Zammad, world: World, slept: Slept, told: str) -> None:
    """In seconds and as a date."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
    world.faults = [Fault("users/me", status=429, retry_after=date if told == "date" else told)]
    await zammad.me()
    assert 1.5 <= slept.seconds[0] <= 4


async def test_does_not_sleep_through_long_waits(zammad: Zammad, world: World, slept: Slept) -> None:
    """A wait above the cap goes to the job, which is put off that long."""
    world.faults = [Fault("users/me", status=429, retry_after="900", times=9)]
    with pytest.raises(ZammadBusy) as refused:
        await zammad.me()
    assert refused.value.retry_after == timedelta(minutes=15) and slept.seconds == []


@pytest.mark.parametrize("kind", ["cut", "slow"])
async def test_silence_is_transient(zammad: Zammad, world: World, kind: str) -> None:
    """A cut connection, and an answer that takes too long."""
    world.faults = [Fault("users/me", "cut" if kind == "cut" else "slow", times=9, seconds=0.8)]
    zammad.calls.way_out.breaker.patience = timedelta(hours=1)
    with pytest.raises(NoAnswer) as refused:
        await zammad.calls.json("GET", "/users/me", tries=1)
    assert refused.value.again


@pytest.mark.parametrize(
    ("status", "refusal", "again"),
    [
        (401, TokenRefused, False),
        (403, TokenRefused, False),
        (404, NotInZammad, False),
        (422, ZammadRefuses, False),
        (302, ZammadRefuses, False),
        (429, ZammadBusy, True),
        (500, ZammadBusy, True),
    ],
)
async def test_classes(zammad: Zammad, world: World, status: int, refusal: type[Refusal], again: bool) -> None:
    """§4.4 for Zammad's answers."""
    world.faults = [Fault("users/me", status=status, times=9)]
    with pytest.raises(refusal) as refused:
        await zammad.me()
    assert refused.value.again is again


@pytest.mark.parametrize("kind", ["not_json", "wrong_shape"])
async def test_what_we_do_not_understand(zammad: Zammad, world: World, kind: str) -> None:
    """A sign-in page, and an object of another kind, are permanent and named."""
    ticket = world.ticket()
    world.faults = [Fault("tickets/", "not_json" if kind == "not_json" else "wrong_shape", times=9)]
    with pytest.raises(ZammadUnclear):
        await zammad.ticket(str(ticket.id))


@pytest.mark.parametrize("way", ["DELETE", "GET", "POST"])
async def test_finds_how_a_tag_is_removed_and_remembers(zammad: Zammad, world: World, way: str) -> None:
    """B1: as documented first, then as old releases and older doubles want it."""
    ticket, world.removing = world.ticket("pdf:sign", "pdf:error"), way
    await zammad.remove_tag(str(ticket.id), "pdf:sign")
    asked = len(world.calls)
    await zammad.remove_tag(str(ticket.id), "pdf:error")
    assert ticket.tags == [] and zammad.removing == way and len(world.calls) == asked + 1


async def test_no_way_to_remove_a_tag(zammad: Zammad, world: World) -> None:
    """Named, and permanent."""
    ticket, world.removing = world.ticket("pdf:sign"), "NONE"
    with pytest.raises(NoTagRoute):
        await zammad.remove_tag(str(ticket.id), "pdf:sign")


async def test_a_note_is_never_repeated_by_itself(zammad: Zammad, world: World) -> None:
    """C8: its answer was lost, so it may stand already."""
    ticket = world.ticket()
    world.faults = [Fault("POST /ticket_articles", "lost_answer")]
    with pytest.raises(NoAnswer):
        await zammad.note(str(ticket.id), "A", "B")
    assert len(world.notes(ticket)) == 1


async def test_below_a_sub_path(far: StandIn, zammad: Zammad) -> None:
    """§2.1: the address may carry one."""
    far.world.prefix = "/support/desk"
    zammad.calls.base = far.base
    assert (await zammad.me()).id == "7"


async def test_the_token_never_shows(zammad: Zammad) -> None:
    """Not in what is printed of the client."""
    assert "zammad-token-of-tests" not in repr(zammad)


async def test_numbers_and_users(zammad: Zammad, world: World) -> None:
    """B2, B3: a number may be a number, people come from assets, states by a question that is asked once."""
    ticket = world.ticket(number=22042)
    found = await zammad.ticket(str(ticket.id))
    assert found.number == "22042"
    assert found.names.party(found.record, "owner").name == "Ines Roth"
    assert found.names.label(found.record, "state", "TicketState") == "closed"
    before = len(world.calls)
    await zammad.ticket(str(ticket.id))
    assert len(world.calls) == before + 1


@pytest.mark.parametrize(("pages", "cap"), [(False, 500), (True, 500), (True, 3)])
async def test_all_articles_whatever_a_page_is(zammad: Zammad, world: World, pages: bool, cap: int) -> None:
    """Releases without pages, with pages, and with smaller pages than were asked for."""
    ticket = world.ticket()
    for at in range(8):
        world.article(ticket, f"<p>{at}</p>")
    world.pages_articles, world.page_cap = pages, cap
    found = [each["id"] async for page in zammad.articles(str(ticket.id), 8) for each in page]
    assert found == [each.id for each in ticket.articles]
    unknown = [each["id"] async for page in zammad.articles(str(ticket.id), None) for each in page]
    assert unknown == found
