"""What comes back after a reply: its own copy, the customer's answer, a bounce, and what somebody made up."""

from email import message_from_bytes

import pytest
from sqlalchemy import func, select, update

from tests.ticketing.desk import INBOX, MailDesk, mail
from tests.ticketing.replies.conftest import ANNA, Bureau
from tests.wire.smtp import Fault
from waypost.platform.access import MACHINE
from waypost.platform.errors import NotFound
from waypost.ticketing.messages.models import Message, Occurrence
from waypost.ticketing.outbound import actions as outbound
from waypost.ticketing.outbound.models import Sending
from waypost.ticketing.replies import actions
from waypost.ticketing.replies.actions import Queued
from waypost.ticketing.tickets.models import Status, Ticket

pytestmark = pytest.mark.anyio
EMPTY = "Return-Path: <>\r\n"


async def messages(bureau: Bureau) -> int:
    """How many messages Acme has."""
    async with bureau.desk.works.open(bureau.desk.org, MACHINE, reads=True) as work:
        return int(await work.db.scalar(select(func.count()).select_from(Message)) or 0)


def report(queued: Queued, recipient: str = ANNA, *, action: str = "failed") -> bytes:
    """A delivery status notification as a mail server writes it."""
    status = (
        "Reporting-MTA: dns; mx.client.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    )
    original = f"From: {INBOX}\r\nTo: {ANNA}\r\nMessage-ID: <oss-{queued.oss_message_id}@mail.acme.example>\r\n\r\n"
    parts = [
        ("text/plain", "It could not be delivered.\r\n"),
        ("message/delivery-status", status),
        ("message/rfc822", original),
    ]
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{words}\r\n" for kind, words in parts)
    head = (
        f"From: MAILER-DAEMON@mx.client.example\r\nTo: {INBOX}\r\nSubject: Undelivered Mail\r\n"
        "Date: Tue, 3 Nov 2026 12:05:00 +0000\r\nMessage-ID: <dsn@mx.client.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    )
    return (head + body + "--b--\r\n").encode()


async def test_the_journal_copy_joins_and_changes_nothing(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id, status_after=Status.PENDING)
    await bureau.sent(queued)
    before = await bureau.ticket(ticket_id)
    count = await messages(bureau)
    (joined,) = await bureau.desk.deliver(bureau.relay.taken[0].raw)
    after = await bureau.ticket(ticket_id)
    assert joined == ticket_id
    assert await messages(bureau) == count
    assert (after.status, after.message_count, after.last_activity_at) == (
        before.status,
        before.message_count,
        before.last_activity_at,
    )


async def test_a_copy_settles_what_was_unknown(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    bureau.relay.faults.append(Fault.TAKEN_THEN_GONE)
    await bureau.sent(queued)
    assert (await bureau.outgoing(queued)).state == Sending.UNKNOWN
    await bureau.desk.deliver(bureau.relay.taken[0].raw)
    assert (await bureau.outgoing(queued)).state == Sending.SENT
    sent = [data for event, data in await bureau.events(ticket_id) if event == "outbound_sent"]
    assert [one["by"] for one in sent] == ["copy"]
    assert sent[0]["to_emails"] == [ANNA]


async def test_a_customer_answers_by_reference_and_by_address(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    await bureau.sent(queued)
    left = message_from_bytes(bureau.relay.taken[0].raw)
    rfc_id = str(left["Message-ID"]).strip("<>")
    by_reference = mail("a1", f"Anna <{ANNA}>", headers=f"In-Reply-To: <{rfc_id}>\r\n")
    by_address = mail("a2", f"Anna <{ANNA}>", to=str(left["Reply-To"]), subject="And one more thing")
    assert await bureau.desk.deliver(by_reference) == [ticket_id]
    assert await bureau.desk.deliver(by_address) == [ticket_id]
    assert "reply_to_token" in await bureau.desk.reasons(ticket_id)


async def test_a_made_up_mark_opens_no_door(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    await bureau.sent(queued)
    forged = f"X-OSS-Ticket-ID: {ticket_id}\r\nX-OSS-Message-ID: {queued.oss_message_id}\r\n"
    wrong = forged + f"X-OSS-Signature: v1={'ab' * 32}\r\n"
    code = (await bureau.ticket(ticket_id)).ticket_code
    found = [
        *await bureau.desk.deliver(mail("f1", "eve@evil.example", subject="Hello", headers=forged)),
        *await bureau.desk.deliver(mail("f2", "eve@evil.example", subject="Hello you", headers=wrong)),
        *await bureau.desk.deliver(
            mail("f3", "eve@evil.example", subject="You there", to=f"ticket+{code}.{'a' * 16}@in.acme.example")
        ),
    ]
    assert ticket_id not in found
    assert (await bureau.ticket(ticket_id)).message_count == 2


async def test_a_bounce_marks_the_reply_and_wakes_the_ticket(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id, status_after=Status.CLOSED)
    await bureau.sent(queued)
    assert await bureau.desk.deliver(report(queued)) == [ticket_id]
    failed = await bureau.outgoing(queued)
    assert failed.state == Sending.FAILED
    assert failed.bounced_at is not None
    assert failed.failure == f"It came back. {ANNA}: 550 5.1.1 no such user"
    assert ("outbound_failed", {"message_id": str(queued.message_id), "bounced": True}) in await bureau.events(
        ticket_id
    )
    for _ in range(2):
        async with bureau.desk.works.open(bureau.desk.org, MACHINE) as work:
            await actions.wake(work, queued.message_id)
    ticket = await bureau.ticket(ticket_id)
    assert (ticket.status, ticket.closed_at) == (Status.OPEN, None)
    assert [event for event, _ in await bureau.events(ticket_id)].count("ticket_reopened") == 1


async def test_a_bounce_about_somebody_else_or_a_delay_is_not_believed(bureau: Bureau) -> None:
    queued = await bureau.reply(await bureau.asked())
    await bureau.sent(queued)
    await bureau.desk.deliver(report(queued, "carl@elsewhere.example"))
    await bureau.desk.deliver(report(queued, action="delayed").replace(b"<dsn@", b"<dsn2@"))
    assert (await bureau.outgoing(queued)).state == Sending.SENT


async def test_a_letter_of_an_older_server_that_names_nobody_joins_and_marks_the_reply(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    await bureau.sent(queued)
    returned = f"Message-ID: <oss-{queued.oss_message_id}@mail.acme.example>"
    text = f"Your message could not be delivered. These were its headers:\r\n\r\n{returned}\r\n"
    raw = mail("older", "MAILER-DAEMON@mx.client.example", subject="Returned mail", text=text, headers=EMPTY)
    assert await bureau.desk.deliver(raw) == [ticket_id]
    failed = await bureau.outgoing(queued)
    assert (failed.state, failed.failure) == (Sending.FAILED, "It came back. the mail server did not say why")


async def test_a_report_that_names_nobody_joins_only_by_the_id_of_our_own_mail(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    await bureau.sent(queued)
    nameless = report(queued, "").replace(b"Final-Recipient: rfc822; \r\n", b"")
    annas = f"oss-{queued.oss_message_id}@mail.acme.example".encode()
    stranger = nameless.replace(annas, b"q1@client.example").replace(b"<dsn@", b"<dsn3@")
    assert ticket_id not in await bureau.desk.deliver(stranger)
    assert (await bureau.outgoing(queued)).state == Sending.SENT
    assert await bureau.desk.deliver(nameless) == [ticket_id]
    failed = await bureau.outgoing(queued)
    assert (failed.state, failed.failure) == (Sending.FAILED, "It came back. 550 5.1.1 no such user")


async def test_another_organisations_reports_and_copies_say_nothing(bureau: Bureau, other_desk: MailDesk) -> None:
    queued = await bureau.reply(await bureau.asked())
    bureau.relay.faults.append(Fault.TAKEN_THEN_GONE)
    await bureau.sent(queued)
    await other_desk.deliver(report(queued))
    await other_desk.deliver(bureau.relay.taken[0].raw)
    assert (await bureau.outgoing(queued)).state == Sending.UNKNOWN
    async with bureau.desk.works.open(other_desk.org, bureau.agent) as work:
        with pytest.raises(NotFound):
            await outbound.it_arrived(work, queued.message_id)


async def test_a_person_settles_what_is_unknown(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    queued = await bureau.reply(ticket_id)
    bureau.relay.faults.append(Fault.GONE_AT_DATA)
    await bureau.sent(queued)
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        await actions.it_arrived(work, ticket_id, queued.message_id)
    assert (await bureau.outgoing(queued)).state == Sending.SENT
    async with bureau.desk.works.open(bureau.desk.org, bureau.agent) as work:
        with pytest.raises(outbound.NotOpen):
            await actions.send_again(work, ticket_id, queued.message_id)
    assert bureau.relay.taken == []


async def test_a_live_ticket_stays_alive_when_its_replys_copy_comes_late(bureau: Bureau) -> None:
    ticket_id = await bureau.asked()
    await bureau.sent(await bureau.reply(ticket_id))
    async with bureau.desk.works.open(bureau.desk.org, MACHINE) as work:
        await work.db.execute(update(Ticket).where(Ticket.id == ticket_id).values(status=Status.OPEN))
    await bureau.desk.deliver(bureau.relay.taken[0].raw)
    await bureau.desk.deliver(bureau.relay.taken[0].raw)
    assert (await bureau.ticket(ticket_id)).status == Status.OPEN
    async with bureau.desk.works.open(bureau.desk.org, MACHINE, reads=True) as work:
        states = set(await work.db.scalars(select(Occurrence.state)))
    assert states == {"routed"}
