"""The doors: documented answers for programs, a tested login for people, nothing for anybody else."""

from dataclasses import replace

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from tests.cast import Cast
from tests.ticketing.mailboxes.conftest import FORM, Desk, connected, mail, typed
from tests.wire.dovecot import MailUser
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.ids import new_id
from waypost.ticketing.mailboxes.imap_words import ImapTerms, MailServerSilent
from waypost.ticketing.mailboxes.queries import by_id

pytestmark = pytest.mark.anyio
STATUS = {
    "mailbox_id",
    "is_enabled",
    "paused_until",
    "gmail_history_id",
    "last_full_sync_at",
    "last_incremental_sync_at",
    "last_sync_error",
    "sync_lag_seconds",
    "oldest_unprocessed_seconds",
    "queued_jobs_by_type",
    "running_jobs_by_type",
}
LINE = {
    "id",
    "purpose",
    "provider",
    "email_address",
    "gmail_profile_email",
    "is_enabled",
    "created_at",
    "updated_at",
}
OVERVIEW = STATUS | {"email_address", "provider", "purpose", "pause_reason", "failed_jobs_last_24h"}


async def test_connecting_and_the_documented_shapes(
    door: httpx2.AsyncClient, cast: Cast, user: MailUser, desk: Desk
) -> None:
    user.deliver(mail("hello"))
    mailbox_id, headers = await connected(door, cast.alice, user), cast.alice.headers
    (line,) = (await door.get("/mailboxes", headers=headers)).json()
    assert set(line) == LINE and (line["provider"], line["purpose"]) == ("imap", "user")
    before = (await door.get(f"/mailboxes/{mailbox_id}/sync/status", headers=headers)).json()
    assert before["queued_jobs_by_type"] == {"mailbox_history_sync": 1} and before["sync_lag_seconds"] is None
    assert before["oldest_unprocessed_seconds"] is None
    await desk.work_off()
    desk.clock.forward(seconds=7.9)
    status = (await door.get(f"/mailboxes/{mailbox_id}/sync/status", headers=headers)).json()
    assert set(status) == STATUS and (status["sync_lag_seconds"], status["oldest_unprocessed_seconds"]) == (7, 7)
    (item,) = (await door.get("/ops/mailboxes/sync", headers=headers)).json()["items"]
    assert set(item) == OVERVIEW and (item["failed_jobs_last_24h"], item["oldest_unprocessed_seconds"]) == (0, 7)
    found = (await door.get(f"/mailboxes/{mailbox_id}/connectivity", headers=headers)).json()
    assert found == {"status": "connected", "profile_email": user.name, "scopes": [], "error": None}


async def test_looking_pausing_resuming(door: httpx2.AsyncClient, cast: Cast, user: MailUser) -> None:
    here, headers = f"/mailboxes/{await connected(door, cast.alice, user)}", cast.alice.headers
    history = (await door.post(f"{here}/sync/history", headers=headers)).json()
    assert history["job_type"] == "mailbox_history_sync" and history["job_id"]
    backfill = [(await door.post(f"{here}/sync/backfill", headers=headers)).json()["job_id"] for _ in range(2)]
    assert backfill[0] and backfill[1] is None
    paused = (await door.post(f"{here}/sync/pause?minutes=5", headers=headers)).json()
    assert paused["paused"] is True and "manual pause" in paused["pause_reason"]
    found = (await door.get(f"{here}/connectivity", headers=headers)).json()
    assert found["status"] == "paused"
    refused = [await door.post(f"{here}/sync/pause?minutes={n}", headers=headers) for n in (0, 10_081)]
    assert [answer.status_code for answer in refused] == [422, 422]
    resumed = (await door.post(f"{here}/sync/resume", headers=headers)).json()
    assert resumed["resumed"] is True and resumed["history_sync_job_id"] == history["job_id"]


async def test_nothing_is_kept_of_a_login_that_fails(door: httpx2.AsyncClient, cast: Cast, user: MailUser) -> None:
    wrong = typed(user, password="wrong")
    answer = await door.post("/mailboxes/imap", json=wrong, headers=cast.alice.headers)
    assert answer.status_code == 422 and "refused" in answer.json()["detail"]
    assert (await door.get("/mailboxes", headers=cast.alice.headers)).json() == []


async def test_an_address_is_connected_once(door: httpx2.AsyncClient, cast: Cast, user: MailUser) -> None:
    await connected(door, cast.alice, user)
    twice = await door.post("/mailboxes/imap", json=typed(user), headers=cast.alice.headers)
    assert twice.status_code == 409


