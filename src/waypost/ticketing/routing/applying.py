"""Routing a batch: read around it, decide in memory, write in a fixed number of statements.

Only the first message of a ticket decides, and only while nobody has acted on the ticket: what a person did is never
overwritten, not even by one who was quicker by a moment.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import update

from waypost.platform.rows import among, update_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.models import Direction, Occurrence, State
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.routing import queries
from waypost.ticketing.routing.allowlist import IMPORTED
from waypost.ticketing.routing.deciding import Asked, Outcome, Ruleset, Verdict
from waypost.ticketing.routing.dropping import QUICKER, drop
from waypost.ticketing.routing.models import RoutingApplied
from waypost.ticketing.routing.queries import Candidate
from waypost.ticketing.routing.telling import evidence, standing
from waypost.ticketing.tickets.drafts import ended
from waypost.ticketing.tickets.models import AutoSpam, Reason, Status, Ticket, TicketClosed, Touched
from waypost.ticketing.tickets.settled import ANOTHER_COPY, JOINED, OUR_OWN
from waypost.ticketing.tickets.tagging.actions import put_on_many

KEPT = "kept"
"""Label of a copy that a person has taken back from what was dropped."""


async def route(work: Work, occurrence_ids: Collection[UUID]) -> None:
    """Settle every stitched copy: a new ticket goes where the rules say, and says why; doing it again does nothing."""
    rules = await queries.ruleset(work.db)
    if rules.may_drop:
        await hold_threads(work.db)
    candidates = await queries.candidates(work.db, occurrence_ids)
    if not candidates:
        return
    shared = {candidate.ticket_id for candidate in candidates if candidate.message_count > 1}
    plan = Plan(work, rules, await queries.decided(work.db, shared, ANOTHER_COPY))
    for candidate in candidates:
        plan.take(candidate)
    await plan.carry_out()


def asked_of(copy: Candidate) -> Asked:
    """The question that a copy puts to the rules."""
    labels = copy.labels
    recipient = copy.inbox or copy.original_recipient
    return Asked(recipient, copy.sender, copy.direction, IMPORTED in labels, KEPT in labels)


@dataclass(slots=True)
class Plan:
    """What one batch leads to."""

    work: Work
    rules: Ruleset
    decided: set[UUID]
    rows: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[tuple[Candidate, Verdict]] = field(default_factory=list)

    def take(self, copy: Candidate) -> None:
        """One copy: settled by where it is, or by a verdict on the ticket it opened."""
        if settled := self._settled(copy):
            self.rows.append(self._row(copy, settled, None))
            return
        self.decided.add(copy.ticket_id)
        verdict = self.rules.decide(asked_of(copy))
        free = copy.status == Status.NEW and copy.touched == Touched.BY_NOBODY
        said = verdict.summary if free else f"{QUICKER}, {verdict.summary}"
        self.rows.append(self._row(copy, said, evidence(verdict)))
        if free:
            self.verdicts.append((copy, verdict))

    def _settled(self, copy: Candidate) -> str | None:
        if copy.direction == Direction.OUTBOUND:
            return OUR_OWN
        if copy.reason == Reason.NEW_TICKET and copy.ticket_id not in self.decided:
            return None
        return ANOTHER_COPY if copy.is_duplicate else JOINED

    def _row(self, copy: Candidate, reason: str, why: dict[str, Any] | None) -> dict[str, Any]:
        now = self.work.now
        return {
            "id": copy.id,
            "state": State.ROUTED,
            "routed_at": now,
            "route_reason": reason,
            "route_evidence": why,
            "updated_at": now,
        }

    async def carry_out(self) -> None:
        """Write the copies, then change the tickets; what must vanish goes last."""
        await update_rows(self.work.db, Occurrence, self.rows)
        await apply(self.work, [pair for pair in self.verdicts if pair[1].outcome is not Outcome.DROPPED])
        gone = [pair for pair in self.verdicts if pair[1].outcome is Outcome.DROPPED]
        if gone:
            await drop(self.work, gone, lambda copy: self.rules.decide(asked_of(copy)))


async def apply(work: Work, verdicts: Collection[tuple[Candidate, Verdict]], *, was: Status = Status.NEW) -> set[UUID]:
    """Change tickets that still stand at `was` and that nobody has acted on, and tell it; gives their ids.

    Tickets with equal changes are changed together: there are as many statements as there are rules that fit.
    """
    alike: dict[tuple[tuple[str, Any], ...], dict[UUID, tuple[Candidate, Verdict]]] = defaultdict(dict)
    for copy, verdict in verdicts:
        if verdict.rule or verdict.outcome is Outcome.SPAM or was is not Status.NEW:
            values = _values(verdict, was)
            alike[tuple(sorted(values.items()))].setdefault(copy.ticket_id, (copy, verdict))
    done: set[UUID] = set()
    added: list[tuple[UUID, UUID]] = []
    for same, tickets in alike.items():
        changed = await _changed(work, tickets, dict(same), was)
        done |= changed
        for ticket_id, (copy, verdict) in tickets.items():
            if ticket_id in changed:
                _tell(work, copy, verdict, dict(same))
                added += [(ticket_id, tag_id) for tag_id in verdict.acts.add_tag_ids]
    await put_on_many(work, added)
    return done


def _values(verdict: Verdict, was: Status) -> dict[str, Any]:
    """`was` other than new: the ticket is freed unless the rule says where it goes."""
    if verdict.outcome is Outcome.SPAM:
        return {"status": Status.SPAM}
    freed = {} if was is Status.NEW else {"status": Status.NEW}
    return freed | verdict.acts.values()


async def _changed(work: Work, ticket_ids: Collection[UUID], values: dict[str, Any], was: Status) -> set[UUID]:
    if "status" in values:
        values = values | {"closed_at": ended(values["status"], work.now)}
    found = await work.db.execute(
        update(Ticket)
        .where(among(Ticket.id, ticket_ids), Ticket.status == was, Ticket.touched == Touched.BY_NOBODY)
        .values(**values, updated_at=work.now)
        .returning(Ticket.id),
        execution_options={"synchronize_session": False},
    )
    return set(found.scalars())


def _tell(work: Work, copy: Candidate, verdict: Verdict, values: dict[str, Any]) -> None:
    if verdict.outcome is Outcome.SPAM:
        work.tell(AutoSpam(copy.ticket_id, copy.id, copy.inbox or copy.original_recipient))
        return
    before = standing(copy.status, copy.assignee_user_id, copy.assignee_queue_id)
    after = standing(
        values.get("status", copy.status),
        values.get("assignee_user_id", copy.assignee_user_id),
        values.get("assignee_queue_id", copy.assignee_queue_id),
    )
    work.tell(RoutingApplied(copy.ticket_id, copy.id, verdict.rule.id if verdict.rule else None, before, after))
    if values.get("status") == Status.CLOSED:
        work.tell(TicketClosed(copy.ticket_id))
