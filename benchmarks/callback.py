"""How many callbacks of 100 offers with bodies of 5 kB a web process takes in a second.

    python -m benchmarks.callback

Signed and verified over HTTP as scrapers send them, each for a run of its own, four at a time, in the event loop of a
process; every other one brings offers that are known already, from a call that has ended: two calls with the same
offers at once wait for each other, by design. The limit beside it is what the same bytes cost when they are merely
decoded, verified and written as one committed row. Processor time hardly grows when the machine is shared, so it is
said too: a process has one interpreter, so its share alone must stay below 50 ms for 20 a second.

What was learnt of one callback, statement by statement on a shared machine: JSON is the dear part. The database took
every description apart several times on its way out of a JSON document (18 ms of 45), and takes it whole out of one
text for each column (2 ms). Writing a known description anew costs more than finding out that it is the same (745 kB of
log against 161 kB). A hash of sorted keys by the standard library took ten times what the quick encoder takes for the
same bytes. A statement costs its sender about a millisecond, whatever it does: there are 15 where there were 25. Half
of that millisecond was putting the same statement together again, so those of this way are put together once. To ask
how long a stored text is reads it whole: a known batch spent 5 of 12 ms on that. A copy of a document that is clean
already, five ids for each offer made as objects and a second row version for "matched" were most of what else went.
"""

import asyncio
import json
from asyncio import Semaphore
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import text

from benchmarks.measures.processor import processor
from benchmarks.stage import machine, percentile, say, server
from waypost.cli.looping import in_loop
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
WARM = 10
"""Calls before the clock runs; what they bring is known to the first of those that count."""
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
    ids = [new_id() for _ in range(CALLS + WARM)]
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
    body = {"sourceRunId": str(run_id), "eventId": event, "status": "COMPLETED", "jobs": offers(_first(number))}
    raw = json.dumps(body).encode()
    signed = Signed(
        run_id=str(run_id), status_word="COMPLETED", task_run_id="", request_id=event, event_id=event, body=raw
    )
    return raw, headers(gate.terms.secrets[0], int(gate.clock().timestamp()), signed)


def _first(number: int) -> int:
    """Every other call brings what the call before the last `AT_ONCE` brought."""
    return (number if number % 2 == 0 else max(0, number - WARM + 1)) * OFFERS


@dataclass(frozen=True, slots=True)
class Told:
    """Milliseconds of each call, seconds of all, processor seconds of this process and of the server, bytes of one."""

    spent: list[float]
    seconds: float
    own: float
    server: float
    size: int


async def report(house: House, app: FastAPI, data: Path) -> Told:
    """Send them all."""
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
        for each in calls[:WARM]:
            await send(client, *each)
        spent.clear()
        begun, own, there = perf_counter(), process_time(), processor(data).server
        await asyncio.gather(*[send(client, *each) for each in calls[WARM:]])
        seconds, own, there = perf_counter() - begun, process_time() - own, processor(data).server - there
        return Told(spent, seconds, own, there, len(calls[0][0]))


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


async def measure(house: House, data: Path) -> None:
    """Say the figures."""
    app = web_app(house, loopback=True)
    told = await report(house, app, data)
    bare = await limit(house)
    say(f"callbacks of {OFFERS} offers, {told.size / 1_000:.0f} kB each: {CALLS / told.seconds:.1f}/s (wanted: 20)")
    say(f"  p50 {percentile(told.spent, 0.5):.0f} ms, p95 {percentile(told.spent, 0.95):.0f} ms, {AT_ONCE} at a time")
    each = 1_000 / CALLS
    say(f"  {told.own * each:.0f} ms CPU of process and callers, {told.server * each:.0f} ms of PostgreSQL for each")
    say(f"  limit: {bare:.0f}/s where the same bytes are only read and written")
    await app.state.identity.close()
    await house.close()


def main() -> None:
    """On a server of its own."""
    say(machine())
    with server() as (settings, database):
        in_loop(measure(furnish(settings, database, pool=8), settings.data))


if __name__ == "__main__":
    main()
