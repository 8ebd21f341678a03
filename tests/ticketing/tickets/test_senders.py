"""Mail that names nothing, by the house's policy: the same sender again, machines that do not stop, several inboxes."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import AddressKind, Message, OwnAddress, SameSender, ThreadingPolicy
from waypost.ticketing.tickets.models import Reason, Ticket, TicketMessage

pytestmark = pytest.mark.anyio

AWAY = "Auto-Submitted: auto-replied\r\n"
SALES = "sales@acme.example"


async def decide(desk: MailDesk, **policy: object) -> None:
    """What the house wants."""
    async with desk.works.open(desk.org, MACHINE) as work:
        await work.db.execute(delete(ThreadingPolicy))
        work.db.add(ThreadingPolicy(updated_at=work.now, **policy))


async def alive(desk: MailDesk) -> int:
    """Tickets that hold something."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return int(await work.db.scalar(select(func.count()).where(Ticket.message_count > 0)) or 0)


async def test_a_second_mail_before_any_answer_is_a_matter_of_its_own(desk: MailDesk) -> None:
    first, second = await desk.deliver(mail("1"), mail("2"))
    assert first != second


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
async def test_unless_the_house_says_otherwise(desk: MailDesk, other_desk: MailDesk, together: bool) -> None:
    await decide(desk, same_sender=SameSender.SAME_SUBJECT)
    raws = [mail("1"), mail("2"), mail("3", subject="Parking")]
    homes = await desk.deliver(*raws) if together else [(await desk.deliver(raw))[0] for raw in raws]
    assert homes[0] == homes[1] != homes[2] and homes[0] is not None
    assert await desk.reasons(homes[0]) == [Reason.NEW_TICKET, Reason.SAME_SENDER]
    assert len(set(await other_desk.deliver(*raws))) == 3


async def test_any_subject_when_the_house_wants_one_ticket_a_sender(desk: MailDesk) -> None:
    await decide(desk, same_sender=SameSender.TOGETHER)
    assert len(set(await desk.deliver(mail("1"), mail("2", subject="Parking")))) == 1


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
async def test_never_after_an_answer_and_never_a_stranger(desk: MailDesk, together: bool) -> None:
    await decide(desk, same_sender=SameSender.TOGETHER)
    answered = [mail("1"), mail("a", "support@acme.example", to="anna@client.example", refs=("1",)), mail("2")]
    homes = await desk.deliver(*answered) if together else [(await desk.deliver(raw))[0] for raw in answered]
    assert homes[0] == homes[1] != homes[2]
    assert (await desk.deliver(mail("3", "ben@client.example")))[0] not in homes


async def test_never_after_the_window(desk: MailDesk) -> None:
    await decide(desk, same_sender=SameSender.TOGETHER, window_hours=1)
    (first,) = await desk.deliver(mail("1"))
    desk.arrived += 90
    assert await desk.deliver(mail("2")) != [first]


async def test_machines_open_a_bounded_number_of_tickets(desk: MailDesk) -> None:
    await decide(desk, automatic_per_hour=3)
    storm = [mail(str(n), "robot@plant.example", subject=f"Alarm {n}", headers=AWAY) for n in range(6)]
    homes = [*await desk.deliver(*storm[:4]), *[(await desk.deliver(raw))[0] for raw in storm[4:]]]
    assert len(set(homes)) == await alive(desk) == 3
    assert isinstance(homes[-1], UUID) and (await desk.reasons(homes[-1]))[-1] == Reason.LOOP_GUARD
    (other,) = await desk.deliver(mail("x", "robot@elsewhere.example", headers=AWAY))
    assert other not in homes
    desk.arrived += 120
    (later,) = await desk.deliver(mail("y", "robot@plant.example", headers=AWAY))
    assert later not in homes


async def test_people_are_never_held_back(desk: MailDesk) -> None:
    await decide(desk, automatic_per_hour=1)
    assert len(set(await desk.deliver(*(mail(str(n)) for n in range(5))))) == 5


async def two_inboxes(desk: MailDesk, raw: bytes) -> list[UUID | None]:
    """One mail to both of our inboxes, and its ticket at each."""
    homes = []
    for inbox in ("support@acme.example", SALES):
        desk.inbox = inbox
        homes += await desk.deliver(raw)
    return homes


async def test_one_mail_to_two_inboxes_is_one_ticket(desk: MailDesk) -> None:
    assert len(set(await two_inboxes(desk, mail("1")))) == 1


async def test_or_one_for_each_inbox_and_each_follows_its_own_thread(desk: MailDesk) -> None:
    await decide(desk, inboxes_apart=True)
    async with desk.works.open(desk.org, MACHINE) as work:
        work.db.add(OwnAddress(address="journal@acme.example", kind=AddressKind.JOURNAL))
    first = await two_inboxes(desk, mail("1", to=f"support@acme.example, {SALES}"))
    again = await two_inboxes(desk, mail("2", refs=("1",), to=f"support@acme.example, {SALES}"))
    assert first == again and len(set(first)) == 2
    assert await two_inboxes(desk, mail("1", to=f"support@acme.example, {SALES}")) == first
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        groups = set(await work.db.scalars(select(Message.collision_group_id)))
        links = len((await work.db.scalars(select(TicketMessage.id))).all())
    assert groups == {None} and links == 4


async def test_an_answer_to_one_inbox_alone_joins_that_inboxs_ticket(desk: MailDesk) -> None:
    await decide(desk, inboxes_apart=True)
    _support, sales = await two_inboxes(desk, mail("1", to=f"support@acme.example, {SALES}"))
    desk.inbox = SALES
    assert await desk.deliver(mail("2", refs=("1",), to=SALES)) == [sales]
