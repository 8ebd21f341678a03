"""All that was written down about one run: its log, the scraper's, and what was called back."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.reports import streams, wire
from waypost.sourcing.reports.streams import CALLBACK, EXECUTION, MOST_LINES, RUN, Place, Places
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
    """A page of each stream, the newest first."""

    run: Run
    executions: Sequence[ExecutionEvent]
    events: Sequence[RunEvent]
    callbacks: Sequence[CallbackEvent]
    following: str | None = None
    """Where the next page begins; None at the end."""

    def told(self) -> dict[str, Any]:
        """The documented document."""
        return {
            "run": wire.run_row(self.run),
            "executionEvents": [wire.execution_line(each) for each in self.executions],
            "runEvents": [wire.event_line(each) for each in self.events],
            "callbackEvents": [wire.callback_line(each) for each in self.callbacks],
            "nextCursor": self.following,
        }

    def notes(self) -> list[Note]:
        """All of it in one order of time, the oldest first."""
        found = [*map(_of_execution, self.executions), *map(_of_run, self.events), *map(_of_callback, self.callbacks)]
        return sorted(found, key=lambda note: (note.at, note.stream, str(note.id)))


def cells(note: Note) -> Sequence[Any]:
    """A line as a row of `COLUMNS`."""
    meta = dumps(note.meta, ensure_ascii=False, sort_keys=True) if note.meta else ""
    said = (note.event, note.status, note.attempt, note.code, note.request_id, note.message, meta)
    return (note.stream, note.id, note.at, *said)


async def gathered(db: AsyncSession, run: Run, cursor: str | None = None, *, most: int = MOST_LINES) -> Forensics:
    """A page of all three streams; three questions beside the run itself. Refuses a cursor that is none (400)."""
    places = Places.read(cursor) if cursor else None
    found: dict[str, Sequence[Any]] = {}
    following: dict[str, Place] = {}
    for stream in streams.STREAMS:
        place = getattr(places, stream) if places else None
        ended = places is not None and place is None
        rows = () if ended else await streams.lines(db, stream, run.id, place, most=most + 1)
        found[stream] = rows[:most]
        if len(rows) > most:
            following[stream] = streams.place_of(stream, rows[most - 1])
    return Forensics(run, found[EXECUTION], found[RUN], found[CALLBACK], Places(**following).written())


@dataclass(slots=True)
class _Tap:
    """One stream from its beginning, read in packs."""

    stream: str
    lines: deque[Any] = field(default_factory=deque)
    place: Place | None = None
    dry: bool = False

    async def fill(self, db: AsyncSession, run_id: UUID, most: int) -> None:
        """So that there is a next line, unless it has ended."""
        if not self.lines and not self.dry:
            rows = await streams.lines(db, self.stream, run_id, self.place, forward=True, most=most)
            self.lines.extend(rows)
            self.dry = len(rows) < most
            self.place = streams.place_of(self.stream, rows[-1]) if rows else self.place


async def walk(db: AsyncSession, run_id: UUID, *, most: int = MOST_LINES) -> AsyncIterator[Note]:
    """Every line of all streams, the oldest first, however many there are; each stream in its own order."""
    taps = [_Tap(stream) for stream in streams.STREAMS]
    while True:
        for tap in taps:
            await tap.fill(db, run_id, most)
        waiting = [(note_of(tap.stream, tap.lines[0]), tap) for tap in taps if tap.lines]
        if not waiting:
            return
        note, tap = min(waiting, key=lambda each: (each[0].at, each[0].stream))
        tap.lines.popleft()
        yield note


def note_of(stream: str, line: Any) -> Note:
    """A line of any stream."""
    return _TOLD[stream](line)


def _of_execution(each: ExecutionEvent) -> Note:
    words = (each.stage, each.status, None, each.code, each.request_id, each.message)
    return Note(EXECUTION, each.id, each.created_at, *words, each.meta)


def _of_run(each: RunEvent) -> Note:
    words = (each.event_type, each.severity, each.attempt_no, each.code, each.request_id, each.message)
    return Note(RUN, each.id, each.created_at, *words, each.meta)


def _of_callback(each: CallbackEvent) -> Note:
    words = (f"{each.kind} {each.status}", each.state, each.attempt_no, each.outcome_code, each.request_id, None)
    return Note(CALLBACK, each.id, each.received_at, *words, each.payload)


_TOLD: Mapping[str, Callable[[Any], Note]] = {EXECUTION: _of_execution, RUN: _of_run, CALLBACK: _of_callback}
