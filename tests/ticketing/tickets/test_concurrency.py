"""Several workers at the same moment: one message, one ticket, whatever comes first."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Message, Occurrence
from waypost.ticketing.tickets.models import Ticket, TicketMessage
from waypost.ticketing.tickets.stitch import stitch

pytestmark = pytest.mark.anyio
QUESTION = mail("1")
ANSWER = mail("2", "support@acme.example", to="anna@client.example", refs=("1",))
MIDDLE, LAST = mail("3", refs=("1", "2")), mail("4", refs=("2", "3"))


async def together(desk: MailDesk, *raws: bytes) -> list[UUID | None]:
    """Each mail in the hands of a worker of its own, all at once."""
    ids = await desk.receive(raws)
    await asyncio.gather(*(desk.finish([one], [raw]) for one, raw in zip(ids, raws, strict=True)))
    return [await desk.ticket_of(one) for one in ids]


async def alive(desk: MailDesk) -> tuple[int, int, int, int]:
    """Copies, messages, links, tickets that hold something."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        counts = [
            await work.db.scalar(select(func.count()).select_from(one)) for one in (Occurrence, Message, TicketMessage)
        ]
        tickets = await work.db.scalar(select(func.count()).where(Ticket.message_count > 0))
    copies, messages, links = (int(n or 0) for n in counts)
    return copies, messages, links, int(tickets or 0)


@pytest.mark.parametrize("others", [(QUESTION,), (ANSWER,), (ANSWER, MIDDLE, LAST), (QUESTION, ANSWER, ANSWER, LAST)])
async def test_at_the_same_moment(desk: MailDesk, others: tuple[bytes, ...]) -> None:
    raws = (QUESTION, *others)
    assert len(set(await together(desk, *raws))) == 1
    distinct = len(set(raws))
    assert await alive(desk) == (len(raws), distinct, distinct, 1)
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        (ticket,) = await work.db.scalars(select(Ticket).where(Ticket.message_count > 0))
    assert ticket.message_count == distinct


@pytest.mark.parametrize("seed", range(3))
async def test_many_copies_in_any_order_are_one_message(desk: MailDesk, seed: int) -> None:
    """As they are, under a rewritten Message-ID, and without any."""
    body = mail("1", text="The boiler is cold.")
    rewritten = body.replace(b"<1@client.example>", b"<gw@relay.example>")
    without = body.replace(b"Message-ID: <1@client.example>\r\n", b"")
    raws = [*[body] * 4, *[rewritten] * 2, *[without] * 2]
    random.Random(seed).shuffle(raws)
    assert len(set(await together(desk, *raws))) == 1
    assert await alive(desk) == (8, 1, 1, 1)
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        duplicates = await work.db.scalar(select(func.count()).where(Occurrence.is_duplicate))
    assert duplicates == 7


async def test_the_same_copies_stitched_by_two_workers(desk: MailDesk) -> None:
    raws = [QUESTION, MIDDLE, LAST]
    ids = await desk.receive(raws)
    await desk.read(ids, raws)

    async def one(mine: Sequence[UUID]) -> None:
        async with desk.works.open(desk.org, MACHINE) as work:
            await stitch(work, mine)

    await asyncio.gather(one(ids), one(ids[::-1]), one(ids[1:]))
    assert await alive(desk) == (3, 3, 3, 1)
