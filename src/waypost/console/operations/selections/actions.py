"""Freezing a selection and having it acted on."""

from dataclasses import dataclass
from uuid import UUID

from waypost.console.operations.access import TYPED_ABOVE
from waypost.console.operations.selections import queries
from waypost.console.operations.selections.models import Act, JobSelection, SelectionReplayAsked
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid, NotFound
from waypost.platform.work import Work

SAID = {Act.REPLAY: "jobs.selection_replayed", Act.CANCEL: "jobs.selection_cancelled"}


class NoSuchSelection(NotFound):
    """There is no such selection here."""


class CountMissing(Invalid):
    """The number of jobs must be repeated."""


class AlreadyReplayed(Conflict):
    """This selection has been acted on."""


class StillUnderWay(Conflict):
    """This selection is still being worked on."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How an act is to be done. `count` repeats the number of jobs, `rate` is in jobs a minute."""

    act: Act = Act.REPLAY
    count: int | None = None
    rate: int | None = None
    with_check: bool = False


async def freeze(work: Work, *, type: str | None = None, fingerprint: str | None = None) -> JobSelection:
    """A selection of the dead letters of this moment: what a later bulk act may touch, whatever dies meanwhile."""
    return await _frozen(work, JobSelection(type=type, fingerprint=fingerprint))


async def freeze_again(work: Work, selection_id: UUID) -> JobSelection:
    """What is still dead of an earlier selection that has ended. Refuses: not here (404), under way (409)."""
    earlier = await queries.by_id(work.db, selection_id)
    if earlier is None:
        raise NoSuchSelection
    if earlier.state not in ("finished", "stopped"):
        raise StillUnderWay
    return await _frozen(work, JobSelection(again_of=earlier.id))


async def _frozen(work: Work, selection: JobSelection) -> JobSelection:
    selection.made_at, selection.made_by = work.now, work.actor.person_id
    selection.state, selection.step, selection.act = "frozen", 0, Act.REPLAY
    selection.done = selection.left = 0
    selection.with_check = False
    found = await queries.dry_run(work.db, selection)
    selection.count, selection.types = found.count, found.types
    selection.sample = [str(job_id) for job_id in found.sample]
    work.db.add(selection)
    await work.db.flush()
    return selection


async def act_on(work: Work, selection_id: UUID, wish: Wish) -> JobSelection:
    """Have a frozen selection replayed (1, 10, then at its rate while they succeed) or cancelled for good. Audited.

    Refuses: above 20 jobs `count` must repeat their number (422); acted on before (409).
    """
    selection = await queries.by_id(work.db, selection_id, locked=True)
    if selection is None:
        raise NoSuchSelection
    if selection.state != "frozen":
        raise AlreadyReplayed
    if selection.count > TYPED_ABOVE and wish.count != selection.count:
        raise CountMissing
    selection.state, selection.started_at, selection.act = "replaying", work.now, wish.act
    selection.rate, selection.with_check = wish.rate, wish.with_check
    work.tell(SelectionReplayAsked(selection.id))
    detail = {"count": selection.count, "type": selection.type, "fingerprint": selection.fingerprint}
    await record(work, SAID[wish.act], "job_selection", selection.id, detail)
    return selection
