"""The shell on a real server: chunked bodies, live streams, stopping."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic

import httpx2
import pytest
from fastapi import FastAPI

from tests.database import Logins
from tests.platform.web.stage import ACME, ALICE, GLOBEX, PEOPLE, free_port, house
from waypost.platform.ids import new_id
from waypost.platform.signals import LIVE, Signals
from waypost.platform.web.live import OPENING, Live
from waypost.platform.web.server import Server, server

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[tuple[Server, httpx2.AsyncClient]]:
    """The app on a free port, stopped afterwards in its own way."""
    port = free_port()
    running = server(app, port=port, drain=5)
    task = asyncio.create_task(running.serve())
    try:
        async with asyncio.timeout(5), httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await until(lambda: running.started)
            yield running, client
    finally:
        running.should_exit = True
        await task


async def until(seen: Callable[[], bool]) -> None:
    """Look every few milliseconds, for two seconds at most."""
    for _ in range(400):
        if seen():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to be")


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size
        await asyncio.sleep(0)


async def test_bodies_that_are_too_large_are_answered_also_without_a_length() -> None:
    async with serving(house()) as (_, client):
        fits = await client.post("/hooks", content=chunks(100, 10))
        chunked = await client.post("/hooks", content=chunks(100, 11))
        declared = await client.post("/hooks", content=b"x" * 1001)
        huge = await client.post("/hooks", content=chunks(65536, 200))
        roomy = await client.post("/uploads", content=chunks(100, 50))
        beyond = await client.post("/uploads", content=chunks(100, 51))
        after = await client.get("/healthz")
    assert (fits.json(), roomy.json()) == ({"size": 1000}, {"size": 5000})
    assert [each.status_code for each in (chunked, declared, huge, beyond)] == [413] * 4
    assert chunked.json()["type"] == "too-large" and "1000 bytes" in chunked.json()["detail"]
    assert "x-request-id" in huge.headers and after.status_code == 200


async def test_a_form_that_is_too_large_is_refused_while_it_is_read() -> None:
    picture = {"picture": ("a.png", b"x" * 2000)}
    async with serving(house()) as (_, client):
        answer = await client.post("/boxes/a/lid", files=picture, headers=ALICE)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/boxes/a", "/live", "/-/patterns", "/nothing"])
async def test_head_ends_also_where_get_would_stream_for_ever(path: str) -> None:
    async with serving(house(outside_prod=True)) as (_, client):
        answer = await client.head(path, headers=ALICE)
        again = await client.get("/healthz")
    assert (answer.status_code, answer.content, again.status_code) == (404 if path == "/nothing" else 200, b"", 200)


async def told(stream: AsyncIterator[str], part: str) -> str:
    """The next piece of the stream that holds `part`."""
    async for piece in stream:
        if part in piece:
            return piece
    raise AssertionError(f"the stream ended without {part}")


async def test_what_is_poked_after_a_commit_reaches_the_browser(logins: Logins) -> None:
    ears, mouth, thing = Signals(logins.app, hears=(LIVE,)), Signals(logins.app), new_id()
    await mouth.start()
    async with serving(house(signals=ears)) as (_, client), client.stream("GET", "/live", headers=ALICE) as answer:
        stream = answer.aiter_text()
        await told(stream, OPENING.strip())
        await heard(mouth, f"{GLOBEX}:ticket_closed:{thing}", f"{ACME}:ticket_closed:{thing}", stream)
    await mouth.stop()


async def heard(mouth: Signals, foreign: str, own: str, stream: AsyncIterator[str]) -> None:
    """Poke until the listener is up: a NOTIFY before its LISTEN is lost, as in real life."""

    async def poking() -> None:
        while True:
            mouth.poke(LIVE, foreign)
            mouth.poke(LIVE, own)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(poking())
    piece = await told(stream, "event:")
    task.cancel()
    assert "event: ticket_closed" in piece and piece.count("event:") == 1


async def test_open_streams_do_not_keep_the_server_from_stopping() -> None:
    async with serving(house()) as (running, client), client.stream("GET", "/live", headers=ALICE) as answer:
        stream = answer.aiter_text()
        await told(stream, OPENING.strip())
        began, running.should_exit = monotonic(), True
        assert [piece async for piece in stream] == []
    assert monotonic() - began < 2


async def test_a_browser_that_leaves_is_forgotten() -> None:
    app = house()
    app.state.live = Live(heartbeat=0.02)
    async with serving(app) as (_, client):
        async with client.stream("GET", "/live", headers=ALICE) as answer:
            await told(answer.aiter_text(), OPENING.strip())
            assert app.state.live.listening(ACME) == 1
        await until(lambda: not app.state.live.listening(ACME))


async def test_a_stream_ends_when_its_session_is_revoked_or_moves_to_another_organisation() -> None:
    app, alice = house(), PEOPLE["alice"]
    found = {"caller": alice}

    async def resolve(_request: object) -> object:
        return found["caller"]

    app.state.live, app.state.resolve_caller = Live(heartbeat=0.02), resolve
    async with serving(app) as (_, client), client.stream("GET", "/live", headers=ALICE) as answer:
        stream = answer.aiter_text()
        await told(stream, "still here")
        found["caller"] = replace(alice, org_id=GLOBEX)
        assert [piece async for piece in stream if "event" in piece] == []
