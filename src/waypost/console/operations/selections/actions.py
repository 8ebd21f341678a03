"""Freezing a selection and having it replayed."""

from uuid import UUID

from waypost.console.operations.access import TYPED_ABOVE
from waypost.console.operations.selections import queries
from waypost.console.operations.selections.models import JobSelection, SelectionReplayAsked
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid, NotFound
from waypost.platform.work import Work


class NoSuchSelection(NotFound):
    """There is no such selection here."""


class CountMissing(Invalid):
    """The number of jobs must be repeated."""


class AlreadyReplayed(Conflict):
    """This selection has been replayed."""


async def freeze(work: Work, *, type: str | None = None, fingerprint: str | None = None) -> JobSelection:
    """A selection of the dead letters of this moment: what a later bulk act may touch, whatever dies meanwhile."""
    count, sample = await queries.dead_matching(work.db, type, fingerprint, work.now)
    selection = JobSelection(
        made_at=work.now,
        made_by=work.actor.person_id,
        type=type,
        fingerprint=fingerprint,
        count=count,
        sample=[str(job_id) for job_id in sample],
        state="frozen",
        step=0,
    )
    work.db.add(selection)
    await work.db.flush()
    return selection


async def replay_selection(work: Work, selection_id: UUID, count: int | None = None) -> JobSelection:
    """Replay a frozen selection step by step: 1, then 10, then 50 at a time while they succeed. Audited.

    Refuses: above 20 jobs `count` must repeat their number (422); replayed before (409).
    """
    selection = await queries.by_id(work.db, selection_id, locked=True)
    if selection is None:
        raise NoSuchSelection
    if selection.count > TYPED_ABOVE and count != selection.count:
        raise CountMissing
    if selection.state != "frozen":
        raise AlreadyReplayed
    selection.state = "replaying"
    work.tell(SelectionReplayAsked(selection.id))
    detail = {"count": selection.count, "type": selection.type, "fingerprint": selection.fingerprint}
    await record(work, "jobs.selection_replayed", "job_selection", selection.id, detail)
    return selection
