"""The guarded transitions of a run: compare and set, and a lost race is told, never assumed won (sourcing.md 3.1)."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Text, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from waypost.platform.observe.logs import line
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import Added
from waypost.sourcing.wire.words import NEXT, TERMINAL, RunState

LIVE_STATES = frozenset(RunState) - TERMINAL
_SET = "set_"
"""Begins the names of values: a column and what is asked of it are two things."""

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
    may be what is `Added` to it."""
    added = {name: value.values for name, value in fields.items() if isinstance(value, Added)}
    given = {_SET + name: value for name, value in (fields | added).items()}
    told = _changing(tuple(fields), frozenset(added))
    await db.flush()
    before = (await db.execute(told, given | {"run": run_id, "states": [str(one) for one in since]})).one_or_none()
    if before is None:
        return False
    _follow(db, run_id, fields | {"progress": before.progress})
    if "status" in fields and fields["status"] != before.status:
        ids = {"source_run_id": str(run_id), "trace_id": str(before.trace_id)}
        log.info("run.moved", was=str(before.status), now=str(fields["status"]), **ids)
    return True


@cache
def _changing(names: tuple[str, ...], added: frozenset[str]) -> ReturningUpdate[Any]:
    """Put together once for each set of fields; gives the state before, the progress after, and the run's trace."""
    runs = Run.__table__
    assert isinstance(runs, Table)
    old = select(runs.c.id, runs.c.status).where(runs.c.id == bindparam("run")).with_for_update().subquery()
    still = runs.c.status == any_(bindparam("states", type_=ARRAY(Text)))
    sent = {name: bindparam(_SET + name, type_=runs.c[name].type) for name in names}
    values = {name: runs.c[name].op("||")(one) if name in added else one for name, one in sent.items()}
    return (
        update(runs)
        .where(runs.c.id == old.c.id, still)
        .values(values)
        .returning(old.c.status, runs.c.progress, runs.c.trace_id)
    )


def _follow(db: AsyncSession, run_id: UUID, fields: Mapping[str, Any]) -> None:
    """The copy that this session holds says what the row says."""
    for held in db.identity_map.values():
        if isinstance(held, Run) and held.id == run_id:
            for name, value in fields.items():
                set_committed_value(held, name, value)
