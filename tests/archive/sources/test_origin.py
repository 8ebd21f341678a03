"""The origin's three steps against the stand-in: gate, marks, notes; each may be repeated or cut short anywhere."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.archive.sources.conftest import Hand, described, source_of
from tests.archive.sources.outcomes import archived, case, failed, listed
from tests.wire.zammad import Fault, StandIn, World
from tests.wire.zammad.world import AGENT
from waypost.archive.requests.origin import Skipped
from waypost.archive.sources.causes import agents_of, hints_of
from waypost.archive.sources.models import Source
from waypost.archive.sources.origin import NoTicketId, SourcePaused, ZammadOrigin
from waypost.archive.sources.queries import NoSuchSource, by_key
from waypost.archive.sources.zammad.words import TokenRefused
from waypost.platform.errors import Refusal

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("source")]


async def test_the_whole_way(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """Trigger → processing → signed and one note."""
    ticket = world.ticket("pdf:sign", "vip")
    one = case(ticket)
    assert await origin.begin(hand, one) is None
    assert ticket.tags == ["vip", "pdf:processing"]
    assert (await origin.gather(hand, one)).snapshot.subject.tags == ("pdf:sign", "vip")
    await origin.settle(hand, archived(one))
    assert ticket.tags == ["vip", "pdf:signed"]
    assert [note.values["subject"] for note in world.notes(ticket)] == ["PDF archived (9.8)"]


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ((), "not_triggered"),
        (("pdf:processing", "pdf:error"), "not_triggered"),
        (("pdf:signed", "pdf:sign"), "already_archived"),
    ],
)
async def test_the_gate_says_no(
    hand: Hand, origin: ZammadOrigin, world: World, tags: tuple[str, ...], reason: str
) -> None:
    """Nothing is written then."""
    ticket = world.ticket(*tags)
    skipped = await origin.begin(hand, case(ticket))
    assert isinstance(skipped, Skipped) and skipped.reason == reason
    assert tuple(ticket.tags) == tags and world.writes() == []


async def test_forced(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """A person's word goes past the gate, and only then `pdf:signed` is taken off."""
    ticket = world.ticket("pdf:signed")
    assert await origin.begin(hand, case(ticket, forced=True)) is None
    assert ticket.tags == ["pdf:processing"]


