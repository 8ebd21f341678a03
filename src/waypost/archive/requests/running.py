"""One run, in the order of its steps. Whatever is done stays done: the next run goes on where this one died."""

from time import monotonic

from sqlalchemy.exc import InterfaceError, OperationalError

from waypost.archive.requests import making, putting, queries, reading
from waypost.archive.requests.blobs import note_aside
from waypost.archive.requests.ending import TriedInVain, failed
from waypost.archive.requests.forgetting.queries import keys_of, owned
from waypost.archive.requests.holding import Hold, Overtaken, hold
from waypost.archive.requests.metrics import TOTAL
from waypost.archive.requests.models import FAILURES, WITHDRAWN, ArchiveRequest, State
from waypost.archive.requests.terms import Terms
from waypost.platform.errors import Retryable
from waypost.platform.jobs import Run
from waypost.platform.jobs.attempt import LeaseLost
from waypost.platform.storage.blobs import BlobMissing
from waypost.platform.work import Work

NOT_THE_CASE = (Overtaken, LeaseLost, OperationalError, InterfaceError)
"""What says nothing about the case: another run has it, or the database is away. The queue deals with that."""


class ContentGone(Retryable):
    """Something that was put aside of this case is gone: the case is read anew."""


async def run_request(run: Run, request: ArchiveRequest) -> None:
    """Bring a request to its end. Raises what its job is to be judged by."""
    if request.ended and request.error_code == WITHDRAWN:
        return
    if request.state in FAILURES:
        request = await _revived(run, request)
    if request.ended or request.state == State.SETTLING:
        return
    held, began = await hold(run, request.id), monotonic()
    step = _Step()
    try:
        kept = await _steps(held, step)
    except NOT_THE_CASE:
        raise
    except BlobMissing as error:
        raise await failed(held, await _read_anew(held) or error, step.name, run.of(Terms)) from error
    except Exception as error:
        raise await failed(held, error, step.name, run.of(Terms)) from error
    if kept:
        TOTAL.observe(monotonic() - began)


class _Step:
    """Which step is being taken, for whoever reads what failed."""

    name = "begin"


async def _steps(held: Hold, step: _Step) -> bool:
    """Whether the case is kept by now. Each looks first whether its result is there; a repetition is read before it is
    marked, for it may be needless."""
    order = (reading.begin, reading.gather)
    for each in order[::-1] if held.request.follows else order:
        step.name = each.__name__
        if not await each(held):
            return False
    step.name = "render"
    await making.draw(held)
    step.name = "sign"
    await making.sign(held)
    step.name = "reserve"
    await putting.reserve(held)
    step.name = "store"
    await putting.put(held)
    step.name = "confirm"
    await putting.finish(held)
    return True


async def _revived(run: Run, request: ArchiveRequest) -> ArchiveRequest:
    """A person replayed its dead letter: it begins anew, or goes on where the log knows it already.

    A job that merely runs twice finds the failure as it was, and says it again.
    """
    async with run.work() as work:
        request = await queries.by_id(work.db, request.id, lock=True)
        replays = await queries.replays_of(work.db, run.job_ids[0])
        if replays <= request.replays:
            raise TriedInVain(request.error)
        if await queries.acting_after(work.db, request) is not None:
            return request
        await _anew(work, request)
        request.updated_at = work.now
    return request


async def _anew(work: Work, request: ArchiveRequest) -> None:
    request.attempts, request.ended_at, request.settle_due = 0, None, False
    request.forgotten_at = request.forgotten_because = None
    if request.version_id is not None:
        request.state = State.RESERVED
        return
    request.state, request.begun_at = State.RECEIVED, None
    await _unread(work, request)


async def _unread(work: Work, request: ArchiveRequest) -> None:
    """The case is read again; what was made of it so far is found as put aside."""
    await note_aside(work, request.id, sorted(owned(keys_of(request))))
    request.reading_at = None
    request.snapshot_key = request.snapshot_sha256 = request.content_sha256 = request.template_version = None
    request.rendered, request.sealed, request.blobs = [], [], {}


async def _read_anew(held: Hold) -> ContentGone | None:
    """Begin again with the reading; None where the log knows the case already, so that nothing else may be read."""
    if held.request.version_id is not None:
        return None
    async with held.work() as (work, request):
        await _unread(work, request)
    return ContentGone()
