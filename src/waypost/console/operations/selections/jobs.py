"""Replaying a frozen selection, itself a job: one job first, then ten, then fifty at a time, while they succeed."""

from datetime import timedelta

from waypost.console.operations.selections import queries
from waypost.console.operations.selections.models import JobSelection, JobSelectionItem, SelectionReplayAsked
from waypost.platform.jobs.actions import TwinAlive, revive
from waypost.platform.jobs.declare import on
from waypost.platform.jobs.models import Status
from waypost.platform.jobs.run import Later, Run
from waypost.platform.work import Work

STEPS = (1, 10)
THEN = 50
LOOK_AGAIN = timedelta(seconds=1)


@on(SelectionReplayAsked, type="jobs_replay_selection", queue="operations", one_per="selection_id", priority=10)
async def replay_step(run: Run, fact: SelectionReplayAsked) -> None:
    """One step: judge the last one, then either replay the next jobs and look again in a second, or stop."""
    async with run.work() as work:
        selection = await queries.by_id(work.db, fact.selection_id, locked=True)
        if selection is None or selection.state != "replaying":
            return
        goes_on = not await _last_step_ended(work, selection) or await _next_step(work, selection)
    if goes_on:
        raise Later(LOOK_AGAIN)


async def _last_step_ended(work: Work, selection: JobSelection) -> bool:
    """Whether nothing of it waits any more; stops the replay when more of it failed again than succeeded."""
    states = await queries.states_of_step(work.db, selection)
    failed = states.get("failing", 0) + states.get(Status.DEAD, 0)
    if failed > states.get(Status.SUCCEEDED, 0):
        selection.state, selection.verdict = "stopped", f"step {selection.step}: {failed} failed again"
    return not states.get("waiting") or selection.state == "stopped"


async def _next_step(work: Work, selection: JobSelection) -> bool:
    """Replay the next few; False when the selection is finished or was stopped."""
    if selection.state == "stopped":
        return False
    size = STEPS[selection.step] if selection.step < len(STEPS) else THEN
    jobs = await queries.next_of_selection(work.db, selection, size)
    if not jobs:
        selection.state = "finished"
        return False
    selection.step += 1
    for job in jobs:
        job_id = selection.after_id = job.id
        try:
            await revive(work, job)
            result = "replayed"
        except TwinAlive:
            result = "twin"
        step = {"selection_id": selection.id, "step": selection.step}
        work.db.add(JobSelectionItem(job_id=job_id, result=result, at=work.now, **step))
    return True
