"""Dead letters counted by what they failed of: kept when they come (book), go (here) and age (prune).

A count that differs from the rows all the same, after a repair by hand or an upgrade, is mended by the hour.
"""

from datetime import timedelta

from sqlalchemy import delete, func, text, update

from waypost.platform.jobs.models import DeadGroup
from waypost.platform.work import Work

REMEMBERED = timedelta(days=90)
"""How long a group without letters still says that its failure was seen before."""

HOLD = text("select from dead_letter_groups order by fingerprint, type for update")
NONE = text("update dead_letter_groups set jobs = 0 where jobs > 0")
RECOUNT = text("""
insert into dead_letter_groups as g (org_id, id, fingerprint, type, queue, error, jobs, removed, first_at, last_at)
select org_id, (array_agg(id order by id desc))[1], fingerprint, type, min(queue), coalesce(max(last_error), ''),
  count(*), 0, min(updated_at), max(updated_at)
from jobs where status = 'dead' and fingerprint is not null group by org_id, fingerprint, type order by 3, 4
on conflict (org_id, fingerprint, type) do update set jobs = excluded.jobs, first_at = excluded.first_at,
  last_at = excluded.last_at
""")


async def leave_group(work: Work, fingerprint: str | None, type_: str, jobs: int = 1) -> None:
    """So many dead letters of one group are dead no longer."""
    await work.db.execute(
        update(DeadGroup)
        .where(DeadGroup.fingerprint == fingerprint, DeadGroup.type == type_)
        .values(jobs=func.greatest(DeadGroup.jobs - jobs, 0)),
        execution_options={"synchronize_session": False},
    )


async def recount(work: Work) -> None:
    """Count the organisation's dead letters anew; what dies meanwhile waits for it. Old empty groups go."""
    for statement in (HOLD, NONE, RECOUNT):
        await work.db.execute(statement)
    forgotten = delete(DeadGroup).where(DeadGroup.jobs == 0, DeadGroup.last_at < work.now - REMEMBERED)
    await work.db.execute(forgotten, execution_options={"synchronize_session": False})
