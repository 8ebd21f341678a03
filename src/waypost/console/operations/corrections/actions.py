"""Showing what a correction would change, and approving it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from waypost.console.operations.actions import NotDead
from waypost.console.operations.corrections.models import JobCorrection
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.jobs import queries
from waypost.platform.jobs.actions import NotKnownHere, fact_of, lay_down, remake
from waypost.platform.jobs.declare import declared
from waypost.platform.jobs.models import StoredJob
from waypost.platform.work import Work

Difference = dict[str, list[Any]]


class NothingCorrected(Invalid):
    """The values are those that failed; replay the job as it is."""


class NotCorrectable(Conflict):
    """A clock job has no values to correct."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dead job and what another payload would change about it."""

    job: StoredJob
    payload: dict[str, Any]
    difference: Difference


async def propose(work: Work, job_id: UUID, payload: dict[str, Any]) -> Proposal:
    """The difference; nothing is done. Refuses: not dead here (404), no difference, values that do not fit (422)."""
    job = await queries.dead_by_id(work.db, job_id)
    if job is None:
        raise NotDead
    declaration = declared().get(job.type)
    if declaration is None:
        raise NotKnownHere if job.payload else NotCorrectable
    wanted = fact_of(declaration, payload).payload()
    found = {name: [job.payload.get(name), after] for name, after in wanted.items() if job.payload.get(name) != after}
    if not found:
        raise NothingCorrected
    return Proposal(job, wanted, found)


async def correct(work: Work, job_id: UUID, payload: dict[str, Any], reason: str) -> JobCorrection:
    """End the dead job and make one with these values, linked, with who approved it. Audited.

    Refuses as `propose` does, and when a live twin does that work already (409).
    """
    proposal = await propose(work, job_id, payload)
    new_id = await remake(work, proposal.job, proposal.payload)
    await lay_down(work, proposal.job)
    correction = JobCorrection(
        job_id=job_id,
        new_job_id=new_id,
        difference=proposal.difference,
        reason=reason,
        approved_by=work.actor.person_id,
        approved_at=work.now,
    )
    work.db.add(correction)
    fields = sorted(proposal.difference)
    await record(work, "jobs.corrected", "job", job_id, {"new_job_id": str(new_id), "fields": fields})
    return correction
