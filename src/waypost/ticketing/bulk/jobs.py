"""Acting on a frozen selection, itself a job: batch after batch, each in a work of its own, progress to be seen."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from waypost.platform.access import Actor, ActorKind
from waypost.platform.jobs import Run, every, on
from waypost.platform.jobs.pokes import poke_live
from waypost.platform.work import Work
from waypost.ticketing.bulk import doing, queries
from waypost.ticketing.bulk.acts import Act, FurtherActs, Merging
from waypost.ticketing.bulk.models import PROGRESSED, BulkActAsked, BulkSelection, BulkUndoAsked, State
from waypost.ticketing.tags.queries import maybe

BATCH = 100
KEPT = timedelta(days=90)
"""Receipts are kept so long."""
AT_ONCE = 20

Step = Callable[[Run, Work, BulkSelection], Awaitable[int]]


@on(BulkActAsked, type="tickets_bulk_act", queue="operations", one_per="selection_id", priority=10)
async def act_on_all(run: Run, fact: BulkActAsked) -> None:
    """Until every ticket has its result; a second run goes on where the first one ended."""
    while await _step(run, fact.selection_id, State.RUNNING, State.FINISHED, _act):
        pass


@on(BulkUndoAsked, type="tickets_bulk_undo", queue="operations", one_per="selection_id", priority=10)
async def undo_all(run: Run, fact: BulkUndoAsked) -> None:
    """The last one first, until nothing is left to undo."""
    while await _step(run, fact.selection_id, State.UNDOING, State.UNDONE, _undo):
        pass


@every("41 3 * * *", type="tickets_bulk_prune")
async def forget_old(run: Run) -> None:
    """Selections nobody used go after a day, receipts after 90 days."""
    gone = AT_ONCE
    while gone == AT_ONCE:
        async with run.work() as work:
            unused = work.now - timedelta(days=1)
            gone = await queries.forget(work.db, used_before=work.now - KEPT, unused_before=unused, limit=AT_ONCE)


async def _step(run: Run, selection_id: UUID, while_: State, then: State, step: Step) -> bool:
    """One batch in the name of the person who asked; False when nothing is left."""
    async with run.work() as work:
        selection = await queries.by_id(work.db, selection_id, for_update=True)
        if selection.state != while_:
            return False
        work.actor = Actor(ActorKind.PERSON, selection.made_by)
        many = await step(run, work, selection)
        selection.done += many
        if many < BATCH:
            selection.state, selection.ended_at = then, work.now
        work.after_commit(partial(poke_live, work.org, PROGRESSED, selection_id))
        return many == BATCH


async def _act(run: Run, work: Work, selection: BulkSelection) -> int:
    act = Act.parsed(selection.act or {})
    items = await queries.waiting(work.db, selection.id, BATCH)
    if act.merges:
        for item in items:
            await doing.merge(work, item, act, run.of(Merging))
        return len(items)
    if act.lasts:
        for item in items:
            await doing.further(work, item, run.of(FurtherActs).by_name[act.value or ""])
        return len(items)
    tickets = await doing.held(work, [item.ticket_id for item in items])
    if act.tags:
        tag = await maybe(work.db, act.target, stays=True)
        for item in items:
            await doing.tag(work, item, tickets.get(item.ticket_id), tag)
        return len(items)
    for item in items:
        await doing.change(work, item, tickets.get(item.ticket_id), act)
    return len(items)


async def _undo(run: Run, work: Work, selection: BulkSelection) -> int:
    act = Act.parsed(selection.act or {})
    items = await queries.done(work.db, selection.id, BATCH)
    if act.merges:
        for item in items:
            await doing.unmerge(work, item, run.of(Merging))
        return len(items)
    tickets = await doing.held(work, [item.ticket_id for item in items])
    if act.tags:
        tag = await maybe(work.db, act.target, stays=True)
        for item in items:
            await doing.untag(work, item, tickets.get(item.ticket_id), tag)
        return len(items)
    for item in items:
        await doing.restore(work, item, tickets.get(item.ticket_id))
    return len(items)
