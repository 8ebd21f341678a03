"""Notes: documented subjects, keys and order; one for each version and cause, however often it is told (§4.3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.archive.sources.conftest import Hand
from tests.archive.sources.outcomes import archived, case, failed, listed
from tests.wire.zammad import Fault, World
from waypost.archive.sources.origin import ZammadOrigin
from waypost.archive.sources.queries import by_key
from waypost.platform.errors import Refusal

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("source")]


async def test_success_note(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """§4.3: the keys in order, values escaped, what is unknown in documented words."""
    ticket = world.ticket("pdf:sign")
    await origin.settle(hand, archived(case(ticket), path="/archive/<b>"))
    (note,) = world.notes(ticket)
    body = note.values["body"]
    assert listed(body) == [
        "path",
        "filename",
        "audit_sidecar",
        "size_bytes",
        "sha256",
        "request_id",
        "delivery_id",
        "time_utc",
    ]
    assert "<code>/archive/&lt;b&gt;</code>" in body and "<code>unknown</code>" in body and "<code>none</code>" in body
    assert note.values["internal"] is True and note.values["content_type"] == "text/html"


async def test_codes_of_notes(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """A token that is not documented is told as `permanent_error`."""
    ticket = world.ticket()
    await origin.settle(hand, failed(case(ticket), code="token_refused", hint=""))
    body = world.notes(ticket)[0].values["body"]
    assert "code: <code>permanent_error</code>" in body and "hint" not in body


async def test_settling_twice_tells_once(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """Repeats change nothing: no tag call, no second note."""
    ticket = world.ticket("pdf:sign")
    outcome = archived(case(ticket))
    await origin.settle(hand, outcome)
    before = world.writes()
    await origin.settle(hand, outcome)
    assert len(world.notes(ticket)) == 1 and world.writes() == before


async def test_a_lost_answer_makes_no_second_note(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """C8: the note stands though its answer was lost; the next try finds it."""
    ticket = world.ticket("pdf:sign")
    outcome = archived(case(ticket))
    world.faults = [Fault("POST /ticket_articles", "lost_answer")]
    with pytest.raises(Refusal) as lost:
        await origin.settle(hand, outcome)
    assert lost.value.again
    await origin.settle(hand, outcome)
    assert len(world.notes(ticket)) == 1


async def test_a_note_of_an_error_that_cannot_be_written_is_said(
    hand: Hand, origin: ZammadOrigin, world: World
) -> None:
    """§5.5: by its documented name; the tags are right by then."""
    ticket = world.ticket("pdf:processing")
    world.faults = [Fault("POST /ticket_articles")]
    with capture_logs() as lines, pytest.raises(Refusal):
        await origin.settle(hand, failed(case(ticket, hints={"delivery_id": "d-1"})))
    assert ticket.tags == ["pdf:error"]
    (line,) = [one for one in lines if one["event"] == "process_ticket.error_note_failed"]
    assert (line["ticket_id"], line["delivery_id"], line["trouble"]) == (str(ticket.id), "d-1", "zammad-busy")


async def test_each_version_has_its_note_and_each_cause_one_a_day(
    hand: Hand, origin: ZammadOrigin, world: World, works_at: Any
) -> None:
    """B6: the same failure is told once in a period, another one at once; each new file is told."""
    ticket = world.ticket()
    await origin.settle(hand, archived(case(ticket)))
    await origin.settle(hand, archived(case(ticket), sha256="cd" * 32))
    assert len(world.notes(ticket)) == 2
    for _ in range(3):
        await origin.settle(hand, failed(case(ticket)))
    await origin.settle(hand, failed(case(ticket), error="EmptyArchivePath: it is empty"))
    assert len(world.notes(ticket)) == 4
    await origin.settle(replace(hand, works=works_at(timedelta(days=2))), failed(case(ticket)))
    assert len(world.notes(ticket)) == 5


@pytest.fixture
def works_at(hand: Hand) -> Any:
    """The same works at another time."""
    clock = hand.works.clock
    return lambda later: replace(hand.works, clock=lambda: clock() + later)


async def test_no_note_where_none_is_wanted(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """`acknowledge_on_success: false`; failures are told all the same."""
    async with hand.work() as work:
        (await by_key(work.db, "default")).acknowledge = False
    ticket = world.ticket("pdf:processing")
    await origin.settle(hand, archived(case(ticket)))
    assert ticket.tags == ["pdf:signed"] and world.notes(ticket) == []
    await origin.settle(hand, failed(case(ticket)))
    assert len(world.notes(ticket)) == 1
