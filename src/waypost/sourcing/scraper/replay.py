"""Dead letters once more (sourcing.md 2.5): claimed, signed afresh, sent once; a run's offers before its end."""

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from waypost.platform.observe import logs
from waypost.sourcing.scraper.courier import REPLAY, Courier
from waypost.sourcing.scraper.pacing import TRANSIENT
from waypost.sourcing.scraper.store import Store, letters, lines, spool
from waypost.sourcing.scraper.store.letters import Choice
from waypost.sourcing.scraper.store.lines import Line
from waypost.sourcing.scraper.store.spool import Entry

SENT, FAILED, HELD, BUSY, WOULD_SEND = "sent", "failed", "held", "busy", "would-send"

_log = logs.line("waypost.sourcing.scraper.replay")


@dataclass(slots=True)
class Receipt:
    """What a replay came to, with a line for each entry."""

    dry_run: bool = False
    entries: list[dict[str, Any]] = field(default_factory=list)

    def note(self, entry: Entry, result: str, **more: Any) -> None:
        """One entry's line."""
        self.entries.append(shown(entry) | {"result": result} | more)

    def count(self, *results: str) -> int:
        """How many came to that."""
        return sum(each["result"] in results for each in self.entries)

    def written(self) -> dict[str, Any]:
        """The documented answer; an entry that somebody else is sending counts neither as sent nor as failed."""
        sent, failed = self.count(SENT), self.count(FAILED, HELD)
        told = {"ok": True, "total": len(self.entries), "sent": sent, "failed": failed}
        return told | {"dryRun": self.dry_run, "entries": self.entries}


@dataclass(slots=True)
class Replay:
    """`run` sends what was chosen, the oldest first."""

    store: Store
    courier: Courier

    async def run(self, choice: Choice, *, dry_run: bool = False) -> Receipt:
        """Two at once never send the same entry: each is claimed first."""
        chosen = await self.store.ask(lambda db: letters.chosen(db, choice))
        receipt, waiting_runs = Receipt(dry_run), set[str]()
        for entry in chosen:
            if dry_run:
                receipt.note(entry, WOULD_SEND)
            elif entry.report.run_id in waiting_runs:
                receipt.note(entry, HELD, why="an earlier report of this run was not taken")
            elif not await self._sent(entry, receipt):
                waiting_runs.add(entry.report.run_id)
        _log.info("scraper.replayed", total=len(chosen), sent=receipt.count(SENT), dry_run=dry_run)
        return receipt

    async def _sent(self, chosen: Entry, receipt: Receipt) -> bool:
        """False where the rest of its run has to wait for it."""
        entry = await self.store.ask(lambda db: _claimed(db, chosen, self.courier.clock().timestamp()))
        if entry is None:
            receipt.note(chosen, BUSY)
            return True
        settled = await self.courier.attempt(entry, is_replay=True)
        receipt.note(entry, FAILED if settled.kind else SENT, status=settled.heard.status)
        return settled.kind != TRANSIENT


def _claimed(db: sqlite3.Connection, chosen: Entry, now: float) -> Entry | None:
    entry = spool.claim(db, chosen.id)
    if entry is not None and entry.report.task is not None:
        line = Line(REPLAY, "CALLBACK_REPLAY_ATTEMPTED", meta={"eventId": entry.report.event_id})
        lines.add(db, entry.report.task, line, now)
    return entry


def shown(entry: Entry) -> dict[str, Any]:
    """One entry as lists show it: nothing of its content."""
    report = entry.report
    return {
        "id": entry.id,
        "sourceRunId": report.run_id,
        "kind": report.kind,
        "eventId": report.event_id,
        "requestId": report.request_id,
        "traceId": report.trace_id,
        "route": report.path,
        "status": report.status_word,
        "payloadHash": report.payload_hash,
        "bytes": len(report.body),
        "state": entry.state,
        "class": entry.kind_of_failure,
        "lastStatus": entry.last_status,
        "reason": entry.reason,
        "attempts": entry.attempts,
        "createdAt": instant(entry.created_at),
        "nextAttemptAt": instant(entry.next_attempt_at) if entry.state == "waiting" else None,
    }


def instant(seconds: float) -> str:
    """ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
