"""From the start door over Google's page to a connected mailbox, and every way in which that may end otherwise."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from tests.cast import Cast, Player
from tests.ticketing.mailboxes.conftest import FORM
from tests.ticketing.mailboxes.google.conftest import JOURNAL, GmailDesk
from tests.wire.google.server import StandIn
from tests.wire.google.world import READONLY, Mood, World
from waypost.platform.access import MACHINE
from waypost.ticketing.mailboxes.google.account import Google, refresh_place

pytestmark = pytest.mark.anyio
START, CALLBACK = "/mailboxes/gmail/journal/oauth/start", "/mailboxes/gmail/oauth/callback"


async def begin(door: httpx2.AsyncClient, who: Player) -> dict[str, str]:
    """What the authorisation address carries."""
    answer = await door.post(START, headers=who.headers)
    assert answer.status_code == 200 and list(answer.json()) == ["authorization_url"]
    assert answer.headers["cache-control"] == "no-store"
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.json()["authorization_url"]).query).items()}


async def agree(
    browser: httpx2.AsyncClient, asked: dict[str, str], email: str = JOURNAL, **form: Any
) -> dict[str, str]:
    """Sign in at Google and allow it; what the browser brings back."""
    assert (await browser.get("/o/oauth2/v2/auth", params=asked)).status_code == 200
    kept = {name: asked[name] for name in ("redirect_uri", "state", "code_challenge", "client_id", "scope")}
    given = {**kept, "email": email, "allowed": asked["scope"].split(), **form}
    back = await browser.post("/consent", data=given)
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


async def come_back(door: httpx2.AsyncClient, who: Player, said: dict[str, str], **headers: str) -> httpx2.Response:
    """The callback, as the browser or a program asks for it."""
    return await door.get(CALLBACK, params=said, headers={**who.headers, **headers})


async def test_the_whole_way(
    door: httpx2.AsyncClient, browser: httpx2.AsyncClient, cast: Cast, world: World, desk: GmailDesk, owner: Any
) -> None:
    asked = await begin(door, cast.alice)
    assert asked["scope"] == READONLY and asked["access_type"] == "offline" and asked["prompt"] == "consent"
    assert asked["redirect_uri"].endswith(CALLBACK) and asked["include_granted_scopes"] == "true"
    answer = await come_back(door, cast.alice, await agree(browser, asked))
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    mailbox_id = answer.json()["mailbox_id"]
    assert answer.json() == {"status": "connected", "mailbox_id": mailbox_id}
    here, headers = f"/mailboxes/{mailbox_id}", cast.alice.headers
    status = (await door.get(f"{here}/sync/status", headers=headers)).json()
    assert status["queued_jobs_by_type"] == {"mailbox_backfill": 1, "mailbox_watch_renew": 1}
    assert status["gmail_history_id"] == world.account(JOURNAL).now
    (line,) = (await door.get("/mailboxes", headers=headers)).json()
    assert (line["purpose"], line["provider"], line["gmail_profile_email"]) == ("journal", "gmail", JOURNAL)
    rows = await owner.execute("select sealed_refresh_token, scopes, subject from oauth_credentials")
    sealed, scopes, subject = (await rows.fetchall())[-1]
    (token,) = world.refresh
    assert token.encode() not in sealed and (scopes, subject) == ([READONLY], JOURNAL)
    assert desk.vault.open(sealed, refresh_place(cast.alice.org_id, JOURNAL)).decode() == token
    keys = await desk.rows("select dedupe_key from jobs where type = 'mailbox_backfill'")
    assert [row[0] for row in keys] == [f"mailbox_backfill:{mailbox_id}"]


async def test_looking_at_connectivity_changes_nothing(
    door: httpx2.AsyncClient, cast: Cast, world: World, desk: GmailDesk
) -> None:
    mailbox_id = await desk.join(world)
    before = await desk.history(mailbox_id)
    world.account(JOURNAL).now += 1_000
    path, headers = f"/mailboxes/{mailbox_id}/connectivity", cast.alice.headers
    found = (await door.get(path, headers=headers)).json()
    assert found == {"status": "connected", "profile_email": JOURNAL, "scopes": [READONLY], "error": None}
    assert await desk.history(mailbox_id) == before
    world.withdraw(JOURNAL)
    found = (await door.get(path, headers=headers)).json()
    assert found["status"] == "degraded" and "agree once more" in found["error"]
    await door.post(f"/mailboxes/{mailbox_id}/sync/pause", headers=headers)
    asked = len(world.asked)
    found = (await door.get(path, headers=headers)).json()
    assert found["status"] == "paused" and found["scopes"] == [] and len(world.asked) == asked


async def test_a_state_works_once_even_when_the_exchange_failed(
    door: httpx2.AsyncClient, browser: httpx2.AsyncClient, cast: Cast, world: World
) -> None:
    said = await agree(browser, await begin(door, cast.alice))
    world.moods.append(Mood("/token", 500))
    assert (await come_back(door, cast.alice, said)).status_code == 502
    again = await come_back(door, cast.alice, said)
    assert again.status_code == 400 and "used before" in again.json()["detail"]
    assert (await door.get("/mailboxes", headers=cast.alice.headers)).json() == []


async def test_a_state_belongs_to_its_person_and_ends(
    door: httpx2.AsyncClient, browser: httpx2.AsyncClient, cast: Cast, desk: GmailDesk
) -> None:
    said = await agree(browser, await begin(door, cast.alice))
    assert (await come_back(door, cast.mallory, said)).status_code == 400
    assert (await come_back(door, cast.alice, said | {"state": "guessed"})).status_code == 400
    assert (await come_back(door, cast.bob, said)).status_code == 403
    desk.clock.forward(minutes=10.1)
    assert (await come_back(door, cast.alice, said)).status_code == 400


async def test_what_google_may_say(
    door: httpx2.AsyncClient, browser: httpx2.AsyncClient, cast: Cast, world: World
) -> None:
    async def ends(**form: Any) -> tuple[int, str]:
        answer = await come_back(door, cast.alice, await agree(browser, await begin(door, cast.alice), **form))
        return answer.status_code, answer.json().get("code", "")

    denied = await come_back(door, cast.alice, await agree(browser, await begin(door, cast.alice), deny="1"))
    assert denied.status_code == 400 and "not granted" in denied.json()["detail"]
    state = (await begin(door, cast.alice))["state"]
    assert (await come_back(door, cast.alice, {"state": state})).status_code == 400
    assert (await ends(allowed=["openid"]))[0] == 400
    world.gives_refresh = False
    assert (await ends())[0] == 400
    world.gives_refresh = True
    assert (await ends(email="nobody"))[0] == 502
    world.moods.append(Mood("profile", 500, times=9, headers={"retry-after": "60"}))
    assert (await ends())[0] == 502
    world.moods.clear()
    assert (await ends())[0] == 200
    assert (await ends(email="second@acme.example"))[0] == 409
    assert (await ends())[0] == 200


async def test_browsers_are_sent_on_and_never_see_json(
    door: httpx2.AsyncClient, browser: httpx2.AsyncClient, cast: Cast, desk: GmailDesk, world: World
) -> None:
    said = await agree(browser, await begin(door, cast.alice))
    done = await come_back(door, cast.alice, said, **FORM)
    place = urlsplit(done.headers["location"])
    assert done.status_code == 303 and place.path == "/mailboxes/connected" and "mailbox_id=" in place.query
    shown = await door.get(done.headers["location"], headers=cast.alice.headers | FORM)
    assert shown.status_code == 200 and JOURNAL in shown.text and "being read now" in shown.text
    assert (await door.get(done.headers["location"], headers=cast.mallory.headers | FORM)).status_code == 404
    again = await come_back(door, cast.alice, said, **FORM)
    assert again.status_code == 303 and again.headers["location"] == "/mailboxes/connected?error=state"
    failed = await door.get(again.headers["location"], headers=cast.alice.headers | FORM)
    assert "used before" in failed.text and "Try again" in failed.text


async def test_another_web_client_gets_its_browsers_back(
    door: httpx2.AsyncClient,
    browser: httpx2.AsyncClient,
    cast: Cast,
    desk: GmailDesk,
    stand_in: StandIn,
    app: FastAPI,
) -> None:
    desk.at(stand_in, connected="http://localhost:3000/mailboxes/connected")
    app.state.parts.add(desk.google, Google)
    done = await come_back(door, cast.alice, await agree(browser, await begin(door, cast.alice)), **FORM)
    assert done.headers["location"].startswith("http://localhost:3000/mailboxes/connected?mailbox_id=")


async def test_the_pages_lead_to_google_and_away_again(
    door: httpx2.AsyncClient, cast: Cast, desk: GmailDesk, world: World
) -> None:
    headers = cast.alice.headers | FORM
    assert "Connect Gmail" in (await door.get("/mailboxes", headers=headers)).text
    consent = await door.post("/mailboxes/gmail/journal/consent", headers=headers)
    assert consent.status_code == 200 and "/o/oauth2/v2/auth?" in consent.text
    mailbox_id = await desk.join(world)
    await desk.work_off()
    world.withdraw(JOURNAL)
    desk.use(desk.google.terms)
    await desk.work_off(minutes=2)
    assert "Ask Google again" in (await door.get("/mailboxes", headers=headers)).text
    gone = await door.post(f"/mailboxes/{mailbox_id}/disconnection", headers=headers)
    assert gone.status_code == 303
    assert "Switched off" in (await door.get("/mailboxes", headers=headers)).text


async def test_disconnecting_gives_the_access_back(
    door: httpx2.AsyncClient, cast: Cast, desk: GmailDesk, world: World, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    path = f"/mailboxes/{mailbox_id}/disconnection"
    assert (await door.post(path, headers=cast.mallory.headers)).status_code == 404
    answer = await door.post(path, headers=cast.alice.headers)
    assert answer.json() == {"mailbox_id": str(mailbox_id), "disconnected": True}
    assert (await door.post(path, headers=cast.alice.headers)).status_code == 200
    await desk.work_off()
    assert world.refresh == {} and world.access == {}
    left = await owner.execute("select count(*) from oauth_credentials where org_id = %s", (desk.orgs.acme,))
    assert (await left.fetchone())[0] == 0
    assert not await desk.rows("select 1 from jobs where status = 'queued' and queue = 'mailboxes'")
    await desk.join(world, "other@acme.example")


async def test_connected_again_before_google_was_told_keeps_the_new_consent(
    desk: GmailDesk, world: World, door: httpx2.AsyncClient, cast: Cast
) -> None:
    mailbox_id = await desk.join(world)
    await door.post(f"/mailboxes/{mailbox_id}/disconnection", headers=cast.alice.headers)
    assert await desk.join(world) == mailbox_id
    await desk.work_off()
    assert len(world.refresh) == 2 and (await desk.mailbox(mailbox_id)).is_enabled


async def test_without_a_client_of_google_nothing_is_promised(
    door: httpx2.AsyncClient, cast: Cast, desk: GmailDesk, stand_in: StandIn, app: FastAPI
) -> None:
    desk.at(stand_in, client_id="")
    app.state.parts.add(desk.google, Google)
    answer = await door.post(START, headers=cast.alice.headers)
    assert answer.status_code == 503 and "GOOGLE_CLIENT_ID" in answer.json()["detail"]
    assert "Connect Gmail" not in (await door.get("/mailboxes", headers=cast.alice.headers | FORM)).text


async def test_states_of_days_gone_by_are_swept(door: httpx2.AsyncClient, cast: Cast, desk: GmailDesk) -> None:
    await begin(door, cast.alice)
    desk.clock.forward(minutes=60 * 25)
    await begin(door, cast.alice)
    from sqlalchemy import func, select

    from waypost.ticketing.mailboxes.google.models import ConsentAsked

    async with desk.works.open(desk.orgs.acme, MACHINE, reads=True) as work:
        assert await work.db.scalar(select(func.count()).select_from(ConsentAsked)) == 1
