"""True callbacks, as a scraper sends them; seeded, so that a failure can be looked at again."""

import gzip
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from waypost.sourcing.callbacks.knock import Knock
from waypost.sourcing.wire.signing import Signed, headers
from waypost.sourcing.wire.words import HEARTBEAT_EVENT, Kind

NOW = 1_800_000_000
SECRET, FORMER = b"the present secret of callbacks", b"the one before it"
TOKEN = "a token that scrapers share"
RUN = "0199a1b2-0000-7000-8000-00000000abcd"
WORDS = {Kind.COMPLETE: "COMPLETED", Kind.INGEST: "INGEST", Kind.HEARTBEAT: "HEARTBEAT"}


@dataclass(frozen=True, slots=True)
class Forger:
    """Makes true callbacks, and changes them; `random` decides where."""

    random: Random

    def true(self, kind: Kind, *, secret: bytes = SECRET) -> Knock:
        """A callback as its scraper sends it."""
        body = self.body(kind)
        raw = json.dumps(body, ensure_ascii=self.random.random() < 0.5).encode()
        packed = self.random.random() < 0.2
        raw = gzip.compress(raw, mtime=0) if packed else raw
        event = HEARTBEAT_EVENT if kind is Kind.HEARTBEAT else str(body["eventId"])
        signed = Signed(
            run_id=RUN,
            status_word=WORDS[kind],
            task_run_id=str(body.get("runId", "")),
            request_id=f"req-{self.random.randrange(10**6)}",
            event_id=event,
            body=raw,
        )
        sent = headers(secret, NOW + self.random.randrange(-250, 251), signed)
        sent |= {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        sent |= {"content-encoding": "gzip"} if packed else {}
        return Knock(kind, sent, raw, None if kind is Kind.COMPLETE else RUN, "192.0.2.7")

    def body(self, kind: Kind) -> dict[str, Any]:
        """What such a callback says."""
        number = self.random.randrange(10**6)
        body: dict[str, Any] = {"sourceRunId": RUN, "runId": f"run-{number}", "leaseToken": number}
        if kind is Kind.HEARTBEAT:
            return body | {"phase": "detail_fetch", "pagesVisited": number}
        body |= {"eventId": f"event-{number}", "source": "pracuj-pl-it", "jobs": [{"title": "Schweißer ö", "url": "x"}]}
        return body | ({"status": "COMPLETED"} if kind is Kind.COMPLETE else {})

    def at(self, length: int) -> int:
        """A place in something of this length."""
        return self.random.randrange(length)
