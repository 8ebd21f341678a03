"""A process that dies between any two steps of a sending: never doubled, never silently lost.

Death is an exception that no code catches, thrown at the end of a step: what comes after it never runs, and the next
run finds only what the database holds.
"""

from typing import Any

import pytest
from sqlalchemy import text

from tests.ticketing.replies.conftest import Bureau
from tests.ticketing.replies.steps import LATE, STEPS
from tests.wire.provider import Provider
from tests.wire.smtp import Fault
from waypost.platform.jobs import Later
from waypost.ticketing.outbound import actions
from waypost.ticketing.outbound.models import Sending
from waypost.ticketing.outbound.sender import NotNow, Senders
from waypost.ticketing.replies.actions import cancel

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """kill -9."""


def die() -> None:
    raise Killed


DIE = text("update jobs set status = 'dead' where id = :id")


async def until_settled(bureau: Bureau, queued: Any) -> None:
    """The engine's patience: the job comes again until it has nothing more to say."""
    for _ in range(6):
        try:
            await bureau.send(queued)
        except (Later, NotNow):
            bureau.clock.forward(minutes=10)


@pytest.mark.parametrize("step", STEPS)
async def test_the_relay_gets_it_once_or_a_person_is_asked(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.clock.forward(seconds=11)
    with monkeypatch.context() as patch:
        STEPS[step](patch.setattr, die)
        with pytest.raises(Killed):
            await bureau.send(queued)
    await until_settled(bureau, queued)
    state = (await bureau.outgoing(queued)).state
    assert (len(bureau.relay.taken), state) in ((1, Sending.SENT), (1, Sending.UNKNOWN), (0, Sending.UNKNOWN))
    if step not in LATE:
        assert (len(bureau.relay.taken), state) == (1, Sending.SENT)


@pytest.mark.parametrize("step", [step for step in STEPS if "hand" not in step])
async def test_a_provider_that_can_be_asked_gets_it_exactly_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    provider = Provider()
    bureau.parts.of(Senders).relay = provider
    queued = await bureau.reply(await bureau.asked())
    bureau.clock.forward(seconds=11)
    with monkeypatch.context() as patch:
        STEPS[step](patch.setattr, die)
        with pytest.raises(Killed):
            await bureau.send(queued)
    await until_settled(bureau, queued)
    assert (len(provider.left), (await bureau.outgoing(queued)).state) == (1, Sending.SENT)


@pytest.mark.parametrize("broken", ["before", "after"])
async def test_a_broken_wire_is_looked_up_before_any_repeat(bureau: Bureau, broken: str) -> None:
    provider = Provider(breaks=[broken])
    bureau.parts.of(Senders).relay = provider
    queued = await bureau.reply(await bureau.asked())
    with pytest.raises(NotNow):
        await bureau.sent(queued)
    with pytest.raises(Later):
        await bureau.send(queued)
    await until_settled(bureau, queued)
    outgoing = await bureau.outgoing(queued)
    assert (len(provider.left), outgoing.state) == (1, Sending.SENT)
    assert outgoing.attempts == (2 if broken == "before" else 1)


async def test_two_workers_with_one_message_send_it_once(bureau: Bureau) -> None:
    """The lease of the first was lost while the relay was slow; its word still counts."""
    queued = await bureau.reply(await bureau.asked())

    async def another_worker() -> None:
        bureau.relay.meanwhile = None
        with pytest.raises(Later):
            await bureau.send(queued)
        bureau.clock.forward(minutes=10)
        await bureau.send(queued)
        assert (await bureau.outgoing(queued)).state == Sending.UNKNOWN

    bureau.relay.meanwhile = another_worker
    await bureau.sent(queued)
    assert (len(bureau.relay.taken), (await bureau.outgoing(queued)).state) == (1, Sending.SENT)


async def test_the_bytes_of_a_second_try_are_those_of_the_first(bureau: Bureau) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.relay.faults.append(Fault.TAKEN_THEN_GONE)
    await bureau.sent(queued)
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        await actions.send_again(work, queued.message_id)
    await bureau.send(queued)
    first, second = bureau.relay.taken
    assert first.raw == second.raw
    assert (await bureau.outgoing(queued)).state == Sending.SENT


async def test_taken_back_at_the_last_moment_it_does_not_leave(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        typed = await cancel(work, ticket_id, queued.message_id)
    assert typed.body_text == "Please turn the knob."
    await bureau.sent(queued)
    assert bureau.relay.taken == []


async def test_after_too_many_tries_it_fails_and_wakes_the_ticket(bureau: Bureau) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.relay.faults += [Fault.BUSY_AT_DATA] * 2
    with pytest.raises(NotNow):
        await bureau.sent(queued)
    bureau.attempt = actions.MOST_TRIES - 1
    await bureau.send(queued)
    failed = await bureau.outgoing(queued)
    assert failed.state == Sending.FAILED
    assert failed.failure is not None and "many times" in failed.failure


async def test_what_nobody_tries_any_more_is_said_aloud(bureau: Bureau) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.clock.forward(hours=2)
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        assert await actions.settle_given_up(work) == 0
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        await work.db.execute(DIE, {"id": queued.job_id})
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        assert await actions.settle_given_up(work) == 1
    assert (await bureau.outgoing(queued)).state == Sending.FAILED
