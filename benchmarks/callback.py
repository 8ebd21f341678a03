"""How many callbacks of 100 offers with bodies of 5 kB a web process takes in a second.

    python -m benchmarks.callback

Signed and verified over HTTP as scrapers send them, each for a run of its own, four at a time; every other one brings
offers that are known already. The limit beside it is what the same bytes cost when they are merely decoded, verified
and written as one committed row.
"""

import asyncio
import json
from asyncio import Semaphore
from time import perf_counter
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import text

from benchmarks.stage import machine, percentile, say, server
from waypost.main.house import House, furnish
from waypost.main.web import web_app
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.identity.inbound_runs.lookups import take_run
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.reading import document
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.signing import Signed, headers

CALLS, AT_ONCE, OFFERS, SIZE = 120, 4, 100, 5_000
WORDS = ("hall", "zeppelin", "weld", "rivet", "Gdynia", "shift", "contract", "salary", "frame", "steel", "hydrogen")


def offers(first: int) -> list[dict[str, str]]:
    """Different ones, with words of their own."""
    return [one(number) for number in range(first, first + OFFERS)]


def one(number: int) -> dict[str, str]:
    """An offer."""
    said = " ".join(f"{WORDS[(number * 7 + each) % len(WORDS)]}{each % 97}" for each in range(SIZE // 7))[:SIZE]
    address = f"https://it.pracuj.pl/praca/welder-{number},oferta,{number}"
    told = {"url": address, "sourceId": str(number), "title": f"Welder {number}", "description": said}
    return told | {"company": f"Works {number % 40}", "location": "Gdynia", "salary": "9 000 - 12 000 zł / month"}


async def runs(house: House) -> list[UUID]:
    """Somebody's runs, each handed to a scraper."""
    org, moment = new_id(), house.works.clock()
    async with lookups.catalogue(house.works.shards) as db:
        await lookups.make_organisation(db, "Zeppelins", moment, org=org)
    ids = [new_id() for _ in range(CALLS + 4)]
    async with house.works.open(org, MACHINE) as work:
        person = await lookups.make_person(work.db, "anna@acme.example", "Anna", work.now)
        await lookups.join(work.db, org, person, Role.OWNER, work.now)
        shared = {"source_slug": "pracuj-pl-it", "user_id": person, "status": "PENDING", "lease_token": 1}
        stamps = {"last_signal_at": work.now, "created_at": work.now}
        rows = [{"id": each, "intent_fingerprint": each.hex, "trace_id": each, **shared, **stamps} for each in ids]
        await insert_rows(work.db, Run, rows)
        for each in ids:
            await take_run(work.db, each, org, work.now)
    return ids


def call(gate: Gate, run_id: UUID, number: int) -> tuple[bytes, dict[str, str]]:
    """The body and headers of one callback; made before the clock runs."""
    event = f"event-{number}"
    body = {"sourceRunId": str(run_id), "eventId": event, "status": "COMPLETED", "jobs": offers(number // 2 * OFFERS)}
    raw = json.dumps(body).encode()
    signed = Signed(
        run_id=str(run_id), status_word="COMPLETED", task_run_id="", request_id=event, event_id=event, body=raw
    )
    return raw, headers(gate.terms.secrets[0], int(gate.clock().timestamp()), signed)


async def report(house: House, app: FastAPI) -> tuple[list[float], float, int]:
    """Milliseconds of each call, seconds of all, and the bytes of one."""
    gate, ids = house.parts.of(Gate), await runs(house)
    calls = [call(gate, run_id, number) for number, run_id in enumerate(ids)]
    room, spent = Semaphore(AT_ONCE), list[float]()

    async def send(client: httpx2.AsyncClient, raw: bytes, sent: dict[str, str]) -> None:
        async with room:
            begun = perf_counter()
            answer = await client.post("/api/job-sources/complete", content=raw, headers=sent)
            assert answer.status_code == 201, answer.text
            spent.append((perf_counter() - begun) * 1_000)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here") as client:
        for each in calls[CALLS:]:
            await send(client, *each)
        spent.clear()
        begun = perf_counter()
        await asyncio.gather(*[send(client, *each) for each in calls[:CALLS]])
        return spent, perf_counter() - begun, len(calls[0][0])


async def limit(house: House) -> float:
    """Callbacks a second that are decoded, hashed and written as one row each."""
    gate = house.parts.of(Gate)
    raw, _ = call(gate, new_id(), 0)
    async with house.shards.engine.begin() as connection:
        await connection.execute(text("create temporary table bare (body text)"))
        begun = perf_counter()
        for _ in range(50):
            document(raw)
            await connection.execute(text("insert into bare values (:body)"), {"body": raw.decode()})
        return 50 / (perf_counter() - begun)


async def measure(house: House) -> None:
    """Say the figures."""
    app = web_app(house, loopback=True)
    spent, seconds, size = await report(house, app)
    bare = await limit(house)
    say(f"callbacks of {OFFERS} offers, {size / 1_000:.0f} kB each: {CALLS / seconds:.1f}/s (wanted: 20)")
    say(f"  p50 {percentile(spent, 0.5):.0f} ms, p95 {percentile(spent, 0.95):.0f} ms, {AT_ONCE} at a time")
    say(f"  limit: {bare:.0f}/s where the same bytes are only read and written")
    await app.state.identity.close()
    await house.close()


def main() -> None:
    """On a server of its own."""
    say(machine())
    with server() as (settings, database):
        asyncio.run(measure(furnish(settings, database, pool=8)))


if __name__ == "__main__":
    main()
