"""Whatever happens in whatever order: each id that Google listed is accounted for, and the cursor only moves on."""

import os
import random
from typing import Any

import pytest

from tests.ticketing.mailboxes.conftest import mail
from tests.ticketing.mailboxes.google.conftest import GmailDesk
from tests.wire.google.world import Account, Mood, World

pytestmark = pytest.mark.anyio
WALKS, STEPS = (60, 25) if os.environ.get("PROVE") == "1" else (2, 12)


class Walk:
    """A mailbox that lives, and Google with its moods."""

    def __init__(self, world: World, account: Account, chance: random.Random) -> None:
        self.world, self.account, self.chance = world, account, chance
        self.kept: set[str] = set()

    def step(self) -> None:
        """Something happens."""
        self.chance.choice((self.mail, self.mail, self.delete, self.touch, self.forget, self.trouble, self.token))()

    def mail(self) -> None:
        self.kept |= set(self.account.deliver(*(mail(str(n)) for n in range(self.chance.randint(1, 15)))))

    def delete(self) -> None:
        if self.account.messages:
            name = self.chance.choice(list(self.account.messages))
            self.account.delete(name)
            self.kept.discard(name)

    def touch(self) -> None:
        if self.account.messages:
            self.account.touch(self.chance.choice(list(self.account.messages)))

    def forget(self) -> None:
        self.account.forget_history()

    def trouble(self) -> None:
        path = self.chance.choice(("history", "messages", "messages/", "profile", "/token"))
        status = self.chance.choice((401, 429, 500, 503))
        wait = self.chance.choice(("0", "0", "30"))
        self.world.moods.append(Mood(path, status, self.chance.randint(1, 4), {"retry-after": wait}))

    def token(self) -> None:
        self.world.end_access()


@pytest.mark.parametrize("seed", range(WALKS))
async def test_nothing_is_lost_and_nothing_comes_twice(
    desk: GmailDesk, world: World, account: Account, owner: Any, seed: int
) -> None:
    walk = Walk(world, account, random.Random(seed))
    walk.mail()
    mailbox_id = await desk.join(world)
    reached = 0
    for _ in range(STEPS):
        walk.step()
        if walk.chance.random() < 0.6:
            await desk.work_off(minutes=walk.chance.choice((0, 1, 6)))
        cursor = await desk.history(mailbox_id)
        assert cursor is None or reached <= cursor <= account.now
        reached = cursor or reached
    world.moods.clear()
    for _ in range(3):
        await desk.work_off(minutes=16)
    rows = await owner.execute(
        "select provider_id, raw_blob_id is not null from message_occurrences where mailbox_id = %s", (mailbox_id,)
    )
    found = await rows.fetchall()
    assert len(found) == len({name for name, _ in found})
    assert walk.kept <= {name for name, here in found if here}
    assert await desk.history(mailbox_id) == account.now
    assert (await desk.mailbox(mailbox_id)).trouble is None
