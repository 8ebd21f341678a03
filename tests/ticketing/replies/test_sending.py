"""What happens to a reply between the click and the other side."""

import pytest
from sqlalchemy import select, update

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.replies.conftest import ANNA, Bureau
from tests.wire.provider import Provider
from tests.wire.smtp import Fault
from waypost.platform.jobs import Later
from waypost.platform.storage.queries import by_id
from waypost.ticketing.intake.reading.mail import read_mail
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.outbound.delivery import SWITCHED_OFF
from waypost.ticketing.outbound.identities import switch
from waypost.ticketing.outbound.models import SendIdentity, Sending
from waypost.ticketing.outbound.sender import NotNow, Senders
from waypost.ticketing.replies.queries import FileMissing

pytestmark = pytest.mark.anyio


async def test_files_and_html_go_along_and_the_bytes_are_kept(bureau: Bureau) -> None:
    ticket_id, pdf = await bureau.asked(), b"%PDF-1.7 plan"
    file = await bureau.stored(pdf)
    queued = await bureau.reply(ticket_id, body_html="<p>Please <b>turn</b> it.</p>", files=(file, file))
    await bureau.sent(queued)
    (taken,) = bureau.relay.taken
    read = read_mail(taken.raw)
    assert [(one.filename, one.data) for one in read.attachments] == [("Plan ü.pdf", pdf)] * 2
    assert read.body_html is not None and "<b>turn</b>" in read.body_html
    outgoing = await bureau.outgoing(queued)
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent, reads=True) as work:
        assert outgoing.raw_blob_id is not None
        kept = await by_id(work.db, outgoing.raw_blob_id)
    assert await bureau.desk.blobs.read(kept.storage_key) == taken.raw


async def test_nothing_leaves_from_an_address_that_was_switched_off(bureau: Bureau) -> None:
    queued = await bureau.reply(await bureau.asked())
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        await switch(work, bureau.identity_id, on=False)
    await bureau.sent(queued)
    failed = await bureau.outgoing(queued)
    assert (failed.state, failed.failure) == (Sending.FAILED, SWITCHED_OFF)
    assert bureau.relay.taken == []


async def test_a_file_of_another_organisation_does_not_exist(bureau: Bureau, other_desk: MailDesk) -> None:
    foreign = await bureau.stored(b"secret", org=other_desk.org)
    ticket_id = await bureau.asked()
    with pytest.raises(FileMissing):
        await bureau.reply(ticket_id, files=(foreign,))


async def test_a_chain_of_answers_names_its_beginning_and_its_end(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    await bureau.desk.deliver(mail("q2", ANNA, refs=["q1"]))
    first = await bureau.reply(ticket_id)
    await bureau.sent(first)
    second = await bureau.reply(ticket_id, body_text="One more word.")
    await bureau.sent(second)
    chains = [read_mail(one.raw).references for one in bureau.relay.taken]
    assert chains == [("<q1@client.example>", "<q2@client.example>")] * 2


async def test_the_provider_is_told_its_own_thread(bureau: Bureau) -> None:
    provider, ticket_id = Provider(), await bureau.asked()
    bureau.parts.of(Senders).by_provider["import"] = provider
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        await work.db.execute(update(Occurrence).values(thread_id="thread-1"))
        mailbox_id = await work.db.scalar(select(Occurrence.mailbox_id))
        await work.db.execute(update(SendIdentity).values(mailbox_id=mailbox_id))
    await bureau.sent(await bureau.reply(ticket_id))
    (envelope,) = provider.left
    assert (envelope.thread_id, envelope.mailbox_id, envelope.org) == ("thread-1", mailbox_id, bureau.desk.org)
    assert bureau.relay.taken == []


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
