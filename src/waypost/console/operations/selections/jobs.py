"""Acting on a frozen selection, itself a job: a replay begins with one job, then ten, then goes at its rate."""

from waypost.console.operations.selections import queries
from waypost.console.operations.selections.models import Act, JobSelection, JobSelectionItem, SelectionReplayAsked
from waypost.console.operations.selections.pace import MOST, RATE, pause, step_size, stopped_by
from waypost.platform.jobs.actions import TwinAlive, lay_down, revive
from waypost.platform.jobs.declare import every, on, verdict_on
from waypost.platform.jobs.groups import recount
from waypost.platform.jobs.models import StoredJob
from waypost.platform.jobs.run import Later, Run
from waypost.platform.work import Work


@on(SelectionReplayAsked, type="jobs_replay_selection", queue="operations", one_per="selection_id", priority=10)
async def replay_step(run: Run, fact: SelectionReplayAsked) -> None:
    """One step: judge the last one, then either take the next jobs and look again in a while, or stop."""
    async with run.work() as work:
        selection = await queries.by_id(work.db, fact.selection_id, locked=True)
        if selection is None or selection.state != "replaying":
            return
        goes_on = not await _last_step_ended(work, selection) or await _next_step(work, selection)
        wait = pause(selection.rate or RATE)
    if goes_on:
        raise Later(wait)


@every("41 * * * *", queue="operations")
async def jobs_keep_counts(run: Run) -> None:
    """Counts of dead letters are compared with the letters, should a repair by hand have parted them."""
    async with run.finishing() as work:
        await recount(work)


async def _last_step_ended(work: Work, selection: JobSelection) -> bool:
    """Whether nothing of it waits any more; stops the replay when too much of it failed again."""
    states = await queries.states_of_step(work.db, selection)
    reason = stopped_by(states, selection.step)
    if reason:
        selection.state, selection.verdict, selection.ended_at = "stopped", reason, work.now
    return "waiting" not in states or bool(reason)


async def _next_step(work: Work, selection: JobSelection) -> bool:
    """Act on the next few; False when the selection is finished or was stopped."""
    if selection.state == "stopped":
        return False
    size = MOST if selection.act == Act.CANCEL else step_size(selection.step, selection.rate or RATE)
    jobs = await queries.next_of_selection(work.db, selection, size)
    if not jobs:
        selection.state, selection.ended_at = "finished", work.now
        return False
    selection.step += 1
    for job in jobs:
        await _take(work, selection, job)
    return True


async def _take(work: Work, selection: JobSelection, job: StoredJob) -> None:
    """One job, and its line of the receipt."""
    job_id = selection.after_id = job.id
    result = await _cancelled(work, job) if selection.act == Act.CANCEL else await _replayed(work, selection, job)
    acted = result in ("replayed", "cancelled")
    selection.done, selection.left = selection.done + acted, selection.left + (not acted)
    step = {"selection_id": selection.id, "step": selection.step}
    work.db.add(JobSelectionItem(job_id=job_id, result=result, at=work.now, **step))


async def _replayed(work: Work, selection: JobSelection, job: StoredJob) -> str:
    """What is not safe to repeat is left alone, unless a person has looked outside first."""
    verdict = verdict_on(job.type)
    if verdict in ("not", "unknown") or (verdict == "check" and not selection.with_check):
        return verdict
    try:
        await revive(work, job)
    except TwinAlive:
        return "twin"
    return "replayed"


async def _cancelled(work: Work, job: StoredJob) -> str:
    await lay_down(work, job)
    return "cancelled"
