"""IDLE: news within moments, across reconnects, one watcher per mailbox, threads that end when asked."""

import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.ticketing.mailboxes.conftest import Desk, login_to, mail, until
from tests.wire.dovecot import Dovecot, MailUser
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.mailboxes.actions import switch
from waypost.ticketing.mailboxes.imap_words import ImapTerms
from waypost.ticketing.mailboxes.standing import POLL
from waypost.ticketing.mailboxes.watch import Watch, claim_watches
from waypost.ticketing.mailboxes.watcher import Watcher

pytestmark = pytest.mark.anyio
HEARD = 5.0
"""Seconds; a server's own watch on its folder takes about half of one."""


class Bell:
    """Counts news from another thread."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1

    def wait_for(self, count: int) -> bool:
        deadline = time.monotonic() + HEARD
        while time.monotonic() < deadline and self.rung < count:
            time.sleep(0.01)
        return self.rung >= count


def test_news_is_heard_at_once_also_after_an_outage(user: MailUser, server: Dovecot, terms: ImapTerms) -> None:
    user.deliver(mail("already there"))
    bell = Bell()
    watcher = Watcher(login_to(user), terms, bell, first_pause=timedelta(seconds=0.05))
    watcher.start()
    try:
        assert bell.wait_for(1)
        user.deliver(mail("new"))
        assert bell.wait_for(2)
        heard = bell.rung
        server.stop()
        server.start()
        assert bell.wait_for(heard + 1)
        user.deliver(mail("after the outage"))
        assert bell.wait_for(heard + 2)
    finally:
        watcher.stop()
        watcher.join(2)
    assert not watcher.is_alive()


def test_a_wrong_password_is_not_tried_again_and_again(user: MailUser, terms: ImapTerms) -> None:
    bell = Bell()
    watcher = Watcher(login_to(user, password="wrong"), terms, bell, first_pause=timedelta(0))
    watcher.start()
    time.sleep(0.5)
    log = (user.server.root / "dovecot.log").read_text()
    watcher.stop()
    watcher.join(2)
    assert bell.rung == 0 and not watcher.is_alive() and log.count(user.name) <= 2


@pytest.fixture
async def watch(desk: Desk) -> AsyncIterator[Watch]:
    """A watch over both organisations."""

    async def organisations() -> AsyncIterator[UUID]:
        yield desk.orgs.acme
        yield desk.orgs.globex

    made = Watch(desk.works, organisations, desk.vault, desk.terms, every=timedelta(seconds=0.1))
    await made.start()
    yield made
    await made.stop()


async def test_news_brings_the_waiting_look_forward(desk: Desk, user: MailUser, watch: Watch, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    await desk.work_off()

    async def due() -> bool:
        (row,) = await desk.rows("select run_at from jobs where type = 'mailbox_history_sync'")
        return bool(row[0] <= desk.clock.at)

    for subject in ("quick", "and again"):
        user.deliver(mail(subject))
        await until(due)
        await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["quick", "and again"]
    assert desk.clock.at - (await desk.mailbox(mailbox_id)).created_at < POLL


async def test_a_mailbox_that_is_switched_off_is_watched_no_more(desk: Desk, user: MailUser, watch: Watch) -> None:
    mailbox_id = await desk.connect(user)

    async def watched() -> bool:
        return (desk.orgs.acme, mailbox_id) in watch.watchers

    async def left() -> bool:
        threads = [thread for thread in threading.enumerate() if isinstance(thread, Watcher)]
        return not threads and not await watched()

    await until(watched)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await switch(work, mailbox_id, on=False)
    await until(left)


async def test_two_workers_share_the_mailboxes(desk: Desk, user: MailUser) -> None:
    await desk.connect(user)
    first, second = new_id(), new_id()

    async def claimed(who: UUID) -> int:
        async with desk.works.open(desk.orgs.acme, MACHINE) as work:
            return len(await claim_watches(work, who, timedelta(minutes=1)))

    assert [await claimed(first), await claimed(second), await claimed(first)] == [1, 0, 1]
    desk.clock.forward(minutes=2)
    assert [await claimed(second), await claimed(first)] == [1, 0]
