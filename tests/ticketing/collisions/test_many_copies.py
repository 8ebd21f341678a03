"""N copies of one mail in any order and in many hands are one message; a doubt is one group, never a silent merge."""

import asyncio
import os
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.ticketing.collisions.conftest import Doubts, alike
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Message, Occurrence
from waypost.ticketing.tickets.models import Ticket

pytestmark = pytest.mark.anyio
SEEDS = range(60 if os.environ.get("PROVE") else 2)


def copies(dice: random.Random, name: str, minute: int) -> list[bytes]:
    """One mail as it reaches us by several ways: as sent, with traces, its Message-ID rewritten or lost."""
    raw = alike(name, minute)
    lost = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(b"Message-ID"))
    rewritten = raw.replace(f"<{name}@client.example>".encode(), f"<{name}.again@relay.example>".encode())
    traced = b"Received: by relay.example\r\nDelivered-To: support@acme.example\r\n" + raw
    return [raw, *dice.choices([raw, lost, rewritten, traced], k=dice.randint(2, 6))]


async def in_many_hands(doubts: Doubts, dice: random.Random, raws: Sequence[bytes]) -> None:
    """Received at once, read by several workers in portions as they fall."""
    ids = await doubts.desk.receive(raws)
    pairs = list(zip(ids, raws, strict=True))
    dice.shuffle(pairs)
    hands: list[list[tuple[UUID, bytes]]] = [[] for _ in range(4)]
    for pair in pairs:
        dice.choice(hands).append(pair)
    await asyncio.gather(*(doubts.desk.finish([i for i, _ in hand], [r for _, r in hand]) for hand in hands if hand))


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_order_any_hands(doubts: Doubts, seed: int) -> None:
    dice = random.Random(seed)
    mails = [copies(dice, f"m{n}", n) for n in range(dice.randint(1, 4))]
    raws = [raw for each in mails for raw in each]
    dice.shuffle(raws)
    await in_many_hands(doubts, dice, raws)
    async with doubts.desk.works.open(doubts.desk.org, MACHINE, reads=True) as work:
        arrived = await work.db.scalar(select(func.count()).select_from(Occurrence))
        found = list(await work.db.scalars(select(Message.collision_group_id)))
        tickets = await work.db.scalar(select(func.count()).where(Ticket.message_count > 0))
    assert (arrived, len(found), tickets) == (len(raws), len(mails), len(mails))
    if len(mails) > 1:
        assert len(set(found)) == 1 and None not in found
    else:
        assert found == [None]
