"""What goes wrong is written on the mailbox, in words without personal data, and tried again at a bearable pace."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.ticketing.mailboxes.conftest import Desk, login_to, mail
from tests.wire.dovecot import Dovecot, MailUser
from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal
from waypost.platform.http.addresses import PrivateAddress, Trust
from waypost.ticketing.mailboxes.actions import change_login, pause, resume, switch
from waypost.ticketing.mailboxes.imap import ImapSession
from waypost.ticketing.mailboxes.imap_words import (
    CertificateRefused,
    FolderMissing,
    ImapTerms,
    LoginRefused,
    NotEncrypted,
    Tls,
)
from waypost.ticketing.mailboxes.queries import Condition, condition
from waypost.ticketing.mailboxes.standing import HOPELESS, REFUSED, REST

pytestmark = pytest.mark.anyio
WAITING = "select run_at from jobs where type = 'mailbox_history_sync' and status = 'queued'"


async def _waits(desk: Desk) -> timedelta:
    (row,) = await desk.rows(WAITING)
    wait: timedelta = row[0] - desk.clock.at
    return wait


async def test_a_wrong_password_is_said_and_tried_once_an_hour(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("hello"))
    mailbox_id = await desk.connect(user, login=login_to(user, password="wrong"))
    await desk.work_off()
    mailbox = await desk.mailbox(mailbox_id)
    assert mailbox.trouble == "login-refused" and condition(mailbox, desk.clock.at) is Condition.DEGRADED
    assert "wrong" not in str(mailbox.last_sync_error).split() and "acme" not in str(mailbox.last_sync_error)
    assert await _waits(desk) == REFUSED
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await change_login(work, desk.vault, mailbox_id, login_to(user))
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["hello"]
    assert (await desk.mailbox(mailbox_id)).trouble is None


async def test_a_host_that_leads_into_the_house_is_refused(desk: Desk, user: MailUser) -> None:
    mailbox_id = await desk.connect(user)
    await desk.work_off(terms=replace(desk.terms, allowed=()))
    assert (await desk.mailbox(mailbox_id)).trouble == "private-address"
    assert await _waits(desk) == HOPELESS


async def test_the_breaker_goes_by_time(desk: Desk, user: MailUser, server: Dovecot, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    server.stop()
    for _ in range(8):
        await desk.work_off(minutes=0.5)
    assert (await desk.mailbox(mailbox_id)).ingestion_paused_until is None
    await desk.work_off(minutes=3)
    resting = await desk.mailbox(mailbox_id)
    assert resting.ingestion_paused_until == desk.clock.at + REST
    assert "circuit breaker" in str(resting.ingestion_pause_reason)
    assert await _waits(desk) == REST
    server.start()
    user.deliver(mail("back"))
    await desk.work_off(minutes=15.1)
    assert await desk.subjects(owner, mailbox_id) == ["back"]


async def test_a_pause_holds_and_ends_by_itself(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        paused = await pause(work, mailbox_id, 30)
        assert "manual pause" in str(paused.ingestion_pause_reason).lower()
    user.deliver(mail("later"))
    await desk.work_off(minutes=10)
    assert await desk.subjects(owner, mailbox_id) == []
    await desk.work_off(minutes=20.1)
    assert await desk.subjects(owner, mailbox_id) == ["later"]


async def test_resuming_looks_at_once(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await pause(work, mailbox_id, 10_080)
    await desk.work_off()
    user.deliver(mail("now"))
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        assert await resume(work, mailbox_id) is not None
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["now"]


async def test_switched_off_means_no_look_and_on_again_goes_on(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(user)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await switch(work, mailbox_id, on=False)
    user.deliver(mail("while off"))
    await desk.work_off(minutes=5)
    assert await desk.rows(WAITING) == [] and await desk.subjects(owner, mailbox_id) == []
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await switch(work, mailbox_id, on=True)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["while off"]


async def test_a_password_is_sealed_for_its_own_row(desk: Desk, user: MailUser, owner: Any) -> None:
    first = await desk.connect(user)
    second = await desk.connect(user.server.add_user("other@acme.example"))
    stolen = "select sealed_password from imap_accounts where mailbox_id = %s"
    change = f"update imap_accounts set sealed_password = ({stolen}) where mailbox_id = %s"
    await owner.execute(change, (first, second))
    await desk.work_off()
    assert (await desk.mailbox(first)).trouble is None
    assert (await desk.mailbox(second)).trouble == "cannot-open"


REFUSALS: list[tuple[dict[str, Any], dict[str, Any], type[Refusal]]] = [
    ({"password": "wrong"}, {}, LoginRefused),
    ({"folder": "Nowhere"}, {}, FolderMissing),
    ({}, {"ca_file": None}, CertificateRefused),
    ({"host": "127.0.0.1", "trust": Trust.TENANT}, {"allowed": ()}, PrivateAddress),
]


@pytest.mark.parametrize(("login", "allowance", "refusal"), REFUSALS)
def test_each_thing_that_can_be_wrong_has_its_own_name(
    user: MailUser, terms: ImapTerms, login: dict[str, Any], allowance: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ImapSession.open(login_to(user, **login), replace(terms, **allowance))


def test_without_encryption_only_to_this_machine(terms: ImapTerms, user: MailUser) -> None:
    elsewhere = login_to(user, host="192.0.2.1", tls=Tls.PLAIN, trust=Trust.OPERATOR)
    with pytest.raises(NotEncrypted):
        ImapSession.open(elsewhere, terms)