async def test_without_the_trigger_where_none_is_required(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """`WORKFLOW_REQUIRE_TAG=false`."""
    async with hand.work() as work:
        (await by_key(work.db, "default")).require_tag = False
    ticket = world.ticket()
    assert await origin.begin(hand, case(ticket)) is None and ticket.tags == ["pdf:processing"]


@pytest.mark.parametrize("fails_at", range(1, 5))
async def test_cut_short_while_marking(hand: Hand, origin: ZammadOrigin, world: World, fails_at: int) -> None:
    """Whichever tag write is lost: the next try goes on, though the trigger is gone by then."""
    ticket = world.ticket("pdf:error", "pdf:sign")
    one = case(ticket)
    await fail_at(origin.begin(hand, one), world, fails_at)
    assert await origin.begin(hand, one) is None
    assert ticket.tags == ["pdf:processing"]
    assert (await origin.gather(hand, one)).snapshot.subject.tags == ("pdf:error", "pdf:sign")


async def fail_at(step: Any, world: World, write: int) -> None:
    """Let the step run into a refusal at its nth tag write, if it has so many; those before are only slow."""
    world.faults = [
        Fault("/tags/(add|remove)", status=200, times=write - 1, kind="slow"),
        Fault("/tags/(add|remove)", status=401),
    ]
    with suppress(Refusal):
        await step
    world.faults = []


@pytest.mark.parametrize("permanent", [True, False])
async def test_failure(hand: Hand, origin: ZammadOrigin, world: World, permanent: bool) -> None:
    """Tags first, then the note with its documented keys in their order."""
    ticket = world.ticket("pdf:sign")
    one = case(ticket, hints={"wire_request_id": "req-1", "delivery_id": "d-1"})
    await origin.begin(hand, one)
    await origin.settle(hand, failed(one, permanent=permanent))
    assert ticket.tags == (["pdf:error"] if permanent else ["pdf:sign", "pdf:error"])
    (note,) = world.notes(ticket)
    assert note.values["subject"] == "PDF archiver error (9.8)"
    keys = ["classification", "error", "action", *(["code", "hint"] if permanent else [])]
    assert listed(note.values["body"]) == [*keys, "request_id", "delivery_id", "time_utc"]
    assert world.calls[-1].path == "/ticket_articles"


async def test_nothing_is_said_while_we_try_again(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """`pdf:processing` stays: our own scheduler goes on."""
    ticket = world.ticket("pdf:processing")
    await origin.settle(hand, failed(case(ticket), permanent=False, final=False))
    assert ticket.tags == ["pdf:processing"] and world.calls == []


async def test_a_late_worker_leaves_the_mark_of_the_first(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """A6."""
    ticket = world.ticket("pdf:signed", "pdf:processing")
    await origin.settle(hand, failed(case(ticket)))
    assert "pdf:signed" in ticket.tags and "pdf:processing" not in ticket.tags


async def test_a_ticket_that_is_gone_cannot_be_told(hand: Hand, origin: ZammadOrigin) -> None:
    """Settling it is done, not failed."""
    await origin.settle(hand, archived(case(40404)))


async def test_our_own_note_is_no_reason_to_run(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """B6: the note after a failure fires the webhook again while the trigger is on."""
    ticket = world.ticket("pdf:sign")
    said = {
        "article": {
            "internal": True,
            "subject": "PDF archiver error (1.0)",
            "created_by": {"id": 7, "login": "archiver"},
        }
    }
    assert hints_of(said, "7")["ours"] and "ours" not in hints_of(said, "8")
    skipped = await origin.begin(hand, case(ticket, hints=hints_of(said, "7")))
    assert isinstance(skipped, Skipped) and world.writes() == []


async def test_hints() -> None:
    """Only the people who may have caused it are kept of a webhook, best guess first."""
    said = {
        "user": {"login": "ines", "password": "x"},
        "ticket": {"updated_by": {"id": 9, "login": "bob", "email": "bob@acme.example"}, "title": "secret"},
        "article": {
            "created_by": {"login": "anna"},
            "internal": False,
            "subject": "PDF archived (1)",
            "body": "secret",
        },
    }
    found = hints_of(said)
    assert [one["login"] for one in found["agents"]] == ["ines", "bob", "anna"] and "ours" not in found
    assert "secret" not in str(found) and "bob@" not in str(found)
    assert [one.login for one in agents_of(found)] == ["ines", "bob", "anna"]
    assert hints_of({"user": 5, "ticket": [], "article": None}) == {}


async def test_current_agent_comes_from_the_webhook(hand: Hand, origin: ZammadOrigin, world: World) -> None:
    """B4: and is never our own account, whose id is asked for once."""
    ticket = world.ticket("pdf:sign", archive_user_mode="current_agent", updated_by_id=7)
    hints = hints_of(
        {
            "ticket": {"updated_by": {"id": 7, "login": "archiver"}},
            "article": {"created_by": {"id": AGENT, "login": "ines"}},
        }
    )
    assert (await origin.gather(hand, case(ticket, hints=hints))).placing.user == "ines"
    await origin.gather(hand, case(ticket, hints=hints))
    assert [call.path for call in world.calls].count("/users/me") == 1


async def test_refusals(hand: Hand, origin: ZammadOrigin, world: World, far: StandIn) -> None:
    """A bad id, a paused or unknown source, a token that is refused: each by its class."""
    ticket = world.ticket("pdf:sign")
    for ref in ("0", "-5", "x", "1.5", ""):
        with pytest.raises(NoTicketId):
            await origin.begin(hand, case(ref))
    with pytest.raises(NoSuchSource):
        await origin.begin(hand, replace(case(ticket), source="other"))
    world.tokens = {}
    with pytest.raises(TokenRefused):
        await origin.begin(hand, case(ticket))
    async with hand.work() as work:
        (await by_key(work.db, "default")).paused_at = work.now
    with pytest.raises(SourcePaused) as paused:
        await origin.begin(hand, case(ticket))
    assert paused.value.again


async def test_two_organisations(hand: Hand, origin: ZammadOrigin, world: World, far: StandIn, orgs: Any) -> None:
    """Globex's source of the same key is another one; Acme's does not exist there."""
    other = replace(hand, org=orgs.globex)
    ticket = world.ticket("pdf:sign")
    with pytest.raises(NoSuchSource):
        await origin.begin(other, case(ticket))
    made: Source = source_of(orgs.globex, described(far, trigger_tag="keep"), hand.now)
    async with other.work() as work:
        work.db.add(made)
    assert isinstance(await origin.begin(other, case(ticket)), Skipped)
