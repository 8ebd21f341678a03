"""How a request ends: skipped, failed, or kept with only its origin left to be told."""

from functools import partial
from typing import Any

from waypost.archive.requests import queries
from waypost.archive.requests.actions import conclude, hand_over, repeat, settle_soon
from waypost.archive.requests.failing import Failure, failure_of
from waypost.archive.requests.holding import Hold
from waypost.archive.requests.metrics import DEAD, FAILED, PROCESSED, QUEUE_FAILED, QUEUE_PROCESSED, RETRIED, SKIPPED
from waypost.archive.requests.models import ArchiveDue, ArchiveRequest, ArchiveSettled, Outcome, State
from waypost.archive.requests.origin import Skipped
from waypost.archive.requests.terms import Terms
from waypost.platform.errors import Refusal, Retryable
from waypost.platform.observe.logs import line
from waypost.platform.work import Work

log = line("waypost.archive.requests")


class TriedInVain(Refusal):
    """A step of the run failed, and the tries are used up."""


class TriedAgain(Retryable):
    """A step of the run failed; it is tried again."""


def about(request: ArchiveRequest) -> dict[str, str | None]:
    """The values that the documented lines of the log carry; none of them is personal."""
    return {"ticket_id": request.ref, "delivery_id": request.delivery_id, "request_id": request.wire_request_id}


async def skip(hold: Hold, skipped: Skipped) -> bool:
    """The case is not kept, and nobody is told; False, as the steps say "no further".

    Somebody who asked while we looked may have changed what we saw: then it is looked at once more.
    """
    async with hold.work(finishing=True) as (work, request):
        if request.again:
            request.again, request.reading_at = False, None
            work.tell(ArchiveDue(request.id, request.case))
            return False
        request.skipped_because = skipped.reason
        _end(work, request, State.SKIPPED)
        kept = skipped.reason == "already_archived"
        await conclude(work, request.id, Outcome.DONE if kept else Outcome.NOT_TRIGGERED)
        await _tell_for_predecessor(work, request)
        work.after_commit(partial(SKIPPED.inc, "not_triggered"))
        work.after_commit(QUEUE_PROCESSED.inc)
    log.info("process_ticket.skip_should_not_process", reason=skipped.reason, **about(hold.request))
    return False


async def kept(work: Work, request: ArchiveRequest) -> None:
    """Its files stand: this is what counts. Whoever asked meanwhile gets a run of his own before the origin is told."""
    request.kept_at = work.now
    request.next_run_at = request.classification = request.error = request.error_code = None
    request.error_hint = request.error_action = request.error_step = None
    work.after_commit(PROCESSED.inc)
    work.after_commit(QUEUE_PROCESSED.inc)
    if request.again:
        _end(work, request, State.ARCHIVED)
        await work.db.flush()
        following = await repeat(work, request)
        await hand_over(work, request, following)
    else:
        request.state = State.SETTLING
        settle_soon(work, request)
    await conclude(work, request.id, Outcome.DONE)


async def settled(work: Work, request: ArchiveRequest) -> None:
    """The origin knows."""
    request.settle_due, request.settled_at, request.settle_error = False, work.now, None
    await unheard(work, request)


async def unheard(work: Work, request: ArchiveRequest) -> None:
    """What is kept is kept, also when its origin will not hear of it; whoever asked meanwhile gets his run."""
    if request.state == State.SETTLING:
        _end(work, request, State.ARCHIVED)
        if request.again:
            await work.db.flush()
            await hand_over(work, request, await repeat(work, request))


async def failed(hold: Hold, error: Exception, step: str, terms: Terms) -> Exception:
    """Write down what went wrong; gives what the job has to raise: tried again after a pause, or for the last time."""
    failure, replays = failure_of(error), 0
    async with hold.run.work() as work:
        replays = await queries.replays_of(work.db, hold.run.job_ids[0])
    async with hold.work() as (work, request):
        request.attempts += 1
        last = not failure.again or request.attempts > terms.retries
        _describe(request, failure, step)
        if last:
            await _give_up(work, request, failure, replays)
        else:
            request.next_run_at = work.now + terms.pause_after(request.attempts)
            work.after_commit(RETRIED.inc)
    _log_failure(hold.request, failure, step, error)
    return _said(error, hold.request, terms, last=last)


async def _give_up(work: Work, request: ArchiveRequest, failure: Failure, replays: int) -> None:
    request.replays, request.next_run_at = replays, None
    _end(work, request, State.FAILED_TRANSIENT if failure.again else State.FAILED_PERMANENT)
    await conclude(work, request.id, Outcome.FAILED)
    settle_soon(work, request)
    for figure in (FAILED, QUEUE_FAILED, DEAD):
        work.after_commit(figure.inc)


def _end(work: Work, request: ArchiveRequest, state: State) -> None:
    request.state, request.ended_at = state, work.now
    work.tell(ArchiveSettled(request.id, state.value))


async def _tell_for_predecessor(work: Work, request: ArchiveRequest) -> None:
    """A repetition that found nothing new leaves the word to the request it repeats."""
    if request.follows is not None:
        past = await queries.by_id(work.db, request.follows, lock=True)
        if past.settled_at is None:
            settle_soon(work, past)


def _describe(request: ArchiveRequest, failure: Failure, step: str) -> None:
    request.classification, request.error = failure.classification.value, failure.error
    request.error_code, request.error_hint, request.error_action = failure.code, failure.hint, failure.action
    request.error_step = step


def _said(error: Exception, request: ArchiveRequest, terms: Terms, *, last: bool) -> Exception:
    """A refusal keeps its name, so that dead letters of one cause stand together."""
    if last:
        return error if isinstance(error, Refusal) and not error.again else TriedInVain(request.error)
    pause = terms.pause_after(request.attempts)
    if isinstance(error, Retryable):
        error.retry_after = max(error.retry_after or pause, pause)
        return error
    return TriedAgain(request.error, retry_after=pause)


def _log_failure(request: ArchiveRequest, failure: Failure, step: str, error: Exception) -> None:
    """What nobody foresaw is told with its place in our code."""
    told: dict[str, Any] = {"classification": failure.classification.value, "code": failure.code, "step": step}
    if not isinstance(error, Refusal | OSError):
        told["exc_info"] = error
    log.warning("process_ticket.error", **told, **about(request))