async def test_strangers_agents_and_other_organisations(door: httpx2.AsyncClient, cast: Cast, user: MailUser) -> None:
    mailbox_id = await connected(door, cast.alice, user)
    path = f"/mailboxes/{mailbox_id}/sync/status"
    assert (await door.get(path)).status_code == 401
    assert (await door.get(path, headers=cast.bob.headers)).status_code == 403
    assert (await door.get(path, headers=cast.mallory.headers)).status_code == 404
    assert (await door.get(f"/mailboxes/{new_id()}/sync/status", headers=cast.alice.headers)).status_code == 404
    for act in ("history", "backfill", "pause", "resume"):
        answer = await door.post(f"/mailboxes/{mailbox_id}/sync/{act}", headers=cast.mallory.headers)
        assert answer.status_code == 404
    assert (await door.get("/mailboxes", headers=cast.mallory.headers)).json() == []


async def test_a_host_in_the_house_is_refused(
    door: httpx2.AsyncClient, app: FastAPI, cast: Cast, user: MailUser
) -> None:
    app.state.parts.add(replace(app.state.parts.of(ImapTerms), allowed=()))
    answer = await door.post("/mailboxes/imap", json=typed(user), headers=cast.alice.headers)
    assert answer.status_code == 422 and "private" in answer.json()["detail"]


async def test_the_pages(door: httpx2.AsyncClient, cast: Cast, user: MailUser, desk: Desk) -> None:
    headers = cast.alice.headers | FORM
    empty = await door.get("/mailboxes", headers=headers)
    assert empty.status_code == 200 and "No mailbox yet" in empty.text
    assert "Try and connect" in (await door.get("/mailboxes/new", headers=headers)).text
    sent = await door.post("/mailboxes", data=typed(user, username="<b>x</b>", password="wrong"), headers=headers)
    assert sent.status_code == 422 and "&lt;b&gt;" in sent.text and "wrong" not in sent.text
    bad = await door.post("/mailboxes", data=typed(user, email_address="nobody", port="x"), headers=headers)
    assert bad.status_code == 422 and "field-email_address-error" in bad.text and "field-port-error" in bad.text
    done = await door.post("/mailboxes", data=typed(user, username="", only_new="1"), headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, "/mailboxes")
    shown = (await door.get("/mailboxes", headers=headers)).text
    assert user.name in shown and "Look now" in shown


async def test_steering_by_form(door: httpx2.AsyncClient, cast: Cast, user: MailUser, desk: Desk) -> None:
    headers = cast.alice.headers | FORM
    here = f"/mailboxes/{await connected(door, cast.alice, user)}"
    expected = {"pause": "Paused", "resumption": "Connected", "look": "Connected", "switch": "Switched off"}
    for act, word in expected.items():
        assert (await door.post(f"{here}/{act}", headers=headers)).status_code == 303
        assert word in (await door.get("/mailboxes", headers=headers)).text
    await door.post(f"{here}/switch", data={"on": "1"}, headers=headers)
    assert "Look now" in (await door.get("/mailboxes", headers=headers)).text


async def test_what_was_written_down_in_english_is_read_in_ones_own_language(
    door: httpx2.AsyncClient, cast: Cast, user: MailUser, desk: Desk
) -> None:
    """Programs get the documented phrase; people read what it means."""
    mailbox_id, headers = await connected(door, cast.alice, user), cast.alice.headers
    await door.post(f"/mailboxes/{mailbox_id}/sync/pause", headers=headers)
    async with desk.works.open(cast.alice.org_id, MACHINE) as work:
        mailbox = await by_id(work.db, mailbox_id)
        mailbox.last_sync_error = MailServerSilent.title()
    english = (await door.get("/mailboxes", headers=headers | FORM)).text
    assert "paused by a person for 30 minutes" in english and "manual pause" not in english
    german = (await door.get("/mailboxes", headers=headers | FORM | {"accept-language": "de"})).text
    assert "Der Mailserver antwortet nicht" in german and "does not answer" not in german
    (line,) = (await door.get("/ops/mailboxes/sync", headers=headers)).json()["items"]
    assert line["pause_reason"] == "manual pause (30 minutes)" and line["last_sync_error"] == MailServerSilent.title()


async def test_programs_switch_a_mailbox_and_every_act_is_in_the_log(
    door: httpx2.AsyncClient, cast: Cast, user: MailUser, desk: Desk
) -> None:
    headers = cast.alice.headers
    here = f"/mailboxes/{await connected(door, cast.alice, user)}"
    for act in ("history", "backfill", "pause", "resume"):
        assert (await door.post(f"{here}/sync/{act}", headers=headers)).status_code == 200
    for on in (False, True):
        told = await door.patch(here, json={"is_enabled": on}, headers=headers)
        assert told.status_code == 200 and set(told.json()) == LINE and told.json()["is_enabled"] is on
    assert (await door.patch(here, json={"is_enabled": None}, headers=headers)).status_code == 422
    assert (await door.patch(here, json={"is_enabled": True}, headers=cast.mallory.headers)).status_code == 404
    async with desk.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        acts = list(await work.db.scalars(select(AuditLog.act).where(AuditLog.thing == "mailbox")))
    said = {"look_asked", "backfill_asked", "paused", "resumed", "disabled", "enabled", "imap.connected"}
    assert set(acts) == {f"mailboxes.{one}" for one in said}
