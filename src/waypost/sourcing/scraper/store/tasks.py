"""Tasks in the file: what waits, what runs, where it stands."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from waypost.sourcing.scraper.store import lines
from waypost.sourcing.scraper.store.lines import Line
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.task import Resume, Task

KNOWN = "select * from tasks where run_id = ? order by id desc limit 1"
LIVE = "select * from tasks where state <> 'done' order by id"
COUNTS = "select state, count(*) from tasks where state <> 'done' group by state"
INSERT = (
    "insert into tasks (run_id, lease_token, state, body, request_id, resume, accepted_at)"
    " values (?, ?, 'queued', ?, ?, ?, ?) returning *"
)
OLD = "delete from tasks where state = 'done' and ended_at < ?"


class Verdict(StrEnum):
    """What became of a task that came in."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    OVERTAKEN = "overtaken"
    """It is being carried out already and has its new lease now."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Row:
    """One task as it is kept."""

    id: int
    run_id: str
    lease_token: int
    state: str
    task: Task
    request_id: str
    resume: Resume | None
    starts: int
    accepted_at: float


@dataclass(frozen=True, slots=True)
class Room:
    """What may be there at once."""

    running: int
    waiting: int


def take_in(db: sqlite3.Connection, task: Task, request_id: str, room: Room, now: float) -> tuple[Verdict, Row | None]:
    """Keep it, unless it is here already or there is no room; the row that counts comes with the verdict."""
    run_id = str(task.source_run_id or uuid4())
    if (known := db.execute(KNOWN, (run_id,)).fetchone()) is not None:
        row = as_row(known)
        if row.state != "done":
            return _overtaking(db, row, task)
        if 0 < task.lease_token <= row.lease_token:
            return Verdict.DUPLICATE, row
    if sum(counts(db).values()) >= room.running + room.waiting:
        return Verdict.FULL, None
    kept = (run_id, task.lease_token, _written(task), request_id, _resume(task.resume), now)
    row = as_row(db.execute(INSERT, kept).fetchone())
    lines.add(db, row.id, Line("task_ingress", "WORKER_TASK_ACCEPTED"), now)
    return Verdict.ACCEPTED, row


def _overtaking(db: sqlite3.Connection, row: Row, task: Task) -> tuple[Verdict, Row]:
    """The API gave the run away anew, and to us again: whoever carries it out goes on under the new lease."""
    if task.lease_token <= row.lease_token:
        return Verdict.DUPLICATE, row
    found = db.execute("update tasks set lease_token = ? where id = ? returning *", (task.lease_token, row.id))
    return Verdict.OVERTAKEN, as_row(found.fetchone())


def one(db: sqlite3.Connection, task: int) -> Row | None:
    """By its number."""
    found = db.execute("select * from tasks where id = ?", (task,)).fetchone()
    return as_row(found) if found else None


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """Tasks that wait (`queued`) and that run (`running`)."""
    return {str(state): int(number) for state, number in db.execute(COUNTS)}


def live(db: sqlite3.Connection) -> list[Row]:
    """All that has no end yet, the oldest first."""
    return [as_row(found) for found in db.execute(LIVE)]


def last_at(db: sqlite3.Connection) -> float | None:
    """When the last one came in."""
    found: float | None = db.execute("select max(accepted_at) from tasks").fetchone()[0]
    return found


def begin(db: sqlite3.Connection, task: int, now: float) -> int:
    """It runs; how often it has been begun by now."""
    found = db.execute(
        "update tasks set state = 'running', starts = starts + 1, started_at = ? where id = ? returning starts",
        (now, task),
    )
    return int(found.fetchone()[0])


def put_back(db: sqlite3.Connection, task: int, *, as_begun: bool = True) -> None:
    """It waits again, at its old place; one that we put down ourselves was not `as_begun`."""
    fewer = 0 if as_begun else 1
    db.execute(
        "update tasks set state = 'queued', starts = starts - ? where id = ? and state = 'running'", (fewer, task)
    )


def put_back_all(db: sqlite3.Connection) -> int:
    """What ran when the process died waits again; how many these are."""
    return db.execute("update tasks set state = 'queued' where state = 'running'").rowcount


def checkpoint(db: sqlite3.Connection, task: int, resume: Resume | None, progress: dict[str, Any]) -> None:
    """Where it stands."""
    db.execute(
        "update tasks set resume = coalesce(?, resume), progress = ? where id = ?",
        (_resume(resume), json.dumps(progress), task),
    )


def end(db: sqlite3.Connection, task: int, outcome: str, now: float) -> bool:
    """It is over, once; False where it was."""
    statement = "update tasks set state = 'done', outcome = ?, ended_at = ? where id = ? and state <> 'done'"
    return db.execute(statement, (outcome, now, task)).rowcount == 1


def delivered(db: sqlite3.Connection, task: int, via: str, keys: Sequence[str]) -> set[str]:
    """Which of these offers were handed over before."""
    asked = json.dumps(list(keys))
    statement = "select key from delivered where task = ? and via = ? and key in (select value from json_each(?))"
    return {str(key) for (key,) in db.execute(statement, (task, via, asked))}


def remember(db: sqlite3.Connection, task: int, via: str, keys: Sequence[str]) -> None:
    """These were."""
    rows = [(task, key, via) for key in keys]
    db.executemany("insert or ignore into delivered (task, key, via) values (?, ?, ?)", rows)


def done_keys(db: sqlite3.Connection, task: int) -> tuple[str, ...]:
    """All that was handed over after it was read."""
    found = db.execute("select key from delivered where task = ? and via = 'detail'", (task,))
    return tuple(str(key) for (key,) in found)


def forget_old(db: sqlite3.Connection, before: float) -> int:
    """Drop tasks that ended before then."""
    return db.execute(OLD, (before,)).rowcount


def as_row(found: sqlite3.Row) -> Row:
    """As values."""
    return Row(
        id=found["id"],
        run_id=found["run_id"],
        lease_token=found["lease_token"],
        state=found["state"],
        task=Task.model_validate_json(found["body"]),
        request_id=found["request_id"],
        resume=Resume.model_validate_json(found["resume"]) if found["resume"] else None,
        starts=found["starts"],
        accepted_at=found["accepted_at"],
    )


def _written(task: Task) -> str:
    return canonical(task.written()).decode("utf-8", "surrogatepass")


def _resume(resume: Resume | None) -> str | None:
    return canonical(resume.written()).decode("utf-8", "surrogatepass") if resume else None
