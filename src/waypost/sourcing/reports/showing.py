"""What the run pages need, in a fixed number of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.identity.queries import names
from waypost.platform.work import Work
from waypost.sourcing.access import OPERATE, RUN
from waypost.sourcing.offers import queries as offers
from waypost.sourcing.reports import forensics, listing, queries
from waypost.sourcing.reports.diagnosing import Diagnosis, diagnosis_of
from waypost.sourcing.reports.drawing import Drawing, drawn
from waypost.sourcing.reports.forensics import Note
from waypost.sourcing.reports.measures import Measures
from waypost.sourcing.reports.story import Story, story_of
from waypost.sourcing.reports.views import SHOWN, LogView, View
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.models import HostState, Source
from waypost.sourcing.wire.words import TERMINAL, RunState

OFFERS, NOTES, VISITED = 25, 150, 100
STEPS = ("queued", "listing_fetch", "detail_fetch", "normalize", "callback")


@dataclass(frozen=True, slots=True)
class Line:
    """One run in the list."""

    run: Any
    found: Measures
    story: Story


@dataclass(frozen=True, slots=True)
class Listed:
    """The list beside a run."""

    view: View
    lines: list[Line]
    older: str | None
    people: dict[UUID, str]
    titles: dict[str, str]
    """Sources by key."""
    may_see_all: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One run, and all that is known of it."""

    run: Run
    diagnosis: Diagnosis
    drawing: Drawing
    source: Source | None
    hosts: list[HostState]
    notes: list[Note]
    more_notes: bool
    visits: list[Note]
    chain: Sequence[Any]
    offers: Sequence[Any]
    more_offers: bool
    is_mine: bool
    may_retry: bool
    may_cancel: bool
    now: datetime

    @property
    def is_live(self) -> bool:
        """It has not come to its end."""
        return self.run.status not in TERMINAL

    @property
    def step(self) -> int:
        """Which of `STEPS` it is at; past the last one at its end."""
        phase = self.run.progress.get("phase")
        if self.run.status == RunState.COMPLETED:
            return len(STEPS)
        return STEPS.index(phase) if phase in STEPS else 0

    @property
    def heartbeat_age(self) -> timedelta | None:
        """Since it was last heard of."""
        return self.now - self.run.last_heartbeat_at if self.run.last_heartbeat_at else None


async def listed(work: Work, view: View) -> Listed:
    """Five questions."""
    may_see_all = work.actor.may(OPERATE)
    person = None if may_see_all and view.who == "all" else work.actor.person_id
    filters = view.filters(person, work.now)
    rows = await listing.measured_runs(work.db, filters, work.now, limit=SHOWN + 1, after=view.after)
    people = await names(work.db, {run.user_id for run, _ in rows if run.user_id})
    titles = {source.key: source.name for source in await sources.listed(work.db)}
    lines = [Line(run, found, story_of(found)) for run, found in rows[:SHOWN]]
    return Listed(view, lines, view.older(rows), people, titles, may_see_all)


async def shown(work: Work, run_id: UUID, log: LogView) -> Shown:
    """Thirteen questions, whatever the run holds."""
    db, person = work.db, work.actor.person_id
    run = await runs.by_id(db, run_id) if work.actor.may(OPERATE) else await runs.mine(db, run_id, person)
    diagnosis, written = await diagnosis_of(db, run, work.now), await forensics.gathered(db, run)
    source = await source_of(db, run)
    hosts = await budgets.states(db, source.hosts) if source else []
    found = await offers.of_run(db, run.id, limit=OFFERS)
    notes = [note for note in reversed(written.notes()) if wanted(note, log)]
    is_mine = run.user_id == person and work.actor.may(RUN)
    return Shown(
        run,
        diagnosis,
        drawn(run, written.events, work.now),
        source,
        hosts,
        notes[:NOTES],
        len(notes) > NOTES,
        [note for note in written.notes() if note.meta.get("url")][:VISITED],
        await queries.chain(db, run),
        found[:OFFERS],
        len(found) > OFFERS,
        is_mine,
        is_mine and run.status == RunState.FAILED,
        is_mine and run.status not in TERMINAL and run.cancel_requested_at is None,
        work.now,
    )


async def source_of(db: AsyncSession, run: Run) -> Source | None:
    """The source it asked; None where that is gone."""
    try:
        return await sources.by_key(db, run.source_slug)
    except sources.NoSuchSource:
        return None


def wanted(note: Note, log: LogView) -> bool:
    """Whether the log shows a line: of this stream, and as grave."""
    grave = {"": True, "warning": note.status in ("warning", "error", "failed", "rejected")}
    grave["failed"] = note.status in ("error", "failed", "rejected")
    return (not log.stream or note.stream == log.stream) and grave[log.level]
