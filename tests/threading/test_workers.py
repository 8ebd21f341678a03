"""Several workers at once: however many copies come, in whatever order, a mail is one message with one place.

Hypothesis draws which copies arrive, how they are cut into batches, and how often a batch is done again, as a job that
was killed; the batches run at the same time on a real database.
"""

import asyncio
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.database import Logins
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards, connect
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import settle
from waypost.platform.work import Works
from waypost.ticketing.messages.models import Message, Occurrence, State
from waypost.ticketing.tickets.models import Ticket, TicketMessage
from waypost.ticketing.tickets.stitch import stitch

EXAMPLES = 100 if os.environ.get("PROVE") else 5
THREAD = (
    mail("1", text="The boiler is cold."),
    mail("2", "support@acme.example", to="anna@client.example", subject="Re: Boiler is cold", refs=("1",)),
    mail("3", subject="Re: Boiler is cold", refs=("1", "2"), text="Thank you."),
)
STRANGERS = mail("9", "ben@elsewhere.example", text="Something else.")
KINDS = (*THREAD, STRANGERS)


def copy_of(kind: int, variant: int) -> bytes:
    """The mail itself, the mail with a scanner's footer, or under an id that a gateway gave it."""
    raw = KINDS[kind]
    if variant == 1:
        return raw + b"\r\n-- \r\nThis message has been checked for viruses\r\n"
    if variant == 2:
        return raw.replace(b"Message-ID: <", b"Message-ID: <gateway.")
    return raw


async def deliver(desk: MailDesk, raws: Sequence[bytes], cuts: Sequence[int], again: Sequence[bool]) -> None:
    """Every batch by a worker of its own, all at once; each step may be done twice."""
    ids = await desk.receive(raws)
    edges = [0, *sorted(cuts), len(raws)]
    batches = [(ids[a:b], raws[a:b]) for a, b in pairwise(edges) if a < b]

    async def work_off(place: int) -> None:
        mine, theirs = batches[place]
        await desk.read(mine, theirs)
        for _ in range(2 if again[place % len(again)] else 1):
            async with desk.works.open(desk.org, MACHINE) as work:
                await stitch(work, mine)

    await asyncio.gather(*(work_off(place) for place in range(len(batches))))


async def counted(desk: MailDesk) -> tuple[int, int, int, int]:
    """Copies, messages, links, tickets that hold something."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        counts = [
            await work.db.scalar(select(func.count()).select_from(t)) for t in (Occurrence, Message, TicketMessage)
        ]
        alive = await work.db.scalar(select(func.count()).where(Ticket.message_count > 0))
        states = set(await work.db.scalars(select(Occurrence.state)))
    assert states <= {State.STITCHED, State.ROUTED}
    return counts[0] or 0, counts[1] or 0, counts[2] or 0, alive or 0


def expected(copies: Sequence[tuple[int, int]]) -> int:
    """Answer and thanks always meet: they name the same question. It is one with them if they know it by its id."""
    kinds = {kind for kind, _ in copies}
    known_by_its_id = any(kind == 0 and variant != 2 for kind, variant in copies)
    question_alone = 0 in kinds and not known_by_its_id and bool(kinds & {1, 2})
    return bool(kinds & {0, 1, 2}) + question_alone + (3 in kinds)


def test_many_workers_make_one_message_and_one_place(logins: Logins, tmp_path: Path) -> None:
    loop, shards = asyncio.new_event_loop(), Shards(connect(logins.app, pool=5))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=8),
        st.lists(st.integers(0, 8), max_size=3),
        st.lists(st.booleans(), min_size=1, max_size=4),
    )
    def holds(copies: list[tuple[int, int]], cuts: list[int], again: list[bool]) -> None:
        desk = MailDesk.at(Works(shards, settle), new_id(), tmp_path)
        raws = [copy_of(*one) for one in copies]
        loop.run_until_complete(deliver(desk, raws, [min(cut, len(raws)) for cut in cuts], again))
        kinds, tickets = {kind for kind, _ in copies}, expected(copies)
        assert loop.run_until_complete(counted(desk)) == (len(raws), len(kinds), len(kinds), tickets)

    try:
        holds()
    finally:
        loop.run_until_complete(shards.close())
        loop.close()
