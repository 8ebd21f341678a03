"""Reading a Gmail journal: everything comes, once, whatever Google and the world do meanwhile."""

from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.mailboxes.conftest import mail
from tests.ticketing.mailboxes.google.conftest import JOURNAL, GmailDesk
from tests.wire.google.world import Account, Mood, World
from waypost.platform.access import MACHINE
from waypost.ticketing.mailboxes.actions import ask_backfill, ask_history, pause
from waypost.ticketing.mailboxes.queries import Condition, condition

pytestmark = pytest.mark.anyio
LIVE = "select type from jobs where status in ('queued', 'running') and queue = 'mailboxes' order by type"
BOTH = ["mailbox_backfill", "mailbox_history_sync"]


async def live(desk: GmailDesk) -> list[str]:
    """Types of what waits or runs for mailboxes."""
    return [row[0] for row in await desk.rows(LIVE)]


def mails(*subjects: object) -> list[bytes]:
    """One small mail each."""
    return [mail(str(subject)) for subject in subjects]


async def noted(owner: Any, mailbox_id: UUID) -> dict[str, str]:
    """Ids that were listed and are no mail, with the word why."""
    found = await owner.execute(
        "select provider_id, route_reason from message_occurrences where mailbox_id = %s and raw_blob_id is null",
        (mailbox_id,),
    )
    return dict(await found.fetchall())


async def test_what_lies_there_and_what_comes_later(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*mails(*range(25)))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    assert sorted(await desk.subjects(owner, mailbox_id), key=int) == [str(number) for number in range(25)]
    found = await desk.mailbox(mailbox_id)
    assert found.last_full_sync_at == desk.clock.at and found.trouble is None
    account.deliver(*mails("new"))
    await desk.work_off(minutes=2)
    assert (await desk.subjects(owner, mailbox_id))[-1] == "new"
    assert await desk.history(mailbox_id) == account.now
    assert (await desk.mailbox(mailbox_id)).last_incremental_sync_at == desk.clock.at


async def test_a_second_backfill_fetches_nothing(desk: GmailDesk, world: World, account: Account) -> None:
    account.deliver(*mails(*range(12)))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    fetched = world.count("messages/")
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        assert await ask_backfill(work, mailbox_id)
    await desk.work_off()
    assert (fetched, world.count("messages/")) == (12, 12)


