"""What happens to a reply between the click and the other side."""

import pytest

from tests.ticketing.replies.conftest import ANNA, Bureau
from tests.wire.smtp import Fault
from waypost.platform.jobs import Later
from waypost.ticketing.intake.reading.mail import read_mail
from waypost.ticketing.outbound.models import Sending
from waypost.ticketing.outbound.sender import NotNow

pytestmark = pytest.mark.anyio


async def test_a_reply_leaves_once_after_its_time_of_grace(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    with pytest.raises(Later):
        await bureau.send(queued)
    assert bureau.relay.taken == []
    await bureau.sent(queued)
    await bureau.send(queued)
    (taken,) = bureau.relay.taken
    assert taken.recipients == (ANNA,)
    read = read_mail(taken.raw)
    assert read.in_reply_to == ("<q1@client.example>",)
    assert read.references == ("<q1@client.example>",)
    assert read.rfc_message_id == f"<oss-{queued.oss_message_id}@mail.acme.example>"
    assert read.body_text is not None and read.body_text.strip() == "Please turn the knob."
    outgoing = await bureau.outgoing(queued)
    assert (outgoing.state, outgoing.attempts, outgoing.provider_id) == (Sending.SENT, 1, "2.0.0 OK: queued as Q1")
    names = [event for event, _ in await bureau.events(ticket_id)]
    assert names[-3:] == ["message_joined", "outbound_queued", "outbound_sent"]


@pytest.mark.parametrize("fault", [Fault.BUSY_AT_RCPT, Fault.BUSY_AT_DATA, Fault.GONE_AT_RCPT])
async def test_what_surely_did_not_leave_is_tried_again(bureau: Bureau, fault: Fault) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.relay.faults.append(fault)
    with pytest.raises(NotNow):
        await bureau.sent(queued)
    waiting = await bureau.outgoing(queued)
    assert waiting.state == Sending.QUEUED
    assert waiting.failure
    await bureau.send(queued)
    assert len(bureau.relay.taken) == 1
    assert (await bureau.outgoing(queued)).state == Sending.SENT


@pytest.mark.parametrize("fault", [Fault.NOBODY_AT_RCPT, Fault.REFUSED_AT_DATA])
async def test_what_is_refused_for_good_fails_and_says_why(bureau: Bureau, fault: Fault) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    bureau.relay.faults.append(fault)
    await bureau.sent(queued)
    await bureau.send(queued)
    failed = await bureau.outgoing(queued)
    assert failed.state == Sending.FAILED
    assert failed.failure is not None and fault.value[:3] in failed.failure
    assert bureau.relay.taken == []
    assert (await bureau.events(ticket_id))[-1][0] == "outbound_failed"


@pytest.mark.parametrize("fault", [Fault.TAKEN_THEN_GONE, Fault.GONE_AT_DATA, Fault.NONSENSE_AT_DATA])
async def test_a_lost_answer_is_unknown_and_never_repeated(bureau: Bureau, fault: Fault) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    bureau.relay.faults.append(fault)
    await bureau.sent(queued)
    taken = len(bureau.relay.taken)
    bureau.clock.forward(hours=1)
    await bureau.send(queued)
    assert (await bureau.outgoing(queued)).state == Sending.UNKNOWN
    assert len(bureau.relay.taken) == taken
    assert (await bureau.events(ticket_id))[-1][0] == "outbound_unknown"
