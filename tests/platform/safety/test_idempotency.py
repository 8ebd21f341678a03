"""Idempotency-Key: the first answer again, the work once, also when two arrive together."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.cast import Cast, cast
from tests.platform.identity.small_app import client_of
from waypost.platform.access import MACHINE
from waypost.platform.errors import Conflict
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import Given, KeyUsedForAnother, forget_before, once
from waypost.platform.web.app import Shell, build
from waypost.platform.web.doors import Doors, Writes

pytestmark = pytest.mark.anyio
__all__ = ["cast"]

ROOM: list[Any] = []
"""What the door did, since the last test."""
api = Doors()


class RoomIsFull(Conflict):
    """The room is full."""


@api.post("/chairs", member=True, status_code=201)
async def bring_a_chair(work: Writes, given: OnceGiven) -> Any:
    """Does something that must not happen twice."""

    async def act() -> dict[str, int]:
        if len(ROOM) == 3:
            raise RoomIsFull
        ROOM.append(work.org)
        return {"chair": len(ROOM)}

    return await once(work, given, act)


@pytest.fixture
async def browser(cast: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller of the door above; the room is empty."""
    ROOM.clear()
    shell = Shell(
        works=cast.desk.works,
        resolve_caller=cast.desk.resolve,
        features=[api],
        csrf=cast.desk.csrf(frozenset()),
    )
    async with client_of(build(shell)) as client:
        yield client


async def test_a_repeat_gets_the_first_answer(browser: httpx2.AsyncClient, cast: Cast) -> None:
    headers = cast.bob.headers | {"idempotency-key": "k1"}
    said = [await browser.post("/chairs", json={"red": True}, headers=headers) for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in said] == [(201, {"chair": 1})] * 3
    assert [cast.bob.org_id] == ROOM


async def test_twins_at_once_do_it_once(browser: httpx2.AsyncClient, cast: Cast) -> None:
    headers = cast.bob.headers | {"idempotency-key": "k1"}
    said = await asyncio.gather(*(browser.post("/chairs", json={}, headers=headers) for _ in range(4)))
    assert [answer.json() for answer in said] == [{"chair": 1}] * 4 and len(ROOM) == 1


async def test_another_body_is_409(browser: httpx2.AsyncClient, cast: Cast) -> None:
    headers = cast.bob.headers | {"idempotency-key": "k1"}
    await browser.post("/chairs", json={"red": True}, headers=headers)
    assert (await browser.post("/chairs", json={"red": False}, headers=headers)).status_code == 409


async def test_keys_belong_to_their_person_and_organisation(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for player in (cast.bob, cast.vera, cast.mallory):
        await browser.post("/chairs", json={}, headers=player.headers | {"idempotency-key": "k1"})
    assert [cast.bob.org_id, cast.vera.org_id, cast.mallory.org_id] == ROOM


async def test_a_refused_request_keeps_no_answer(browser: httpx2.AsyncClient, cast: Cast) -> None:
    ROOM[:] = [None] * 3
    headers = cast.bob.headers | {"idempotency-key": "k1"}
    assert (await browser.post("/chairs", json={}, headers=headers)).status_code == 409
    ROOM.clear()
    assert (await browser.post("/chairs", json={}, headers=headers)).status_code == 201


async def test_without_a_key_everything_counts(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for _ in range(2):
        await browser.post("/chairs", json={}, headers=cast.bob.headers)
    assert len(ROOM) == 2


async def test_forms_carry_the_key_in_a_field(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for colour, status in (("red", 201), ("red", 201), ("blue", 409)):
        data = {"idempotency_key": "k1", "colour": colour}
        assert (await browser.post("/chairs", data=data, headers=cast.bob.headers)).status_code == status
    assert len(ROOM) == 1


@pytest.mark.parametrize("key", ["", "x" * 129])
async def test_keys_have_a_length(browser: httpx2.AsyncClient, cast: Cast, key: str) -> None:
    headers = cast.bob.headers | {"idempotency-key": key}
    assert (await browser.post("/chairs", json={}, headers=headers)).status_code == 422


async def test_old_answers_are_forgotten(cast: Cast) -> None:
    given, count = Given("k1", "POST /x", b"digest"), iter(range(9))

    async def act() -> int:
        return next(count)

    async def again(after: timedelta) -> int:
        async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
            await forget_before(work, work.now + after)
            answer: int = await once(work, given, act)
            return answer

    assert [await again(timedelta(days=-2)), await again(timedelta(days=-2)), await again(timedelta(1))] == [0, 0, 1]
    with pytest.raises(KeyUsedForAnother):
        async with cast.desk.works.open(cast.bob.org_id, MACHINE) as work:
            await once(work, Given("k1", "POST /x", b"other"), act)