async def test_the_cursor_is_what_the_listing_reached_and_nothing_higher(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    (first,) = account.deliver(*mails("first"))
    listed = account.now
    account.messages[first].history_id = listed + 90
    await desk.work_off(minutes=2)
    assert await desk.history(mailbox_id) == listed
    account.deliver(*mails("between"))
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["first", "between"]


async def test_an_idle_mailbox_moves_on_so_that_its_cursor_never_expires(
    desk: GmailDesk, world: World, account: Account
) -> None:
    (seen,) = account.deliver(*mails("seen"))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.touch(seen)
    await desk.work_off(minutes=2)
    assert await desk.history(mailbox_id) == account.now


async def test_one_deleted_message_wedges_nothing(desk: GmailDesk, world: World, account: Account, owner: Any) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    _, gone, _ = account.deliver(*mails("one", "gone", "three"))
    account.delete(gone)
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["one", "three"]
    assert await noted(owner, mailbox_id) == {gone: "gone"}
    assert (await desk.mailbox(mailbox_id)).trouble is None


async def test_drafts_and_chats_are_no_mail(desk: GmailDesk, world: World, account: Account, owner: Any) -> None:
    (old,) = account.deliver(*mails("old draft"), labels=("DRAFT",))
    mailbox_id = await desk.join(world)
    await desk.work_off()
    fetched = world.count("messages/")
    (chat,) = account.deliver(*mails("chat"), labels=("CHAT",))
    account.deliver(*mails("spam"), labels=("SPAM",))
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["spam"]
    assert await noted(owner, mailbox_id) == {old: "draft", chat: "draft"}
    assert world.count("messages/") == fetched + 1


@pytest.mark.parametrize("forgotten", ["at google", "here"])
async def test_a_history_that_is_lost_leads_to_one_backfill(
    desk: GmailDesk, world: World, account: Account, owner: Any, forgotten: str
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.deliver(*mails("missed"))
    account.forget_history()
    if forgotten == "here":
        await owner.execute("update mailboxes set gmail_history_id = null where id = %s", (mailbox_id,))
    for _ in range(2):
        await desk.work_off_only("mailbox_history_sync", minutes=2)
    found = await desk.mailbox(mailbox_id)
    assert "history" in str(found.last_sync_error) and found.gmail_history_id is None
    assert found.ingestion_paused_until is None and await live(desk) == BOTH
    asked = world.count("history")
    await desk.work_off_only("mailbox_history_sync", minutes=2)
    assert world.count("history") == asked
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["missed"]
    found = await desk.mailbox(mailbox_id)
    assert found.trouble is None and found.gmail_history_id == account.now


async def test_a_token_that_ends_in_the_middle_is_replaced(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*mails(*range(30)))
    mailbox_id = await desk.join(world)
    world.moods.append(Mood("messages/", 401, times=3))
    world.token_life = 40
    await desk.work_off()
    assert len(await desk.subjects(owner, mailbox_id)) == 30
    assert world.refreshes >= 2 and (await desk.mailbox(mailbox_id)).trouble is None


async def test_a_backfill_goes_on_at_its_page(desk: GmailDesk, world: World, account: Account, owner: Any) -> None:
    account.deliver(*mails(*range(45)))
    mailbox_id = await desk.join(world)
    broken = f"messages/{list(account.messages)[20]}"
    world.moods.append(Mood(broken, 500, times=2, headers={"retry-after": "600"}))
    await desk.work_off()
    before = await desk.subjects(owner, mailbox_id)
    assert 10 <= len(before) < 45
    page = await owner.execute("select backfill_page from gmail_accounts where mailbox_id = %s", (mailbox_id,))
    assert (await page.fetchone())[0]
    fetched = world.count("messages/")
    desk.use(desk.google.terms)
    await desk.work_off(minutes=11)
    assert sorted(await desk.subjects(owner, mailbox_id), key=int) == [str(number) for number in range(45)]
    assert world.count("messages/") - fetched <= 45 - len(before)


async def test_a_page_whose_token_ended_begins_anew(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*mails(*range(5)))
    mailbox_id = await desk.join(world)
    await owner.execute(
        "update gmail_accounts set backfill_began_at = now(), backfill_page = 'junk' where mailbox_id = %s",
        (mailbox_id,),
    )
    await desk.work_off()
    assert len(await desk.subjects(owner, mailbox_id)) == 5


async def test_mail_that_comes_while_everything_is_read_is_not_lost(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*mails("old"))
    mailbox_id = await desk.join(world)
    account.deliver(*mails("meanwhile"))
    await desk.work_off()
    account.deliver(*mails("after"))
    await desk.work_off(minutes=2)
    assert sorted(await desk.subjects(owner, mailbox_id)) == ["after", "meanwhile", "old"]


async def test_consent_that_was_taken_back_is_said_and_not_tried_again(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    world.withdraw(JOURNAL)
    desk.use(desk.google.terms)
    await desk.work_off(minutes=2)
    found = await desk.mailbox(mailbox_id)
    assert found.trouble == "consent-needed" and condition(found, desk.clock.at) is Condition.DEGRADED
    tokens = world.refreshes, len(world.asked)
    await desk.work_off(minutes=20)
    assert (world.refreshes, len(world.asked)) == tokens and "mailbox_history_sync" in await live(desk)
    await desk.join(world)
    account.deliver(*mails("again"))
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["again"]
    assert (await desk.mailbox(mailbox_id)).trouble is None


async def test_a_backfill_asked_in_a_pause_is_kept(desk: GmailDesk, world: World, account: Account, owner: Any) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.deliver(*mails("later"))
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await pause(work, mailbox_id, 30)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await ask_backfill(work, mailbox_id)
    asked = len(world.asked)
    await desk.work_off(minutes=10)
    assert len(world.asked) == asked and await live(desk) == BOTH
    await desk.work_off(minutes=21)
    assert await desk.subjects(owner, mailbox_id) == ["later"] and await live(desk) == ["mailbox_history_sync"]


async def test_looking_by_hand_brings_the_waiting_look_forward(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.deliver(*mails("now"))
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        job_id = await ask_history(work, mailbox_id)
    (row,) = await desk.rows("select id from jobs where type = 'mailbox_history_sync' and status = 'queued'")
    assert row[0] == job_id
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["now"]


async def test_other_organisations_have_mailboxes_of_their_own(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    account.deliver(*mails("for both"))
    first, second = await desk.join(world), await desk.join(world, org=desk.orgs.globex)
    await desk.work_off()
    assert [await desk.subjects(owner, one) for one in (first, second)] == [["for both"]] * 2
