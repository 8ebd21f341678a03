"""Acting on a frozen selection, itself a job: batch after batch, each in a work of its own."""

from datetime import timedelta
from functools import partial

from waypost.platform import jobs
from waypost.platform.access import Actor, ActorKind
from waypost.platform.jobs import Run
from waypost.platform.jobs.pokes import poke_live
from waypost.sourcing.notebook.choosing import actions, queries
from waypost.sourcing.notebook.choosing.models import PROGRESSED, OffersActAsked, OffersUndoAsked, State

KEPT = timedelta(days=90)
"""Receipts are kept so long."""
AT_ONCE = 20
THEN = {State.RUNNING: State.FINISHED, State.UNDOING: State.UNDONE}


@jobs.on(OffersActAsked, type="offers_bulk_status", queue="sourcing", one_per="selection_id", priority=10)
async def act_on_all(run: Run, fact: OffersActAsked) -> None:
    """Until every offer has its result; a second run goes on where the first one ended."""
    while await _step(run, fact, State.RUNNING):
        pass


@jobs.on(OffersUndoAsked, type="offers_bulk_undo", queue="sourcing", one_per="selection_id", priority=10)
async def undo_all(run: Run, fact: OffersUndoAsked) -> None:
    """Until nothing is left to undo."""
    while await _step(run, fact, State.UNDOING):
        pass


@jobs.every("47 3 * * *", type="offers_bulk_prune", queue="sourcing")
async def forget_old(run: Run) -> None:
    """Selections that nobody used go after a day, receipts after 90 days."""
    gone = AT_ONCE
    while gone == AT_ONCE:
        async with run.work() as work:
            unused = work.now - timedelta(days=1)
            gone = await queries.forget(work.db, used_before=work.now - KEPT, unused_before=unused, limit=AT_ONCE)


async def _step(run: Run, fact: OffersActAsked | OffersUndoAsked, while_: State) -> bool:
    """One batch in the name of the person who asked; False when nothing is left."""
    async with run.work() as work:
        selection = await queries.asked(work.db, fact.selection_id)
        if selection is None or selection.state != while_:
            return False
        work.actor = Actor(ActorKind.PERSON, selection.user_id)
        many = await actions.step(work, selection)
        if many < actions.BATCH:
            selection.state, selection.ended_at = THEN[while_], work.now
        work.after_commit(partial(poke_live, work.org, PROGRESSED, fact.selection_id))
        return many == actions.BATCH
