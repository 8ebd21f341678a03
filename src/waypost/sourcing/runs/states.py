"""The guarded transitions of a run: compare and set, and a lost race is told, never assumed won (sourcing.md 3.1)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from waypost.platform.observe.logs import line
from waypost.platform.rows import among
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.words import NEXT, TERMINAL, RunState

LIVE_STATES = frozenset(RunState) - TERMINAL

log = line("waypost.sourcing.runs")


async def move(db: AsyncSession, run_id: UUID, to: RunState, *, since: Collection[RunState], **fields: Any) -> bool:
    """Set a run's state, and `fields` with it, if it is still one of `since`; False where somebody was quicker.

    A transition that the table of states does not know is a fault of ours (ValueError). The session's own copy of the
    row follows.
    """
    for state in since:
        if to not in NEXT[state]:
            raise ValueError(f"no run goes from {state} to {to}")
    return await change(db, run_id, since=since, status=to, **fields)


async def change(db: AsyncSession, run_id: UUID, *, since: Collection[RunState], **fields: Any) -> bool:
    """Set `fields` of a run that is still in one of these states: the statement under every guarded change. `progress`
    may be an expression (`merged`)."""
    old = select(Run.id, Run.status).where(Run.id == run_id).with_for_update().subquery()
    states = [str(state) for state in since]
    changed = update(Run).where(Run.id == old.c.id, among(Run.status, states)).values(**fields)
    told = changed.returning(old.c.status, Run.progress)
    before = (await db.execute(told, execution_options={"synchronize_session": False})).one_or_none()
    if before is None:
        return False
    _follow(db, run_id, fields | {"progress": before.progress})
    if "status" in fields and fields["status"] != before.status:
        log.info("run.moved", source_run_id=str(run_id), was=str(before.status), now=str(fields["status"]))
    return True


def _follow(db: AsyncSession, run_id: UUID, fields: Mapping[str, Any]) -> None:
    """The copy that this session holds says what the row says."""
    for held in db.identity_map.values():
        if isinstance(held, Run) and held.id == run_id:
            for name, value in fields.items():
                set_committed_value(held, name, value)
