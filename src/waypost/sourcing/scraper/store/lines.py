"""The execution log in the file: a line of a task is written once, told once, and numbered within its task."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from waypost.sourcing.wire.report import Execution

LONGEST_MESSAGE = 1_000
NEXT = "select coalesce(max(seq), 0) + 1 from lines where task = ?"
INSERT = (
    "insert into lines (task, seq, at, stage, status, code, message, meta)"
    f" select ?, ({NEXT}), ?, ?, ?, ?, ?, ? where exists (select 1 from tasks where id = ?)"
)
UNTOLD = "select * from lines where task = ? and not is_told order by seq limit ?"


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said."""

    stage: str
    code: str
    status: str = "info"
    message: str | None = None
    meta: dict[str, Any] | None = None


def add(db: sqlite3.Connection, task: int, line: Line, now: float) -> None:
    """Write one line of a task that is still known."""
    message = line.message[:LONGEST_MESSAGE] if line.message else None
    told = (line.stage[:64], line.status, line.code[:128], message, json.dumps(line.meta or {}, default=str))
    db.execute(INSERT, (task, task, now, *told, task))


def untold(db: sqlite3.Connection, task: int, most: int) -> tuple[Execution, ...]:
    """Lines that the API has not confirmed."""
    return tuple(_as_execution(found) for found in db.execute(UNTOLD, (task, most)))


def told(db: sqlite3.Connection, task: int, lines: Sequence[Execution]) -> None:
    """It has these."""
    if lines:
        db.execute("update lines set is_told = 1 where task = ? and seq <= ?", (task, lines[-1].seq))


def _as_execution(found: sqlite3.Row) -> Execution:
    return Execution(
        stage=found["stage"],
        status=found["status"],
        code=found["code"],
        message=found["message"],
        at=datetime.fromtimestamp(found["at"], UTC).isoformat(),
        seq=found["seq"],
        meta=json.loads(found["meta"]),
    )
