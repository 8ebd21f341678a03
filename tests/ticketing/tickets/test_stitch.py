"""Stitching on a real database: one ticket a conversation, in any order of arrival, never across organisations."""

import itertools
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Message, Occurrence
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import LinkKind, Status, Ticket, TicketLink, TicketMessage
from waypost.ticketing.tickets.stitch import stitch

pytestmark = pytest.mark.anyio

THREAD = (
    mail("1"),
    mail("2", "support@acme.example", to="anna@client.example", subject="Re: Boiler is cold", refs=("1",)),
    mail("3", subject="Re: Boiler is cold", refs=("1", "2")),
)


async def count(desk: MailDesk, model: type) -> int:
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return int(await work.db.scalar(select(func.count()).select_from(model)) or 0)


async def status_of(desk: MailDesk, ticket_id: UUID | None) -> str:
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        assert ticket_id is not None
        return (await queries.by_id(work.db, ticket_id)).status


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
async def test_any_order_of_arrival_gives_one_ticket(desk: MailDesk, order: tuple[int, ...], together: bool) -> None:
    raws = [THREAD[place] for place in order]
    if together:
        await desk.deliver(*raws)
    else:
        for raw in raws:
            await desk.deliver(raw)
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        homes = set(await work.db.scalars(select(TicketMessage.ticket_id)))
        alive = await work.db.scalar(select(func.count()).where(Ticket.message_count > 0))
        ticket = await queries.by_id(work.db, homes.pop())
    assert not homes and alive == 1
    assert ticket.requester_email == "anna@client.example"
    assert ticket.message_count == 3


async def test_a_copy_makes_no_second_message_and_no_second_ticket(desk: MailDesk) -> None:
    first, second = await desk.deliver(mail("1"), mail("1"))
    assert first == second
    (third,) = await desk.deliver(mail("1"))
    assert third == first
    assert (await count(desk, Message), await count(desk, Ticket), await count(desk, Occurrence)) == (1, 1, 3)


async def test_a_copy_with_a_rewritten_message_id_is_the_same_and_answers_to_either_join(desk: MailDesk) -> None:
    same = mail("1", text="The boiler is cold again.")
    rewritten = same.replace(b"<1@client.example>", b"<gw-77@relay.example>")
    first, second = await desk.deliver(same, rewritten)
    assert first == second
    (answer,) = await desk.deliver(mail("2", refs=("1",)))
    other = mail("3").replace(b"\r\nDate:", b"\r\nIn-Reply-To: <gw-77@relay.example>\r\nDate:")
    (late,) = await desk.deliver(other)
    assert answer == late == first


async def test_the_same_message_id_on_other_content_is_doubt_not_a_copy(desk: MailDesk) -> None:
    first, second = await desk.deliver(mail("1", text="One."), mail("1", text="Something else entirely."))
    assert first != second
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        groups = set(await work.db.scalars(select(Message.collision_group_id)))
    assert len(groups) == 1 and None not in groups


async def test_a_customers_answer_wakes_a_ticket_up(desk: MailDesk) -> None:
    (ticket_id,) = await desk.deliver(mail("1"))
    for asleep in (Status.PENDING, Status.RESOLVED):
        async with desk.works.open(desk.org, MACHINE) as work:
            assert ticket_id is not None
            await change(work, await queries.by_id(work.db, ticket_id), Change(status=asleep))
        await desk.deliver(mail(f"again-{asleep}", refs=("1",)))
        assert await status_of(desk, ticket_id) == Status.OPEN


async def test_our_own_copy_and_an_auto_reply_wake_nothing(desk: MailDesk) -> None:
    (ticket_id,) = await desk.deliver(mail("1"))
    async with desk.works.open(desk.org, MACHINE) as work:
        assert ticket_id is not None
        await change(work, await queries.by_id(work.db, ticket_id), Change(status=Status.PENDING))
    ours = mail("2", "support@acme.example", to="anna@client.example", refs=("1",))
    away = mail("3", refs=("1",), headers="Auto-Submitted: auto-replied\r\n")
    assert set(await desk.deliver(ours, away)) == {ticket_id}
    assert await status_of(desk, ticket_id) == Status.PENDING


async def test_a_stranger_who_names_a_message_does_not_get_in(desk: MailDesk) -> None:
    (ticket_id,) = await desk.deliver(mail("1"))
    (other_id,) = await desk.deliver(mail("x", "eve@elsewhere.example", refs=("1",)))
    assert other_id != ticket_id
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        link = (await work.db.scalars(select(TicketLink))).one()
    assert (link.ticket_id, link.other_id, link.kind) == (other_id, ticket_id, LinkKind.MENTIONS)


async def test_a_ticket_a_person_worked_on_is_linked_not_rearranged(desk: MailDesk) -> None:
    first, third = THREAD[0], mail("3", refs=("2",))
    (ticket_id,) = await desk.deliver(first)
    (other_id,) = await desk.deliver(third)
    async with desk.works.open(desk.org, MACHINE) as work:
        assert other_id is not None
        await change(work, await queries.by_id(work.db, other_id), Change(status=Status.PENDING))
    (middle,) = await desk.deliver(mail("2", refs=("1",)))
    assert middle == ticket_id
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        kinds = list(await work.db.scalars(select(TicketLink.kind)))
    assert kinds == [LinkKind.SAME_THREAD]


async def test_two_organisations_never_share_a_thread(desk: MailDesk, other_desk: MailDesk) -> None:
    (ticket_id,) = await desk.deliver(mail("1"))
    (other_id,) = await other_desk.deliver(mail("2", refs=("1",)))
    assert other_id not in (None, ticket_id)
    assert await count(desk, Ticket) == await count(other_desk, Ticket) == 1
    async with other_desk.works.open(other_desk.org, MACHINE, reads=True) as work:
        with pytest.raises(queries.TicketNotFound):
            assert ticket_id is not None
            await queries.by_id(work.db, ticket_id)


async def test_stitching_twice_changes_nothing(desk: MailDesk) -> None:
    raws = [mail("1"), mail("2", refs=("1",))]
    ids = await desk.receive(raws)
    await desk.read(ids, raws)
    for _ in range(2):
        async with desk.works.open(desk.org, MACHINE) as work:
            await stitch(work, ids)
    assert await count(desk, TicketMessage) == 2
