"""Questions about sources: what is shipped, with what the organisation said over it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.sourcing.sources.models import AutomationState, KeptSource, Source, SourceDay
from waypost.sourcing.sources.shipped import SHIPPED
from waypost.sourcing.wire.task import SourceTerms

MOST = 200
"""Sources of one organisation."""
RUNS = table(
    "job_source_runs",
    column("source_slug"),
    column("origin"),
    column("status"),
    column("classified_outcome"),
    column("failure_type"),
    column("created_at"),
    column("finalized_at"),
)
"""Runs stand above sources, so their table is asked by its name: a pause follows from what became of the last ones."""
LAST_RUNS = text("""
select r.* from unnest(cast(:keys as text[])) as s (key), lateral (
  select source_slug, status, classified_outcome, failure_type, finalized_at, created_at
  from job_source_runs where source_slug = s.key and origin = 'fresh' order by created_at desc limit :number) as r
""")
SAID = ("permission_note", "permitted_by", "permitted_at", "window_from", "window_until", "window_zone", "interval_ms")
MORE = ("page_cap", "killed_at", "killed_because", "created_at", "updated_at", "id", "name", "listing_url")


class NoSuchSource(NotFound):
    """There is no such source."""


async def by_key(db: AsyncSession, key: str) -> Source:
    """The source of this key as the organisation has it; refuses with `NoSuchSource`."""
    found = await known(db, key)
    if found is None:
        raise NoSuchSource
    return found


async def known(db: AsyncSession, key: str) -> Source | None:
    """The same; None where nobody knows it (any more): runs outlive their sources."""
    found = await kept(db, key)
    return whole(found) if found else SHIPPED.get(key)


async def listed(db: AsyncSession) -> list[Source]:
    """All of them, by name."""
    found = await db.scalars(select(KeptSource).order_by(KeptSource.name, KeptSource.id).limit(MOST))
    own = {row.key: whole(row) for row in found}
    return sorted((SHIPPED | own).values(), key=lambda source: (source.name.lower(), source.key))


async def kept(db: AsyncSession, key: str, *, lock: bool = False) -> KeptSource | None:
    """The organisation's own row. `lock` keeps others from changing it until the work ends."""
    chosen = select(KeptSource).where(KeptSource.key == key)
    found: KeptSource | None = await db.scalar(chosen.with_for_update() if lock else chosen)
    return found


def whole(row: KeptSource) -> Source:
    """A row over what is shipped under its key."""
    base = SHIPPED.get(row.key) or Source(
        key=row.key, name=row.name, adapter=row.adapter, recipe={}, hosts=(), listing_url=None, is_shipped=False
    )
    said: dict[str, Any] = {name: getattr(row, name) for name in (*SAID, *MORE)}
    has_own = row.recipe is not None
    recipe = row.recipe if row.recipe is not None else base.recipe
    own: dict[str, Any] = {
        "adapter": row.adapter,
        "recipe": recipe,
        "hosts": tuple(row.hosts),
        "has_own_recipe": has_own,
    }
    return replace(base, enabled=row.is_enabled, **said, **own)


def terms_of(source: Source, *, page_cap: int | None = None) -> SourceTerms:
    """What a scraper must know of it; `page_cap` is what is left of the day, where that is less."""
    most = source.page_cap if page_cap is None else max(1, min(source.page_cap, page_cap))
    return SourceTerms(key=source.key, adapter=source.adapter, recipe=source.recipe, hosts=source.hosts, page_cap=most)


async def pages_on(db: AsyncSession, key: str, day: str) -> int:
    """Pages of a source that were asked for on a day (`2026-11-22`)."""
    chosen = select(SourceDay.pages).where(SourceDay.source_key == key, SourceDay.day == day)
    return await db.scalar(chosen) or 0


async def automation(db: AsyncSession, key: str, *, lock: bool = False) -> AutomationState | None:
    """What is remembered of a source's pause."""
    chosen = select(AutomationState).where(AutomationState.source_key == key)
    found: AutomationState | None = await db.scalar(chosen.with_for_update() if lock else chosen)
    return found


async def automations(db: AsyncSession) -> dict[str, AutomationState]:
    """The same of all sources, by key."""
    found = await db.scalars(select(AutomationState).limit(2 * MOST))
    return {state.source_key: state for state in found}


async def last_runs(db: AsyncSession, key: str, number: int) -> Sequence[Any]:
    """The newest fresh runs of a source: status, outcome, type of failure, when it ended (or began)."""
    chosen = (
        select(RUNS.c.status, RUNS.c.classified_outcome, RUNS.c.failure_type, RUNS.c.finalized_at, RUNS.c.created_at)
        .where(RUNS.c.source_slug == key, RUNS.c.origin == "fresh")
        .order_by(RUNS.c.created_at.desc())
        .limit(number)
    )
    return (await db.execute(chosen)).all()


async def last_runs_of(db: AsyncSession, keys: Sequence[str], number: int) -> Sequence[Any]:
    """The same of several sources at once, with `source_slug`."""
    return (await db.execute(LAST_RUNS, {"keys": list(keys), "number": number})).all()
