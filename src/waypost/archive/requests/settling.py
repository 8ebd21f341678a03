"""The word to the origin: tags first, then one note. Repeated until it is heard; an archived case stays one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from waypost.archive.places.shelf import Shelf
from waypost.archive.requests import queries
from waypost.archive.requests.ending import about, log, settled, unheard
from waypost.archive.requests.failing import failure_of
from waypost.archive.requests.holding import Hold, case_of, hold
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.requests.origin import Origins, Outcome
from waypost.platform.jobs import Later, Run

PAUSES = (5, 15, 60, 300, 900, 3600)
"""Seconds between the tries; the last one for ever: an outage of a week ends by itself."""
UNDECIDED = timedelta(seconds=5)
"""How long one waits for a newer request that has not come through the gate yet."""


async def settle(run: Run, request: ArchiveRequest) -> None:
    """Tell the origin how a request ended, unless a newer one speaks for the case by now.

    One that is only asked for may still come to nothing, and then it says nothing either: it is waited for.
    """
    if not request.settle_due:
        return
    async with run.work() as work:
        newer = await queries.acting_after(work.db, request)
    if newer is not None and newer.begun_at is None and not newer.ended:
        raise Later(UNDECIDED)
    held = await hold(run, request.id)
    if newer is None:
        await _tell(held)
    async with held.work(finishing=True) as (work, mine):
        await settled(work, mine)
    if held.request.kept_at is not None:
        log.info("process_ticket.done", record_id=str(request.record_id), **about(request))


async def _tell(held: Hold) -> None:
    """A refusal that may pass is waited for and costs no attempt; any other one shows as a dead letter."""
    request, root = held.request, held.run.of(Shelf).place.root
    try:
        await held.run.of(Origins).of(request.kind).settle(held.run, outcome_of(request, root))
    except Exception as error:
        failure = failure_of(error)
        async with held.work() as (work, mine):
            mine.settle_error, mine.settle_tries = failure.error, mine.settle_tries + 1
            if not failure.again:
                await unheard(work, mine)
        event = "apply_done_failed" if request.kept_at else "apply_error_failed"
        log.warning(f"process_ticket.{event}", code=failure.code, **about(request))
        if failure.again:
            raise Later(timedelta(seconds=PAUSES[min(mine.settle_tries, len(PAUSES)) - 1])) from error
        raise


def outcome_of(request: ArchiveRequest, root: str) -> Outcome:
    """What is said, with the members of the documented notes; paths begin with the place's `root`, as the sidecar's."""
    if request.kept_at is not None:
        return _archived(request, root)
    transient = request.state == State.FAILED_TRANSIENT
    return Outcome(
        "failed_transient" if transient else "failed_permanent",
        case_of(request),
        error=request.error or "",
        code=request.error_code or "",
        hint=request.error_hint or "",
        action=request.error_action or "",
    )


def _archived(request: ArchiveRequest, root: str) -> Outcome:
    if not request.stored or not request.sealed:  # erased before its origin could be told
        return Outcome("archived", case_of(request))
    stored: Mapping[str, Any] = request.stored
    first = request.sealed[0]
    pdf = next(name for name, digest in stored["sha256"].items() if digest == first["sha256"])  # a row keeps no order
    folder = f"{root.rstrip('/')}/{stored['folder']}".rstrip("/")
    return Outcome(
        "archived",
        case_of(request),
        path=folder,
        filename=pdf,
        sidecar=f"{folder}/{pdf}.json",
        size_bytes=first["size"],
        sha256=first["sha256"],
    )
