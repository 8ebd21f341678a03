"""Reports in the file: kept before they are sent for the first time, in order, under an event id that never changes.

A report waits, is claimed while it travels, and is sent or dead at last. Of one run only the oldest report that waits
may be claimed: offers come before the end that counts them.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

INSERT = (
    "insert into spool (run_id, event_id, kind, path, request_id, status_word, task_run_id, body, payload_hash,"
    " trace_id, task, state, class, reason, created_at, next_attempt_at, resolved_at)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (run_id, event_id) do nothing"
)
FIRST = "select min(id) from spool where state in ('waiting', 'claimed') group by run_id"
DUE = f"select * from spool where id in ({FIRST}) and state = 'waiting' and next_attempt_at <= ? order by id limit 1"
TRAVELS = "select exists (select 1 from spool where state = 'claimed')"
NEXT = f"select min(next_attempt_at) from spool where id in ({FIRST}) and state = 'waiting'"
CLAIM = (
    "update spool set state = 'claimed', was = state, attempts = attempts + 1"
    " where id = ? and state in ('waiting', 'dead') returning *"
)
LET_GO = "update spool set state = was, was = null where state = 'claimed'"
SENT = (
    "update spool set state = 'sent', was = null, last_status = ?, reason = null, body = x'', resolved_at = ?"
    " where id = ? and state = 'claimed'"
)
LATER = (
    "update spool set state = 'waiting', was = null, class = 'transient', last_status = ?, reason = ?,"
    " next_attempt_at = ? where id = ? and state = 'claimed'"
)
DEAD = (
    "update spool set state = 'dead', was = null, class = ?, last_status = ?, reason = ?,"
    " resolved_at = coalesce(resolved_at, ?) where id = ? and state = 'claimed'"
)
HURRY = "update spool set next_attempt_at = ? where state = 'waiting' and attempts > 0 and last_status is null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report to the API. `body` is JSON without what changes from attempt to attempt, and without a signature."""

    run_id: str
    event_id: str
    kind: str
    path: str
    """Where it goes on the API's own origin, which is looked up when it is sent."""
    request_id: str
    status_word: str
    task_run_id: str
    body: bytes
    payload_hash: str
    trace_id: str | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in the file."""

    id: int
    report: Report
    attempts: int
    state: str
    """`waiting`, `dead`, `sent` or `discarded`; of a claimed one, what it was before."""
    kind_of_failure: str | None
    last_status: int | None
    reason: str | None
    created_at: float
    next_attempt_at: float


def put(db: sqlite3.Connection, report: Report, now: float) -> bool:
    """Keep it; False where its run and event id are known."""
    return db.execute(INSERT, (*_columns(report), "waiting", None, None, now, now, None)).rowcount == 1


def put_dead(db: sqlite3.Connection, report: Report, reason: str, created_at: float, now: float) -> bool:
    """Keep what somebody else gave up."""
    return db.execute(INSERT, (*_columns(report), "dead", "transient", reason, created_at, now, now)).rowcount == 1


def _columns(report: Report) -> tuple[object, ...]:
    return (
        report.run_id,
        report.event_id,
        report.kind,
        report.path,
        report.request_id,
        report.status_word,
        report.task_run_id,
        report.body,
        report.payload_hash,
        report.trace_id,
        report.task,
    )


def claim_due(db: sqlite3.Connection, now: float) -> Entry | None:
    """Take the oldest report whose time has come."""
    found = db.execute(DUE, (now,)).fetchone()
    return claim(db, found["id"]) if found else None


def claim(db: sqlite3.Connection, entry: int) -> Entry | None:
    """Take this one; None while somebody has it, or when it is done."""
    found = db.execute(CLAIM, (entry,)).fetchone()
    return as_entry(found) if found else None


def next_at(db: sqlite3.Connection) -> float | None:
    """When the next one is due."""
    found: float | None = db.execute(NEXT).fetchone()[0]
    return found


def is_busy(db: sqlite3.Connection, now: float) -> bool:
    """Whether a report is due, or travels: what follows it in its run can be due only afterwards."""
    travels: int = db.execute(TRAVELS).fetchone()[0]
    due = next_at(db)
    return bool(travels) or (due is not None and due <= now)


def let_go(db: sqlite3.Connection) -> int:
    """What travelled when the process died is as it was before."""
    return db.execute(LET_GO).rowcount


def sent(db: sqlite3.Connection, entry: int, status: int, now: float) -> None:
    """It was taken; its content goes, its identity stays for a while."""
    db.execute(SENT, (status, now, entry))


def later(db: sqlite3.Connection, entry: int, status: int | None, reason: str, at: float) -> None:
    """Try again then."""
    db.execute(LATER, (status, reason, at, entry))


def dead(db: sqlite3.Connection, entry: int, kind: str, status: int | None, reason: str, now: float) -> None:
    """Given up, until a person replays it."""
    db.execute(DEAD, (kind, status, reason, now, entry))


def hurry(db: sqlite3.Connection, now: float) -> int:
    """The API answers again: what failed for want of an answer need not wait."""
    return db.execute(HURRY, (now,)).rowcount


def waiting(db: sqlite3.Connection) -> int:
    """Reports on their way."""
    (number,) = db.execute("select count(*) from spool where state in ('waiting', 'claimed')").fetchone()
    return int(number)


def dead_letters(db: sqlite3.Connection) -> tuple[int, float | None]:
    """How many are dead, and since when the first."""
    number, oldest = db.execute("select count(*), min(created_at) from spool where state = 'dead'").fetchone()
    return int(number), oldest


def as_entry(found: sqlite3.Row) -> Entry:
    """As values."""
    return Entry(
        found["id"],
        as_report(found),
        found["attempts"],
        found["was"] or found["state"],
        found["class"],
        found["last_status"],
        found["reason"],
        found["created_at"],
        found["next_attempt_at"],
    )


def as_report(found: sqlite3.Row) -> Report:
    """The report of a row."""
    return Report(
        run_id=found["run_id"],
        event_id=found["event_id"],
        kind=found["kind"],
        path=found["path"],
        request_id=found["request_id"],
        status_word=found["status_word"],
        task_run_id=found["task_run_id"],
        body=bytes(found["body"]),
        payload_hash=found["payload_hash"],
        trace_id=found["trace_id"],
        task=found["task"],
    )


def many(rows: Iterable[sqlite3.Row]) -> list[Entry]:
    """Several."""
    return [as_entry(each) for each in rows]
