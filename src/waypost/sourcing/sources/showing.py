"""What the pages of sources need, in a fixed number of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from waypost.platform.identity.queries import names
from waypost.platform.work import Work
from waypost.sourcing.sources import budgets, queries
from waypost.sourcing.sources.models import AutomationState, HostState, Pause, Source
from waypost.sourcing.sources.pausing import PauseTerms, pause_of, pauses_of
from waypost.sourcing.sources.standing import Condition, condition_of

LAST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One source in the list."""

    source: Source
    condition: Condition
    pause: Pause | None
    last: Any
    """The newest run, None without one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One source, and how it is doing."""

    source: Source
    condition: Condition
    pause: Pause | None
    state: AutomationState | None
    hosts: list[HostState]
    left: int
    """Pages that may still be asked for today."""
    runs: Sequence[Any]
    people: dict[UUID, str]


async def lines(work: Work, terms: PauseTerms) -> list[Line]:
    """Four questions."""
    found = await queries.listed(work.db)
    keys = [source.key for source in found]
    pauses = await pauses_of(work.db, keys, work.now, terms=terms)
    last = {run.source_slug: run for run in await queries.last_runs_of(work.db, keys, 1)}
    return [Line(each, condition_of(each, work.now), pauses.get(each.key), last.get(each.key)) for each in found]


async def shown(work: Work, key: str, terms: PauseTerms) -> Shown:
    """Eight questions."""
    source = await queries.by_key(work.db, key)
    people = {source.permitted_by} if source.permitted_by else set()
    return Shown(
        source,
        condition_of(source, work.now),
        await pause_of(work.db, source, work.now, terms=terms),
        await queries.automation(work.db, key),
        await budgets.states(work.db, source.hosts),
        await budgets.pages_left(work.db, source, work.now),
        await queries.last_runs(work.db, key, LAST),
        await names(work.db, people),
    )
