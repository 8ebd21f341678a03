"""Routing again: what the machine called spam and nobody has looked at, after the allowlist was mended."""

from uuid import UUID

from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.rows import update_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.routing import queries
from waypost.ticketing.routing.applying import apply, asked_of
from waypost.ticketing.routing.deciding import Outcome, Verdict
from waypost.ticketing.routing.models import RerunAsked, RoutingRerun
from waypost.ticketing.routing.queries import Candidate
from waypost.ticketing.routing.telling import evidence
from waypost.ticketing.tickets.models import Status

STEP = 200


async def ask_rerun(work: Work) -> RoutingRerun:
    """Begin one; while one is under way, that one is given, and goes on should its job have died."""
    last = await queries.last_rerun(work.db)
    if last is not None and last.finished_at is None:
        work.tell(RerunAsked(last.id))
        return last
    run = RoutingRerun(id=new_id(), asked_at=work.now, asked_by=work.actor.person_id, until_at=work.now)
    work.db.add(run)
    await work.db.flush()
    await record(work, "routing.rerun.asked", "routing_rerun", run.id, {})
    work.tell(RerunAsked(run.id))
    return run


async def rerun_step(work: Work, rerun_id: UUID) -> bool:
    """Route the next tickets again; true when none is left. A step that is done twice goes on where it stopped."""
    run = await queries.rerun(work.db, rerun_id, for_update=True)
    if run.finished_at is not None:
        return True
    page = await queries.machine_made_spam(work.db, run, limit=STEP)
    if not page:
        run.finished_at = work.now
        return True
    freed = await _freed(work, [row.id for row in page])
    run.looked_at_count += len(page)
    run.freed_count += len(freed)
    run.place_at, run.place_id = page[-1].last_activity_at, page[-1].id
    return False


async def _freed(work: Work, ticket_ids: list[UUID]) -> set[UUID]:
    rules = await queries.ruleset(work.db)
    openers: dict[UUID, Candidate] = {}
    for copy in await queries.said_in(work.db, ticket_ids, openers=True):
        openers.setdefault(copy.ticket_id, copy)
    verdicts = [(copy, rules.decide(asked_of(copy))) for copy in openers.values()]
    fine = [(copy, verdict) for copy, verdict in verdicts if _frees(verdict)]
    freed = await apply(work, fine, was=Status.SPAM)
    rows = [
        {"id": copy.id, "route_reason": verdict.summary, "route_evidence": evidence(verdict), "updated_at": work.now}
        for copy, verdict in fine
        if copy.ticket_id in freed
    ]
    await update_rows(work.db, Occurrence, rows)
    return freed


def _frees(verdict: Verdict) -> bool:
    """Spam stays spam where a rule says so, and what is dropped today need not come to light."""
    return verdict.outcome is Outcome.ACCEPTED and verdict.acts.values().get("status") is not Status.SPAM
