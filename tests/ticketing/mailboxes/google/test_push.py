"""Pushes: a right token brings the look forward, anything else is nobody."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.ticketing.mailboxes.conftest import mail
from tests.ticketing.mailboxes.google.conftest import JOURNAL, GmailDesk
from tests.wire.google.pushing import envelope, new_key, signed
from tests.wire.google.server import StandIn
from tests.wire.google.world import Account, World
from waypost.platform.access import MACHINE
from waypost.platform.jobs.clock import adopt, tick
from waypost.ticketing.mailboxes.actions import pause

pytestmark = pytest.mark.anyio


async def post(door: httpx2.AsyncClient, path: str, token: str | None, body: Any = None) -> int:
    """Knock as Pub/Sub does."""
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return (await door.post(path, json=body or envelope(JOURNAL), headers=headers)).status_code


async def test_a_push_brings_the_look_forward(
    door: httpx2.AsyncClient, desk: GmailDesk, world: World, account: Account, stand_in: StandIn, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    account.deliver(mail("pushed"))
    here = f"/mailboxes/gmail/push/{desk.orgs.acme}"
    assert await post(door, here, signed(stand_in.keys[0])) == 204
    await desk.work_off()
    assert await desk.subjects(owner, mailbox_id) == ["pushed"]


async def test_a_push_moves_no_cursor_and_respects_a_pause(
    door: httpx2.AsyncClient, desk: GmailDesk, world: World, account: Account, stand_in: StandIn
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    before, asked = await desk.history(mailbox_id), len(world.asked)
    async with desk.works.open(desk.orgs.acme, MACHINE) as work:
        await pause(work, mailbox_id, 30)
    told = envelope(JOURNAL, 999_999)
    assert await post(door, f"/mailboxes/gmail/push/{desk.orgs.acme}", signed(stand_in.keys[0]), told) == 204
    await desk.work_off()
    assert (await desk.history(mailbox_id), len(world.asked)) == (before, asked)


async def test_addresses_of_others_are_let_pass_in_silence(
    door: httpx2.AsyncClient, desk: GmailDesk, world: World, stand_in: StandIn
) -> None:
    await desk.join(world)
    await desk.work_off()
    token, jobs = signed(stand_in.keys[0]), await desk.rows("select id, run_at from jobs order by id")
    for path in ("/mailboxes/gmail/push", f"/mailboxes/gmail/push/{desk.orgs.globex}"):
        assert await post(door, path, token) == 204
    assert await post(door, f"/mailboxes/gmail/push/{desk.orgs.acme}", token, envelope("x@y.example")) == 204
    assert await desk.rows("select id, run_at from jobs order by id") == jobs


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"aud": "https://elsewhere.example"}, 403),
        ({"iss": "https://evil.example"}, 403),
        ({"email": "other@gserviceaccount.com"}, 403),
        ({"email_verified": False}, 403),
        ({"email": None}, 403),
        ({"exp": 1}, 401),
        ({"exp": None}, 401),
        ({"iat": 99_999_999_999}, 401),
        ({"exp": "soon"}, 401),
    ],
)
async def test_a_token_that_says_something_else(
    door: httpx2.AsyncClient, stand_in: StandIn, changes: dict[str, Any], status: int
) -> None:
    assert await post(door, "/mailboxes/gmail/push", signed(stand_in.keys[0], **changes)) == status


async def test_tokens_that_google_never_signed(door: httpx2.AsyncClient, stand_in: StandIn) -> None:
    key = stand_in.keys[0]
    right = signed(key).split(".")
    forged = [
        None,
        "",
        "junk",
        signed(new_key("first")),
        signed(new_key("unknown")),
        ".".join([right[0], right[1], right[2][:-4] + "AAAA"]),
        "eyJhbGciOiJub25lIn0." + right[1] + ".",
        jwt.encode({"alg": "HS256"}, {"aud": "x"}, OctKey.import_key(b"x" * 32), algorithms=["HS256"]),
    ]
    assert [await post(door, "/mailboxes/gmail/push", token) for token in forged] == [401] * len(forged)


async def test_new_keys_are_learnt_and_lies_cost_no_calls(
    door: httpx2.AsyncClient, desk: GmailDesk, stand_in: StandIn
) -> None:
    assert await post(door, "/mailboxes/gmail/push", signed(stand_in.keys[0])) == 204
    stand_in.keys.append(new_key("second"))
    assert await post(door, "/mailboxes/gmail/push", signed(stand_in.keys[1])) == 401
    desk.clock.forward(seconds=61)
    assert await post(door, "/mailboxes/gmail/push", signed(stand_in.keys[1])) == 204


@pytest.mark.parametrize("body", [{"message": {}}, {"message": {"data": "***"}}, {"message": {"data": "e30="}}, []])
async def test_an_envelope_that_is_none(door: httpx2.AsyncClient, stand_in: StandIn, body: Any) -> None:
    answer = await door.post(
        "/mailboxes/gmail/push", json=body, headers={"authorization": f"Bearer {signed(stand_in.keys[0])}"}
    )
    assert answer.status_code == 422


async def test_without_an_account_pushes_are_refused(
    door: httpx2.AsyncClient, app: FastAPI, desk: GmailDesk, stand_in: StandIn
) -> None:
    from waypost.ticketing.mailboxes.google.push import Pushes

    app.state.parts.add(Pushes(stand_in.terms(), desk.google.way_out, desk.clock))
    assert await post(door, "/mailboxes/gmail/push", signed(stand_in.keys[0])) == 403


async def test_a_watch_is_asked_for_and_renewed_each_day(
    desk: GmailDesk, world: World, account: Account, owner: Any
) -> None:
    mailbox_id = await desk.join(world)
    await desk.work_off()
    found = await owner.execute("select watch_until from gmail_accounts where mailbox_id = %s", (mailbox_id,))
    assert account.watched == "projects/p/topics/mail" and (await found.fetchone())[0] > desk.clock.at
    await owner.execute("delete from schedules")
    await adopt(desk.engine, desk.clock.at)
    asked = world.count("watch")

    async def organisations() -> Any:
        yield desk.orgs.acme

    desk.clock.forward(minutes=60 * 24)
    await tick(desk.engine, desk.clock.at, organisations)
    await desk.work_off()
    assert world.count("watch") == asked + 1


async def test_without_a_topic_nothing_is_watched(desk: GmailDesk, world: World, stand_in: StandIn) -> None:
    desk.use(stand_in.terms())
    await desk.join(world)
    await desk.work_off()
    assert world.count("watch") == 0
