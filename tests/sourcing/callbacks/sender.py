"""A scraper as the API sees it: signs what it sends, with the file that the real one signs with."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select

from tests.fixtures import Product
from waypost.platform.access import MACHINE
from waypost.platform.db import Base
from waypost.platform.identity.inbound_runs.lookups import take_run
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.signing import Signed, headers

Json = dict[str, Any]
BASE = "/api/job-sources"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to be sent; `sign` says what its signatures are about."""

    path: str
    word: str
    event: str
    body: Json
    run_id: str

    def raw(self) -> bytes:
        """As it travels."""
        return json.dumps(self.body).encode()

    def signed(self, raw: bytes, request_id: str = "req-1") -> Signed:
        """What is signed."""
        task = self.body.get("runId", "")
        return Signed(
            run_id=self.run_id,
            status_word=self.word,
            task_run_id=task,
            request_id=request_id,
            event_id=self.event,
            body=raw,
        )


@dataclass(slots=True)
class Sender:
    """Sends callbacks about one run of Alice's, over HTTP."""

    product: Product
    run_id: UUID
    skew: float = 0
    with_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> bytes:
        """What the installation made for itself."""
        return self.product.house.parts.of(Gate).terms.secrets[0]

    def completion(self, event: str = "event-1", **said: Any) -> Call:
        """The end of the run."""
        body = {"sourceRunId": str(self.run_id), "eventId": event, "status": "COMPLETED", **said}
        return Call(f"{BASE}/complete", body["status"], event, body, str(self.run_id))

    def heartbeat(self, **said: Any) -> Call:
        """A sign of life."""
        return Call(f"{BASE}/runs/{self.run_id}/heartbeat", "HEARTBEAT", "heartbeat", said, str(self.run_id))

    def batch(self, event: str = "batch-1", **said: Any) -> Call:
        """Several offers."""
        body = {"sourceRunId": str(self.run_id), "eventId": event, "source": "pracuj-pl-it", **said}
        return Call(f"{BASE}/runs/{self.run_id}/offers/batch", "INGEST", event, body, str(self.run_id))

    def one(self, event: str = "one-1", **said: Any) -> Call:
        """One offer."""
        body = {"sourceRunId": str(self.run_id), "eventId": event, "source": "pracuj-pl-it", **said}
        return Call(f"{BASE}/runs/{self.run_id}/offers", "INGEST", event, body, str(self.run_id))

    def calls(self) -> list[Call]:
        """One for each of the four doors."""
        return [self.completion(), self.heartbeat(), self.one(job=offer(1)), self.batch(jobs=[offer(1)])]

    async def send(self, call: Call, *, packed: bool = False, **changed: Any) -> httpx2.Response:
        """Post it; `changed` replaces headers by name, "" takes one away."""
        raw = gzip.compress(call.raw()) if packed else call.raw()
        now = self.product.house.parts.of(Gate).clock()
        sent = headers(self.secret, int((now + timedelta(seconds=self.skew)).timestamp()), call.signed(raw))
        sent |= {"content-type": "application/json"} | ({"content-encoding": "gzip"} if packed else {})
        sent |= dict(self.with_headers) | {name.replace("_", "-"): value for name, value in changed.items()}
        async with self.product.visit() as client:
            told = {name: value for name, value in sent.items() if value != ""}
            return await client.post(call.path, content=raw, headers=told)

    async def say(self, call: Call, **options: Any) -> Json:
        """Post it; gives the answer, which must be a success."""
        answer = await self.send(call, **options)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def run(self) -> Run:
        """The run as it stands."""
        found: Run = (await self.rows(Run, Run.id == self.run_id))[0]
        return found

    async def rows(self, model: type[Base], *where: Any) -> Sequence[Any]:
        """Rows of Acme's."""
        async with self.product.house.works.open(self.product.cast.alice.org_id, MACHINE, reads=True) as work:
            return (await work.db.scalars(select(model).where(*where))).all()

    async def change(self, **fields: Any) -> None:
        """Arrange the run."""
        async with self.product.house.works.open(self.product.cast.alice.org_id, MACHINE) as work:
            found = await work.db.get(Run, (work.org, self.run_id))
            assert found is not None
            for name, value in fields.items():
                setattr(found, name, value)


async def sender_for(product: Product, **fields: Any) -> Sender:
    """A new run of Alice's, PENDING and delivered once, and who reports about it."""
    run_id, alice = new_id(), product.cast.alice
    async with product.house.works.open(alice.org_id, MACHINE) as work:
        row = {
            "id": run_id,
            "source_slug": "pracuj-pl-it",
            "user_id": alice.person_id,
            "intent_fingerprint": run_id.hex,
            "trace_id": new_id(),
            "status": "PENDING",
            "lease_token": 1,
            "last_signal_at": work.now,
            "created_at": work.now,
            **fields,
        }
        await insert_rows(work.db, Run, [row])
        await take_run(work.db, run_id, work.org, work.now)
    return Sender(product, run_id)


def offer(number: int, size: int = 60, **said: Any) -> Json:
    """An offer as it travels."""
    told = {
        "url": f"https://it.pracuj.pl/praca/welder-{number},oferta,{1_000_000 + number}",
        "sourceId": str(1_000_000 + number),
        "title": f"Welder {number}",
        "company": "Zeppelin works",
        "location": "Gdynia",
        "description": ("A hall with zeppelins, and much to weld. " * (size // 40 + 1))[:size],
    }
    return told | said


def offers(number: int, size: int = 60) -> list[Json]:
    """Several different ones."""
    return [offer(each, size) for each in range(1, number + 1)]
