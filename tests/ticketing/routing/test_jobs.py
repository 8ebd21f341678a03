"""The same by the real queue: what is dropped, what finds another place, routing again; every job may run twice."""

import pytest
from sqlalchemy import select, text

from tests.ticketing.collisions.conftest import alike
from tests.ticketing.desk import mail
from tests.ticketing.intake.conftest import MailRoom, room
from waypost.platform.access import MACHINE
from waypost.ticketing.collisions import jobs as collisions_jobs
from waypost.ticketing.collisions.models import CollisionsLeft
from waypost.ticketing.messages.models import Message, OccurrenceStitched
from waypost.ticketing.routing import jobs as routing_jobs
from waypost.ticketing.routing.actions import allow
from waypost.ticketing.routing.models import RerunAsked, RoutingRerun
from waypost.ticketing.routing.rerunning import ask_rerun
from waypost.ticketing.routing.rules import write_rule
from waypost.ticketing.routing.typed import TypedRule
from waypost.ticketing.tickets.models import Status, Ticket

pytestmark = pytest.mark.anyio
__all__ = ["room"]
assert routing_jobs and collisions_jobs, "their declarations stand"
NEWS = "news@letters.example"


async def tickets(room: MailRoom) -> list[Ticket]:
    """Those that hold something, oldest first."""
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(Ticket).where(Ticket.message_count > 0).order_by(Ticket.id)))


async def test_from_bytes_to_nothing_but_what_is_wanted(room: MailRoom) -> None:
    room.desk.inbox = None
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await write_rule(work, TypedRule(name="News", match_sender_email_pattern="news@*", action_drop=True))
        await write_rule(work, TypedRule(name="Rest", action_set_status=Status.OPEN))
    thread = [
        mail("1", NEWS, headers="Cc: anna@client.example\r\n"),
        mail("2", refs=("1",)),
        mail("3", NEWS, refs=("1",)),
    ]
    ids = await room.desk.receive([*thread, mail("4")])
    await room.work_off()
    assert await room.states() == ["routed"] * 4
    kept = await tickets(room)
    news, answer, more, other = [await room.desk.ticket_of(one) for one in ids]
    assert (news, more) == (None, None) and {answer, other} == {one.id for one in kept}
    assert [one.status for one in kept] == [Status.OPEN] * 2
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        for one in ids:
            work.tell(OccurrenceStitched(one))
    await room.work_off()
    assert [(one.id, one.updated_at) for one in await tickets(room)] == [(one.id, one.updated_at) for one in kept]


async def test_spam_is_routed_again(room: MailRoom) -> None:
    room.desk.inbox = None
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await allow(work, "help@acme.example")
    await room.desk.receive([mail(str(n), to="sales@acme.example") for n in range(5)])
    await room.work_off()
    assert {one.status for one in await tickets(room)} == {Status.SPAM}
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await allow(work, "sales@acme.example")
        asked = (await ask_rerun(work)).id
    await room.work_off()
    assert {one.status for one in await tickets(room)} == {Status.NEW}
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        work.tell(RerunAsked(asked))
    await room.work_off()
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        (run,) = await work.db.scalars(select(RoutingRerun))
    assert (run.looked_at_count, run.freed_count, run.finished_at is not None) == (5, 5, True)


async def test_a_long_backfill_goes_on_by_itself(room: MailRoom) -> None:
    await room.desk.deliver(*(alike(str(n), n) for n in range(3)))
    async with room.desk.works.open(room.desk.org, MACHINE) as work:
        await work.db.execute(text("update messages set collision_group_id = null"))
        work.tell(CollisionsLeft(""))
    await room.work_off()
    async with room.desk.works.open(room.desk.org, MACHINE, reads=True) as work:
        groups = list(await work.db.scalars(select(Message.collision_group_id)))
    assert len(groups) == 3 and len(set(groups)) == 1 and None not in groups
