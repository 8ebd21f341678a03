"""Set reconciliation: the gap is counted and closed, and what is no gap is none."""

from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.mailboxes.conftest import mail
from tests.ticketing.mailboxes.google.conftest import GmailDesk
from tests.wire.google.world import Account, Mood, World
from waypost.platform.access import MACHINE
from waypost.ticketing.mailboxes.google import comparing
from waypost.ticketing.mailboxes.google.jobs import mailboxes_reconcile
from waypost.ticketing.mailboxes.google.metrics import GAP, MISSING, OSS_GAP

pytestmark = pytest.mark.anyio


class Hands:
    """The run of one job, without the queue."""

    def __init__(self, desk: GmailDesk, org: UUID) -> None:
        self.org, self.desk, self.parts = org, desk, desk.parts()

    @property
    def now(self) -> Any:
        return self.desk.clock.at

    def of(self, kind: type) -> Any:
        return self.parts.of(kind)

    def work(self) -> Any:
        return self.desk.works.open(self.org, MACHINE)


async def reconcile(desk: GmailDesk) -> None:
    """As every night."""
    await mailboxes_reconcile(Hands(desk, desk.orgs.acme))


async def gap(owner: Any, mailbox_id: UUID) -> int | None:
    """What the last comparison found."""
    found = await owner.execute("select reconciled_gap from gmail_accounts where mailbox_id = %s", (mailbox_id,))
    value: int | None = (await found.fetchone())[0]
    return value


async def lose(owner: Any, mailbox_id: UUID, count: int) -> None:
    """As if some copies had never been written down."""
    await owner.execute(
        "delete from message_occurrences where id in"
        " (select id from message_occurrences where mailbox_id = %s order by id limit %s)",
        (mailbox_id, count),
    )


async def test_what_was_missed_is_counted_and_brought(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*(mail(str(number)) for number in range(15)))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    await lose(owner, mailbox_id, 4)
    fetched, missing = world.count("messages/"), MISSING._value.get()
    await reconcile(desk)
    assert await gap(owner, mailbox_id) == 4 and len(await desk.subjects(owner, mailbox_id)) == 15
    assert world.count("messages/") == fetched + 4
    assert (GAP._value.get(), OSS_GAP._value.get(), MISSING._value.get() - missing) == (4, 4, 4)
    await reconcile(desk)
    assert await gap(owner, mailbox_id) == 0 and GAP._value.get() == 0


async def test_mail_that_was_on_its_way_is_no_gap(desk: GmailDesk, world: World, account: Account, owner: Any) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.deliver(mail("fresh"))
    await reconcile(desk)
    assert await gap(owner, mailbox_id) == 0 and await desk.subjects(owner, mailbox_id) == ["fresh"]


async def test_a_large_gap_is_closed_by_reading_everything(
    desk: GmailDesk, world: World, account: Account, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "CLOSED_AT_ONCE", 3)
    account.deliver(*(mail(str(number)) for number in range(8)))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    await lose(owner, mailbox_id, 8)
    await reconcile(desk)
    assert await gap(owner, mailbox_id) == 8 and len(await desk.subjects(owner, mailbox_id)) == 3
    await desk.work_off()
    assert len(await desk.subjects(owner, mailbox_id)) == 8


async def test_trouble_at_google_waits_for_tomorrow(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    world.moods.append(Mood("messages", 503, times=9, headers={"retry-after": "600"}))
    await reconcile(desk)
    assert await gap(owner, mailbox_id) is None


async def test_while_everything_is_read_there_is_nothing_to_compare(desk: GmailDesk, world: World, owner: Any) -> None:
    mailbox_id = await desk.join(world)
    await reconcile(desk)
    assert await gap(owner, mailbox_id) is None and world.asked == []
