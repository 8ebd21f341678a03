"""Reading over IMAP from a real server: everything comes, once, whatever happens in between."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import Orgs
from tests.ticketing.mailboxes.conftest import Desk, login_to, mail
from tests.wire.dovecot import Dovecot, MailUser
from waypost.platform.access import MACHINE
from waypost.platform.jobs.clock import adopt, tick
from waypost.ticketing.mailboxes.actions import ask_backfill, ask_history
from waypost.ticketing.mailboxes.imap_words import Tls

pytestmark = pytest.mark.anyio


async def test_what_lies_there_and_what_comes_later(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("one"), mail("two"))
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["one", "two"]
    user.deliver(mail("three"))
    await desk.work_off(minutes=2)
    assert await desk.subjects(owner, mailbox_id) == ["one", "two", "three"]
    mailbox = await desk.mailbox(mailbox_id)
    assert mailbox.last_incremental_sync_at == desk.clock.at and mailbox.trouble is None


async def test_after_each_look_exactly_one_more_waits(desk: Desk, user: MailUser) -> None:
    await desk.connect(user)
    for _ in range(3):
        await desk.work_off(minutes=2)
    rows = await desk.rows("select type, status, attempts from jobs where queue = 'mailboxes'")
    assert [tuple(row) for row in rows] == [("mailbox_history_sync", "queued", 0)]


async def test_a_look_that_got_lost_comes_back_with_the_next_minute(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    await owner.execute("delete from jobs")
    await owner.execute("delete from schedules")
    user.deliver(mail("hello"))

    async def organisations() -> AsyncIterator[UUID]:
        yield desk.orgs.acme

    await adopt(desk.engine, desk.clock.at)
    desk.clock.forward(minutes=1)
    await tick(desk.engine, desk.clock.at, organisations)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["hello"]
    waiting = await desk.rows("select status from jobs where type = 'mailbox_history_sync'")
    assert [row[0] for row in waiting] == ["queued"]


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.PLAIN])
async def test_the_other_ways_to_connect(desk: Desk, user: MailUser, owner: Any, tls: Tls) -> None:
    user.deliver(mail("hello"))
    mailbox_id = await desk.connect(user, login=login_to(user, port=user.server.plain, tls=tls))
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["hello"]


async def test_bytes_are_kept_as_they_are_and_nothing_is_marked_read(desk: Desk, user: MailUser, owner: Any) -> None:
    raw = b"Subject: \xff\xfe raw\r\n\r\n" + bytes(byte for byte in range(1, 256) if byte not in (10, 13)) + b"\r\n"
    user.deliver(raw)
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    keys = await owner.execute("select storage_key from blobs where org_id = %s", (desk.orgs.acme,))
    assert await desk.blobs.read((await keys.fetchall())[0][0]) == raw
    assert mailbox_id and not [path for path in user.folder.rglob("*:2,*S*")]


async def test_only_mail_from_now_on(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("old"))
    desk.clock.forward(seconds=1)
    mailbox_id = await desk.connect(user, only_new=True)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == []


async def test_many_mails_come_in_batches(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(*(mail(str(number)) for number in range(25)))
    mailbox_id = await desk.connect(user)
    await desk.work_off(terms=replace(desk.terms, batch_mails=10))
    assert await desk.subjects(owner, mailbox_id) == [str(number) for number in range(25)]


async def test_a_batch_is_bounded_in_bytes(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(*(mail(str(number), "x" * 5000) for number in range(4)))
    mailbox_id = await desk.connect(user)
    await desk.work_off(terms=replace(desk.terms, batch_bytes=6000))
    assert await desk.subjects(owner, mailbox_id) == ["0", "1", "2", "3"]


async def test_a_mail_beyond_the_limit_is_brought_cut_and_marked(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("small"), mail("large", "x" * 5000))
    mailbox_id = await desk.connect(user)
    await desk.work_off(terms=replace(desk.terms, mail_bytes=1000))
    found = await owner.execute(
        "select o.labels, b.size_bytes from message_occurrences o join blobs b on b.id = o.raw_blob_id"
        " where o.mailbox_id = %s order by o.id",
        (mailbox_id,),
    )
    small, large = await found.fetchall()
    assert small[0] == [] and tuple(large) == (["waypost/cut"], 1001)


async def test_an_outage_of_any_length_loses_nothing(desk: Desk, user: MailUser, server: Dovecot, owner: Any) -> None:
    user.deliver(mail("before"))
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    server.stop()
    user.deliver(mail("during"))
    await desk.work_off(minutes=2)
    troubled = await desk.mailbox(mailbox_id)
    assert troubled.trouble == "mail-server-silent" and "acme.example" not in str(troubled.last_sync_error)
    for _ in range(4):
        await desk.work_off(minutes=20)
    rows = await desk.rows("select status, attempts from jobs where queue = 'mailboxes'")
    assert [tuple(row) for row in rows] == [("queued", 0)]
    server.start()
    user.deliver(mail("after"))
    await desk.work_off(minutes=20)
    assert sorted(await desk.subjects(owner, mailbox_id)) == ["after", "before", "during"]
    well = await desk.mailbox(mailbox_id)
    assert (well.trouble, well.failing_since, well.ingestion_paused_until) == (None, None, None)


async def test_a_renumbered_folder_is_recognised_by_content(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("one"), mail("twice"), mail("twice"), mail("two"))
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    before = await _copies(owner, mailbox_id)
    user.server.stop()
    user.forget_uids()
    user.server.start()
    user.deliver(mail("three"))
    await desk.work_off(minutes=20, terms=replace(desk.terms, batch_mails=2))
    assert sorted(await desk.subjects(owner, mailbox_id)) == ["one", "three", "twice", "twice", "two"]
    after = await _copies(owner, mailbox_id)
    assert set(before) < set(after) and all(before[each] != after[each] for each in before)
    user.deliver(mail("four"))
    await desk.work_off(minutes=2)
    assert len(await desk.subjects(owner, mailbox_id)) == 6


async def test_asking_for_a_look_pulls_the_waiting_one_forward(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    user.deliver(mail("now"))
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        job_id = await ask_history(work, mailbox_id)
    waiting = await desk.rows("select id from jobs where type = 'mailbox_history_sync'")
    assert [row[0] for row in waiting] == [job_id]
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["now"]


async def test_backfill_brings_what_is_missing_and_leaves_the_cursor(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("one"), mail("two"))
    mailbox_id = await desk.connect(user)
    await desk.work_off()
    gone = "delete from message_occurrences where mailbox_id = %s and provider_id like '%%/1'"
    await owner.execute(gone, (mailbox_id,))
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        assert await ask_backfill(work, mailbox_id) is not None
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        assert await ask_backfill(work, mailbox_id) is None
    await desk.work_off()
    assert sorted(await desk.subjects(owner, mailbox_id)) == ["one", "two"]
    cursor = await owner.execute("select last_uid from imap_accounts where mailbox_id = %s", (mailbox_id,))
    assert (await cursor.fetchone())[0] == 2


async def test_two_organisations_read_the_same_mailbox_apart(
    desk: Desk, user: MailUser, owner: Any, orgs: Orgs
) -> None:
    user.deliver(mail("shared"))
    ours = await desk.connect(user)
    theirs = await desk.connect(user, org=orgs.globex)
    await desk.work_off()
    assert await desk.subjects(owner, ours) == await desk.subjects(owner, theirs) == ["shared"]
    owners = await owner.execute("select org_id from message_occurrences where mailbox_id in (%s, %s)", (ours, theirs))
    assert {row[0] for row in await owners.fetchall()} == {orgs.acme, orgs.globex}
    with pytest.raises(Exception, match="no such mailbox"):
        await desk.mailbox(theirs, orgs.acme)


async def _copies(owner: Any, mailbox_id: UUID) -> dict[UUID, str]:
    found = await owner.execute("select id, provider_id from message_occurrences where mailbox_id = %s", (mailbox_id,))
    return dict(await found.fetchall())
