"""Repair: what was accepted and is not at its end gets its next step again. Safe at any time, however often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.archive.requests import queries
from waypost.archive.requests.actions import settle_soon
from waypost.archive.requests.models import ArchiveDue, ArchiveRequest, State
from waypost.platform.jobs.actions import revive
from waypost.platform.jobs.models import Status
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found and set going."""

    request_id: UUID
    ref: str
    state: State
    did: str
    """woken, settling, revived"""


async def wake_silent(work: Work, before: datetime) -> Sequence[Repaired]:
    """Live requests, and words to origins, that were last touched before then and that no job will see to."""
    found = list(await queries.silent(work.db, before))
    found += [one for one in await queries.unsettled(work.db) if one.updated_at < before and one not in found]
    seen_to = await queries.with_jobs(work.db, found)
    return [_woken(work, one) for one in found if one.id not in seen_to]


async def repair(work: Work, requests: Sequence[ArchiveRequest]) -> Sequence[Repaired]:
    """The same for chosen requests at once: waiting ones are brought forward, dead ones get another life."""
    done = []
    for request in requests:
        jobs = await queries.jobs_of(work.db, request)
        if not jobs and (not request.ended or request.settle_due):
            done.append(_woken(work, request))
        for job in jobs:
            if job.status == Status.DEAD:
                await revive(work, job)
                done.append(Repaired(request.id, request.ref, request.state, "revived"))
            elif job.status == Status.QUEUED:
                job.run_at = work.now
                done.append(Repaired(request.id, request.ref, request.state, "woken"))
    return done


def _woken(work: Work, request: ArchiveRequest) -> Repaired:
    if request.settle_due:
        settle_soon(work, request)
        return Repaired(request.id, request.ref, request.state, "settling")
    work.tell(ArchiveDue(request.id, request.case))
    return Repaired(request.id, request.ref, request.state, "woken")
