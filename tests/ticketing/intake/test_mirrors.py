"""Our own replies that come back, and marks that others carry: what is proven counts, what is shown does not."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.ticketing.agent import Agent
from tests.ticketing.desk import STAMPS, MailDesk, mail
from tests.wire.torture.case import Answer
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.intake.mime import read_mail
from waypost.ticketing.intake.mirrors import Proof, prove
from waypost.ticketing.messages.markers import Proven, Stamps
from waypost.ticketing.messages.models import Message, Occurrence
from waypost.ticketing.outbound.models import Outgoing, Sending
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.models import Confidence, Reason, Status, TicketMessage

pytestmark = pytest.mark.anyio

ANNA = "anna@client.example"
CODE = "tkt-abcdefghijklmnop"


def headers_of(proven: Proven, org: object, stamps: Stamps = STAMPS) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in stamps.headers(org, proven).items())  # type: ignore[arg-type]


def test_what_marks_prove() -> None:
    org, proven = new_id(), Proven(new_id(), new_id())
    address = STAMPS.address(org, CODE, "in.acme.example")
    shown = read_mail(mail("1", to=f"{address}, x@acme.example", headers=headers_of(proven, org)))
    assert prove(org, shown, STAMPS) == Proof(proven, (CODE,))
    assert prove(new_id(), shown, STAMPS) == prove(org, shown, Stamps((b"another key",))) == Proof(is_forged=True)
    assert prove(org, read_mail(mail("1")), STAMPS) == Proof()


def test_a_mark_in_any_letter_case_and_any_recipient_header() -> None:
    org, proven = new_id(), Proven(new_id(), new_id())
    loud = headers_of(proven, org).replace("X-OSS", "x-oss")
    assert prove(org, read_mail(mail("1", headers=loud)), STAMPS).proven == proven
    address = STAMPS.address(org, CODE, "in.acme.example").upper()
    for name in ("Cc", "Delivered-To", "Reply-To", "X-Original-To"):
        assert prove(org, read_mail(mail("1", headers=f"{name}: {address}\r\n")), STAMPS).codes == (CODE,)


async def answered(desk: MailDesk) -> Agent:
    """A question and our reply to it, not heard of since it left."""
    (ticket_id,) = await desk.deliver(mail("1", f"Anna <{ANNA}>"))
    assert ticket_id is not None
    agent = Agent(desk)
    await agent.act(Answer(0), ticket_id)
    async with desk.works.open(desk.org, MACHINE) as work:
        outgoing = (await work.db.scalars(select(Outgoing))).one()
        outgoing.state = Sending.UNKNOWN
        ticket = await queries.by_id(work.db, ticket_id)
        ticket.status = Status.PENDING
    return agent


async def seen(desk: MailDesk) -> tuple[int, int, str, str]:
    """Copies, messages, the ticket's status, the fate of the reply."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        copies = int(await work.db.scalar(select(func.count()).select_from(Occurrence)) or 0)
        messages = int(await work.db.scalar(select(func.count()).select_from(Message)) or 0)
        outgoing = (await work.db.scalars(select(Outgoing))).one()
        return copies, messages, (await queries.by_id(work.db, outgoing.ticket_id)).status, outgoing.state


async def test_a_copy_of_our_reply_is_a_copy_and_says_that_it_left(desk: MailDesk) -> None:
    agent = await answered(desk)
    await desk.deliver(agent.sent[0].raw, agent.sent[0].raw)
    assert await seen(desk) == (3, 2, Status.PENDING, Sending.SENT)
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        reasons = set(await work.db.scalars(select(Occurrence.route_reason).where(Occurrence.is_duplicate)))
    assert reasons == {"our own message"}


async def test_also_when_a_relay_gave_it_another_id_and_answers_name_that_one(desk: MailDesk) -> None:
    agent = await answered(desk)
    sent = agent.sent[0]
    relayed = sent.raw.replace(f"Message-ID: {sent.message_id}".encode(), b"Message-ID: <0100@relay.example>")
    assert relayed != sent.raw
    (home,) = await desk.deliver(relayed)
    assert (await seen(desk))[:2] == (2, 2)
    answer = mail("2", ANNA).replace(b"\r\nDate:", b"\r\nIn-Reply-To: <0100@relay.example>\r\nDate:")
    assert await desk.deliver(answer) == [home]


async def test_other_words_under_our_marks_are_another_message(desk: MailDesk) -> None:
    agent = await answered(desk)
    sent = agent.sent[0]
    for number, sender in enumerate(("support@acme.example", "eve@elsewhere.example")):
        raw = mail(f"f{number}", sender, to=ANNA, text="Pay to another account.", headers=sent.markers + "\r\n")
        await desk.deliver(raw)
        swallowed = raw.replace(f"<f{number}@client.example>".encode(), sent.message_id.encode())
        await desk.deliver(swallowed)
    assert await seen(desk) == (5, 4, Status.PENDING, Sending.UNKNOWN)


async def test_a_bounce_comes_back_to_its_ticket_and_marks_the_reply(desk: MailDesk) -> None:
    agent = await answered(desk)
    status = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {ANNA}\r\nAction: failed\r\nStatus: 5.1.1"
    head = "From: MAILER-DAEMON@mx.example\r\nTo: support@acme.example\r\nSubject: Undelivered\r\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    parts = (
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    bounce = (head + kind + parts).encode() + agent.sent[0].raw + b"\r\n--b--\r\n"
    (home,) = await desk.deliver(bounce)
    assert (await seen(desk))[3] == Sending.FAILED
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        assert home == await work.db.scalar(select(Outgoing.ticket_id))


async def test_the_reply_address_finds_the_ticket_for_those_who_take_part(desk: MailDesk) -> None:
    agent = await answered(desk)
    to = agent.sent[0].ticket_address
    (joined,) = await desk.deliver(mail("2", ANNA, to=to, subject="No reference at all"))
    (apart,) = await desk.deliver(mail("x", "eve@elsewhere.example", to=to))
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        assert joined == await work.db.scalar(select(Outgoing.ticket_id)) != apart
        chosen = select(TicketMessage).where(TicketMessage.stitch_reason == Reason.REPLY_TO_TOKEN)
        link = (await work.db.scalars(chosen)).one()
    assert link.stitch_confidence == Confidence.HIGH and link.new_subject


async def test_marks_of_one_organisation_mean_nothing_in_another(desk: MailDesk, other_desk: MailDesk) -> None:
    agent = await answered(desk)
    other = replace(other_desk, stamps=desk.stamps)
    raw = mail("2", ANNA, to=agent.sent[0].ticket_address, headers=agent.sent[0].markers + "\r\n")
    (home,) = await other.deliver(raw)
    assert home is not None
    async with other.works.open(other.org, MACHINE, reads=True) as work:
        link = (await work.db.scalars(select(TicketMessage))).one()
    assert link.evidence.endswith("marks that are not ours were ignored")
