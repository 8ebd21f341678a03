"""All that was written down about one run: its log, the scraper's, and what was called back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.reports import queries, wire
from waypost.sourcing.runs.models import ExecutionEvent, Run, RunEvent

COLUMNS = (
    "stream",
    "id",
    "createdAt",
    "stageOrEvent",
    "statusOrSeverity",
    "attemptNo",
    "code",
    "requestId",
    "message",
    "meta",
)
EXECUTION, RUN, CALLBACK = "execution", "run", "callback"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of any of the three streams."""

    stream: str
    id: Any
    at: datetime
    event: str
    status: str
    attempt: int | None
    code: str | None
    request_id: str | None
    message: str | None
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forensics:
    """The newest lines of each stream, the newest first."""

    run: Run
    executions: Sequence[ExecutionEvent]
    events: Sequence[RunEvent]
    callbacks: Sequence[CallbackEvent]

    def told(self) -> dict[str, Any]:
        """The documented document."""
        return {
            "run": wire.run_row(self.run),
            "executionEvents": [wire.execution_line(each) for each in self.executions],
            "runEvents": [wire.event_line(each) for each in self.events],
            "callbackEvents": [wire.callback_line(each) for each in self.callbacks],
        }

    def notes(self) -> list[Note]:
        """All of it in one order of time, the oldest first."""
        found = [*map(_of_execution, self.executions), *map(_of_run, self.events), *map(_of_callback, self.callbacks)]
        return sorted(found, key=lambda note: (note.at, note.stream, str(note.id)))

    def cells(self) -> Iterator[Sequence[Any]]:
        """The same as rows of `COLUMNS`."""
        for note in self.notes():
            meta = dumps(note.meta, ensure_ascii=False, sort_keys=True) if note.meta else ""
            said = (note.event, note.status, note.attempt, note.code, note.request_id, note.message, meta)
            yield (note.stream, note.id, note.at, *said)


async def gathered(db: AsyncSession, run: Run) -> Forensics:
    """Three questions beside the run itself."""
    return Forensics(
        run,
        await queries.execution_events(db, run.id),
        await queries.run_events(db, run.id),
        await queries.callback_events(db, run.id),
    )


def _of_execution(each: ExecutionEvent) -> Note:
    words = (each.stage, each.status, None, each.code, each.request_id, each.message)
    return Note(EXECUTION, each.id, each.created_at, *words, each.meta)


def _of_run(each: RunEvent) -> Note:
    words = (each.event_type, each.severity, each.attempt_no, each.code, each.request_id, each.message)
    return Note(RUN, each.id, each.created_at, *words, each.meta)


def _of_callback(each: CallbackEvent) -> Note:
    words = (f"{each.kind} {each.status}", each.state, each.attempt_no, each.outcome_code, each.request_id, None)
    return Note(CALLBACK, each.id, each.received_at, *words, each.payload)
