"""Verbs of sources: add, change, permit, switch, stop, override a pause. Each is audited."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_unless_there
from waypost.platform.work import Work
from waypost.sourcing.sources import queries
from waypost.sourcing.sources.keys import key_for
from waypost.sourcing.sources.models import AutomationState, KeptSource, Pause, Source, SourceChanged, SourcePaused
from waypost.sourcing.sources.refusals import KeyTaken, NoPermission, NothingToRemove, TooManySources
from waypost.sourcing.sources.shipped import SHIPPED

THING = "job_source"
NOTE_LENGTH = 256


async def add(work: Work, columns: Mapping[str, Any], *, key: str | None = None) -> Source:
    """A source of one's own, not yet enabled. `columns` are those of `KeptSource` that were said."""
    if len(await queries.listed(work.db)) >= queries.MOST:
        raise TooManySources
    chosen = key or await _free_key(work, columns["name"])
    if chosen in SHIPPED or await queries.kept(work.db, chosen):
        raise KeyTaken(errors=[{"field": "key", "message": "There is a source with this key already"}])
    row = KeptSource(id=new_id(), key=chosen, **columns, created_at=work.now, updated_at=work.now)
    work.db.add(row)
    await work.db.flush()
    return await _changed(work, row, "added", {"adapter": row.adapter, "hosts": row.hosts})


async def change(work: Work, key: str, columns: Mapping[str, Any]) -> Source:
    """Another description. A host that was not there before ends the permission: it was given for the others."""
    row = await _own(work, key)
    before = {name: getattr(row, name) for name in columns}
    for name, value in columns.items():
        setattr(row, name, value)
    if not set(row.hosts) <= set(before.get("hosts", row.hosts)):
        row.permission_note, row.permitted_by, row.permitted_at, row.is_enabled = None, None, None, False
    what = sorted(name for name, value in columns.items() if before[name] != value)
    return await _changed(work, row, "changed", {"fields": what}) if what else queries.whole(row)


async def permit(work: Work, key: str, note: str) -> Source:
    """Write down why it may be asked; who and when is written with it."""
    row = await _own(work, key)
    row.permission_note, row.permitted_by, row.permitted_at = note, work.actor.person_id, work.now
    return await _changed(work, row, "permitted", {})


async def withdraw_permission(work: Work, key: str) -> Source:
    """It may be asked no more; it is switched off with that."""
    row = await _own(work, key)
    row.permission_note, row.permitted_by, row.permitted_at, row.is_enabled = None, None, None, False
    return await _changed(work, row, "permission_withdrawn", {})


async def enable(work: Work, key: str) -> Source:
    """From now on runs may ask it; refuses with `NoPermission`."""
    row = await _own(work, key)
    if not row.permission_note:
        raise NoPermission
    return await _switched(work, row, "enabled", is_enabled=True)


async def disable(work: Work, key: str) -> Source:
    """No new runs; those under way end as they would."""
    return await _switched(work, await _own(work, key), "disabled", is_enabled=False)


async def stop(work: Work, key: str, because: str | None = None) -> Source:
    """The kill switch: no host of it is granted another request, whatever runs."""
    row = await _own(work, key)
    if row.killed_at:
        return queries.whole(row)
    row.killed_at, row.killed_because = work.now, because
    return await _changed(work, row, "stopped", {})


async def lift_stop(work: Work, key: str) -> Source:
    """It may be asked again."""
    row = await _own(work, key)
    if not row.killed_at:
        return queries.whole(row)
    row.killed_at = row.killed_because = None
    return await _changed(work, row, "stop_lifted", {})


async def remove(work: Work, key: str) -> None:
    """One's own source is gone, a shipped one is as it was shipped; runs and offers stay."""
    await queries.by_key(work.db, key)
    row = await queries.kept(work.db, key, lock=True)
    if row is None:
        raise NothingToRemove
    await record(work, "sourcing.sources.removed", THING, row.id, {"key": key})
    work.tell(SourceChanged(row.id, "removed"))
    await work.db.delete(row)
    await work.db.flush()


async def override_pause(work: Work, key: str, *, minutes: int = 0, note: str | None = None) -> AutomationState:
    """End a pause now (`minutes` 0) or that many minutes from now, if it would last longer (sourcing.md 1.6)."""
    await queries.by_key(work.db, key)
    state = await remembered(work, key)
    state.override_cleared_at, state.override_by = work.now, work.actor.person_id
    state.override_expires_at = work.now + timedelta(minutes=minutes) if minutes else None
    state.override_note = (note or "")[:NOTE_LENGTH] or None
    await record(work, "sourcing.sources.pause_overridden", THING, state.id, {"key": key, "minutes": minutes})
    await work.db.flush()
    return state


async def remember_pause(work: Work, key: str, pause: Pause | None) -> None:
    """Keep when a pause opened and why; the fact is told once, when it opens."""
    state = await remembered(work, key)
    if pause is None:
        state.paused_reason = state.opened_at = state.expires_at = None
        return
    is_new = state.opened_at is None
    state.opened_at = state.opened_at or work.now
    state.paused_reason, state.expires_at, state.last_failure_at = pause.reason, pause.until, pause.since
    state.failure_mix = pause.mix
    if is_new:
        work.tell(SourcePaused(state.id, key, pause.reason))


async def remembered(work: Work, key: str) -> AutomationState:
    """What is remembered of a source's pause, locked; made at the first look."""
    await insert_unless_there(work.db, AutomationState, [{"id": new_id(), "source_key": key, "failure_mix": {}}])
    state = await queries.automation(work.db, key, lock=True)
    assert state is not None
    return state


async def _own(work: Work, key: str) -> KeptSource:
    """The organisation's row, locked; a shipped source gets one at its first change. Refuses with `NoSuchSource`."""
    if key in SHIPPED:
        shipped = SHIPPED[key]
        values = {"id": new_id(), "key": key, "name": shipped.name, "adapter": shipped.adapter, "recipe": None}
        times = {"created_at": work.now, "updated_at": work.now}
        said = {"hosts": list(shipped.hosts), "listing_url": shipped.listing_url}
        await insert_unless_there(work.db, KeptSource, [values | said | times])
    row = await queries.kept(work.db, key, lock=True)
    if row is None:
        raise queries.NoSuchSource
    return row


async def _switched(work: Work, row: KeptSource, what: str, *, is_enabled: bool) -> Source:
    if row.is_enabled == is_enabled:
        return queries.whole(row)
    row.is_enabled = is_enabled
    return await _changed(work, row, what, {})


async def _changed(work: Work, row: KeptSource, what: str, detail: dict[str, Any]) -> Source:
    row.updated_at = work.now
    await work.db.flush()
    await record(work, f"sourcing.sources.{what}", THING, row.id, {"key": row.key, **detail})
    work.tell(SourceChanged(row.id, what))
    return queries.whole(row)


async def _free_key(work: Work, name: str) -> str:
    taken = {source.key for source in await queries.listed(work.db)}
    return key_for(name, taken)
