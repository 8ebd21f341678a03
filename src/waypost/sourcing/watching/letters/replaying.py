"""Replay and discard by people: the scraper acts, we write down who asked and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from waypost.platform.web.doors import Stages
from waypost.platform.work import Work
from waypost.sourcing.runs.models import Run
from waypost.sourcing.watching.letters import queries
from waypost.sourcing.watching.letters.actions import keep_copies, mark, note_replay, note_replayed_runs
from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.looking import look


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to replay: everything, one run's, one class, or older ones; `dry` only counts."""

    run_id: UUID | None = None
    kind: str | None = None
    older: int | None = None
    """Minutes."""
    limit: int | None = None
    """Letters of all runs together."""
    dry: bool = False

    def told(self) -> dict[str, Any]:
        """As the scraper reads it."""
        found: dict[str, Any] = {"dryRun": self.dry}
        if self.run_id is not None:
            found["sourceRunId"] = str(self.run_id)
        if self.kind is not None:
            found["class"] = self.kind
        more = {"olderThanMinutes": self.older, "limit": self.limit}
        return found | {name: value for name, value in more.items() if value is not None}


async def replay(stages: Stages, line: ScraperLine, choice: Choice, request_id: str) -> dict[str, Any]:
    """Have it done, then audit it and mark what was sent. Refuses as the line does, and another's run (404).

    One organisation's operator must not touch what belongs to another: without a run, the choice is this organisation's
    letters as the scraper lists them now, run by run.
    """
    seen = await look(line)
    async with stages.open() as work:
        await keep_copies(work, seen.entries, complete=seen.is_complete)
        runs = await _runs(work, choice.run_id)
    told = await _asked(line, choice, runs, request_id)
    if not choice.dry:
        async with stages.open() as work:
            await _settle(work, told)
            await note_replay(work, choice.told(), told)
    return told


async def discard(stages: Stages, line: ScraperLine, letter_id: UUID) -> None:
    """Thrown away there and marked here; nothing brings its offers back. Refuses: not here (404), settled (409)."""
    async with stages.open(reads=True) as work:
        letter = await queries.by_id(work.db, letter_id)
    if letter.state == "pending":
        await line.discard(letter.entry)
    async with stages.open() as work:
        await mark(work, await queries.by_id(work.db, letter_id, for_update=True), "discarded")


async def replay_one(stages: Stages, line: ScraperLine, letter_id: UUID, request_id: str) -> dict[str, Any]:
    """What waits of the run of one letter, in its order: an end is never sent before its offers."""
    async with stages.open(reads=True) as work:
        letter = await queries.by_id(work.db, letter_id)
    return await replay(stages, line, Choice(run_id=letter.source_run_id), request_id)


async def _runs(work: Work, run_id: UUID | None) -> list[UUID]:
    if run_id is None:
        return await queries.runs_waiting(work.db)
    found = await work.db.scalar(select(Run.id).where(Run.id == run_id))
    if found is None:
        raise queries.NoSuchLetter
    return [found]


async def _asked(line: ScraperLine, choice: Choice, runs: list[UUID], request_id: str) -> dict[str, Any]:
    """One call for each run, summed up."""
    whole: dict[str, Any] = {"ok": True, "total": 0, "sent": 0, "failed": 0, "entries": []}
    for run_id in runs:
        left = None if choice.limit is None else choice.limit - whole["total"]
        if left is not None and left <= 0:
            break
        told = await line.replay(replace(choice, run_id=run_id, limit=left).told(), request_id)
        for name in ("total", "sent", "failed"):
            whole[name] += told[name] if isinstance(told.get(name), int) else 0
        given = told.get("entries")
        whole["entries"] += [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
    return whole | {"dryRun": choice.dry}


async def _settle(work: Work, told: Mapping[str, Any]) -> None:
    """What it says was sent is marked at once; the next look would find the same."""
    sent = {str(each.get("eventId")) for each in told["entries"] if each.get("result") == "sent"}
    letters = await queries.pending_of(work.db, sorted(sent))
    for letter in letters:
        letter.state, letter.resolved_at = "sent", work.now
    await note_replayed_runs(work, sorted({each.source_run_id for each in letters if each.kind == "complete"}))
