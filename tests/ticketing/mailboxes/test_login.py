"""A login is changed: tried first, kept sealed, read with at once, and by nobody else."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from tests.cast import Cast
from tests.ticketing.mailboxes.conftest import FORM, Desk, connected, login_to, mail
from tests.wire.dovecot import PASSWORD, MailUser
from waypost.platform.access import MACHINE
from waypost.platform.http.addresses import Trust
from waypost.ticketing.mailboxes.actions import add_import, change_login, switch
from waypost.ticketing.mailboxes.imap_words import ImapTerms, Tls
from waypost.ticketing.mailboxes.models import ImapAccount
from waypost.ticketing.mailboxes.queries import NoLogin, imap_account
from waypost.ticketing.mailboxes.typed import TypedLogin

pytestmark = pytest.mark.anyio


async def account_of(desk: Desk, mailbox_id: UUID) -> ImapAccount:
    async with desk.works.open(desk.orgs.acme, MACHINE, reads=True) as work:
        return await imap_account(work.db, mailbox_id)


def form(user: MailUser, **changes: Any) -> dict[str, Any]:
    """The form with its prefilled fields and the right password."""
    right = {"host": "localhost", "port": user.server.tls, "tls": "ssl", "username": user.name, "folder": "INBOX"}
    return right | {"password": PASSWORD} | changes


async def test_a_refused_login_is_mended_by_the_form(
    door: httpx2.AsyncClient, cast: Cast, desk: Desk, user: MailUser, owner: Any
) -> None:
    user.deliver(mail("hello"))
    mailbox_id = await desk.connect(user, login=login_to(user, password="stale-word"))
    await desk.work_off()
    headers, path = cast.alice.headers | FORM, f"/mailboxes/{mailbox_id}/login"
    assert f'class="button button-primary" href="{path}"' in (await door.get("/mailboxes", headers=headers)).text
    empty = (await door.get(path, headers=headers)).text
    assert 'value="localhost"' in empty and f'value="{user.server.tls}"' in empty and f'value="{user.name}"' in empty
    assert 'value="INBOX"' in empty and "stale-word" not in empty
    wrong = await door.post(path, data=form(user, username="<b>x</b>", password="wrong-word"), headers=headers)
    assert wrong.status_code == 422 and "&lt;b&gt;" in wrong.text and "wrong-word" not in wrong.text
    assert (await account_of(desk, mailbox_id)).user == user.name
    done = await door.post(path, data=form(user), headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, f"/mailboxes?at={mailbox_id}")
    assert f'class="button button-primary" href="{path}"' not in (await door.get("/mailboxes", headers=headers)).text
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["hello"]
    assert (await desk.mailbox(mailbox_id)).trouble is None


async def test_what_is_wrong_stands_beside_what_was_typed(
    door: httpx2.AsyncClient, cast: Cast, desk: Desk, user: MailUser
) -> None:
    path = f"/mailboxes/{await desk.connect(user)}/login"
    sent = form(user, host="", port="x", password="")
    bad = await door.post(path, data=sent, headers=cast.alice.headers | FORM)
    assert bad.status_code == 422 and f'value="{user.name}"' in bad.text
    assert all(f"field-{name}-error" in bad.text for name in ("host", "port", "password"))


async def test_programs_send_what_changes(door: httpx2.AsyncClient, cast: Cast, desk: Desk, user: MailUser) -> None:
    login = login_to(user, port=user.server.plain, tls=Tls.STARTTLS, password="stale")
    mailbox_id, headers = await desk.connect(user, login=login), cast.alice.headers
    path = f"/mailboxes/{mailbox_id}/login"
    for wrong in ({"password": "not-this"}, {"password": PASSWORD, "folder": "Nowhere"}, {"password": ""}, {}):
        refused = await door.post(path, json=wrong, headers=headers)
        assert refused.status_code == 422 and "not-this" not in refused.text
    answer = await door.post(path, json={"password": PASSWORD}, headers=headers)
    assert answer.status_code == 200 and answer.json()["id"] == str(mailbox_id)
    account = await account_of(desk, mailbox_id)
    assert (account.port, account.tls, account.user) == (user.server.plain, Tls.STARTTLS, user.name)
    await desk.work_off()
    assert (await desk.mailbox(mailbox_id)).trouble is None


async def test_of_others_and_of_imports_no_login_is_changed(
    door: httpx2.AsyncClient, cast: Cast, desk: Desk, user: MailUser
) -> None:
    mailbox_id = await desk.connect(user)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        imported = (await add_import(work, "old@acme.example")).id
    asked = [(cast.mallory, mailbox_id, 404), (cast.bob, mailbox_id, 403), (cast.alice, imported, 409)]
    for player, asked_id, status in asked:
        path, headers = f"/mailboxes/{asked_id}/login", player.headers | FORM
        answers = [
            await door.get(path, headers=headers),
            await door.post(path, data=form(user), headers=headers),
            await door.post(path, json={"password": PASSWORD}, headers=player.headers),
        ]
        assert [answer.status_code for answer in answers] == [status] * 3
    shown = (await door.get("/mailboxes", headers=cast.alice.headers | FORM)).text
    assert f"/mailboxes/{mailbox_id}/login" in shown and f"/mailboxes/{imported}/login" not in shown
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        with pytest.raises(NoLogin):
            await change_login(work, desk.vault, imported, login_to(user))


async def test_the_operators_word_for_a_host_ends_with_the_host(
    door: httpx2.AsyncClient, app: FastAPI, cast: Cast, desk: Desk, user: MailUser
) -> None:
    app.state.parts.add(replace(app.state.parts.of(ImapTerms), allowed=()))
    mailbox_id = await desk.connect(user, login=login_to(user, trust=Trust.OPERATOR))
    path, headers = f"/mailboxes/{mailbox_id}/login", cast.alice.headers
    assert (await door.post(path, json={"password": PASSWORD}, headers=headers)).status_code == 200
    for other in ({"host": "127.0.0.1"}, {"port": user.server.plain}):
        refused = await door.post(path, json={"password": PASSWORD, **other}, headers=headers)
        assert refused.status_code == 422 and "private" in refused.json()["detail"]


def test_what_is_left_out_stays() -> None:
    stands = ImapAccount(
        host="imap.acme.example", port=1993, tls=Tls.SSL, user="ines", folder="In", trust=Trust.OPERATOR
    )

    def whole(**typed: Any) -> tuple[Any, ...]:
        login = TypedLogin.model_validate({"password": "new", **typed}).instead_of(stands)
        return login.host, login.port, login.tls, login.user, login.folder, login.trust

    assert whole() == ("imap.acme.example", 1993, Tls.SSL, "ines", "In", Trust.OPERATOR)
    assert whole(tls="starttls") == ("imap.acme.example", 143, Tls.STARTTLS, "ines", "In", Trust.TENANT)
    assert whole(tls="ssl")[1] == 993
    assert whole(host="IMAP.acme.example", username="bo")[3:] == ("bo", "In", Trust.OPERATOR)
    assert whole(host="mail.acme.example", folder="Out")[4:] == ("Out", Trust.TENANT)


async def test_a_mailbox_that_is_switched_off_stays_off(desk: Desk, user: MailUser, owner: Any) -> None:
    user.deliver(mail("hello"))
    mailbox_id = await desk.connect(user, login=login_to(user, password="stale"))
    await desk.work_off()
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await switch(work, mailbox_id, on=False)
        mailbox = await change_login(work, desk.vault, mailbox_id, login_to(user))
        assert not mailbox.is_enabled and mailbox.trouble is None
    await desk.work_off(minutes=120)
    assert await desk.subjects(owner, mailbox_id) == []
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await switch(work, mailbox_id, on=True)
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["hello"]


def numbered(user: MailUser, *subjects: str) -> MailUser:
    """A mailbox with the same UIDVALIDITY as every other one of this kind."""
    user.folder.mkdir(parents=True)
    (user.folder / "dovecot-uidlist").write_text(f"3 V77 N1 G{user.server.plain:032x}\n")
    user.deliver(*map(mail, subjects))
    return user


async def test_elsewhere_the_same_numbers_are_other_mails(desk: Desk, user: MailUser, owner: Any) -> None:
    there = user.server.add_user(f"new-{user.name}")
    mailbox_id = await desk.connect(numbered(user, "one", "two", "three"))
    await desk.work_off()
    numbered(there, "new", "two")
    for moved_to, comes in ((there, ["new", "one", "three", "two"]), (user, ["new", "one", "three", "two"])):
        async with desk.works.open(desk.orgs.acme, MACHINE) as work:
            await change_login(work, desk.vault, mailbox_id, login_to(moved_to))
        await desk.work_off()
        assert sorted(await desk.subjects(owner, mailbox_id)) == comes
    user.deliver(mail("four"))
    await desk.work_off(minutes=2)
    assert len(await desk.subjects(owner, mailbox_id)) == 5
    account = await account_of(desk, mailbox_id)
    assert (account.uid_validity, account.last_uid) == (77, 4)


async def test_a_new_password_goes_on_where_reading_stopped(desk: Desk, user: MailUser, owner: Any) -> None:
    mailbox_id = await desk.connect(numbered(user, "one"))
    await desk.work_off()
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await change_login(work, desk.vault, mailbox_id, login_to(user, host="LOCALHOST"))
    account = await account_of(desk, mailbox_id)
    assert (account.uid_validity, account.last_uid) == (77, 1)


async def test_every_act_of_steering_is_on_record(
    door: httpx2.AsyncClient, cast: Cast, desk: Desk, user: MailUser, owner: Any
) -> None:
    here, headers = f"/mailboxes/{await connected(door, cast.alice, user)}", cast.alice.headers | FORM
    acts: list[tuple[str, dict[str, Any]]] = [
        ("pause", {"minutes": 5}),
        ("resumption", {}),
        ("switch", {}),
        ("switch", {"on": "1"}),
    ]
    for act, data in acts:
        assert (await door.post(f"{here}/{act}", data=data, headers=headers)).status_code == 303
    assert (await door.post(f"{here}/login", data=form(user), headers=headers)).status_code == 303
    async with desk.works.open(desk.orgs.acme, cast.alice.actor) as work:
        await add_import(work, None)
        await add_import(work, None)
    found = await owner.execute(
        "select act, actor_id from admin_audit_logs where org_id = %s and act like 'mailboxes.%%' order by id",
        (desk.orgs.acme,),
    )
    rows = await found.fetchall()
    assert [act.removeprefix("mailboxes.") for act, _ in rows] == [
        "imap.connected",
        "paused",
        "resumed",
        "disabled",
        "enabled",
        "resumed",
        "imap.login_changed",
        "resumed",
        "import.added",
    ]
    assert {actor for _, actor in rows} == {cast.alice.person_id}
