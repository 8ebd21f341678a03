"""Stitching a batch: read around it, decide in memory, write in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.messages.models import AddressKind, OccurrenceStitched, State
from waypost.ticketing.messages.queries import hold_threads, own_addresses, threading_policy
from waypost.ticketing.tickets.around import (
    Copy,
    drafts_of,
    marks_of,
    refs_of,
    threads_around,
    waiting_copies,
)
from waypost.ticketing.tickets.drafts import Draft, Said
from waypost.ticketing.tickets.models import (
    LinkKind,
    MessageJoined,
    TicketHealed,
    TicketOpened,
    TicketReopened,
    Touched,
)
from waypost.ticketing.tickets.newcomers import newcomer, said
from waypost.ticketing.tickets.settled import settled_reason
from waypost.ticketing.tickets.stitching import decide, marked, reunited
from waypost.ticketing.tickets.threads import Decision, Newcomer, Threads
from waypost.ticketing.tickets.words import searchable
from waypost.ticketing.tickets.writing import Written, write


async def stitch(work: Work, occurrence_ids: Collection[UUID]) -> None:
    """Give every copy its ticket, exactly one for all copies of a message; doing it again changes nothing."""
    await hold_threads(work.db)
    copies = await waiting_copies(work.db, occurrence_ids)
    if not copies:
        return
    batch = await _read_around(work, copies)
    for copy in copies:
        batch.take(copy)
    await write(work, batch.written())
    batch.tell(work)


async def _read_around(work: Work, copies: Sequence[Copy]) -> "Batch":
    ids = {copy.message_id for copy in copies}
    refs, marks = await refs_of(work.db, ids), await marks_of(work.db, ids)
    addresses = await own_addresses(work.db)
    policy, newcomers = await threading_policy(work.db), dict[UUID, Newcomer]()
    for copy in copies:
        newcomers.setdefault(copy.message_id, newcomer(copy, refs, marks, addresses, policy))
    threads = await threads_around(work.db, list(newcomers.values()), ids, policy)
    addressed = {home.ticket_id for new in newcomers.values() for home in marked(new, threads)}
    threads.own = frozenset(addresses)
    earlier = {one.ticket_id for every in threads.earlier_of.values() for one in every}
    drafts = await drafts_of(work.db, {*threads.ticket_of.values(), *addressed, *earlier})
    return Batch(work, newcomers, addresses, threads, drafts)


@dataclass(slots=True)
class Batch:
    """Decisions of one batch and the rows they lead to."""

    work: Work
    newcomers: dict[UUID, Newcomer]
    addresses: dict[str, AddressKind]
    threads: Threads
    drafts: dict[UUID, Draft]
    opened: list[tuple[UUID, UUID]] = field(default_factory=list)
    joined: list[tuple[UUID, Newcomer]] = field(default_factory=list)
    healed: list[tuple[UUID, UUID]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, copy: Copy) -> None:
        """One copy: its message's ticket, found or decided."""
        new, joined, opened = self.newcomers[copy.message_id], False, False
        ticket_id = self.threads.ticket_of.get(new.message_id)
        if ticket_id is None:
            decision = decide(new, self.threads)
            joined, opened = decision.ticket_id is not None, decision.ticket_id is None
            ticket_id = self._carry_out(copy, new, decision)
        elif copy.is_duplicate:
            self._reunite(new, ticket_id)
        reason = settled_reason(copy.direction, is_duplicate=copy.is_duplicate, joined=joined, opened=opened)
        self.rows["occurrences"].append(self._copy(copy, ticket_id, reason))

    def _reunite(self, new: Newcomer, ticket_id: UUID) -> None:
        for other_id in reunited(new, ticket_id, self.threads):
            if self.drafts[other_id].touched == Touched.BY_NOBODY:
                self._heal(self.drafts[ticket_id], other_id, new)

    def _copy(self, copy: Copy, ticket_id: UUID, reason: str | None) -> dict[str, Any]:
        """Only a ticket's first message needs a verdict; all others are routed by having their ticket."""
        now = self.work.now
        return {
            "id": copy.id,
            "ticket_id": ticket_id,
            "state": State.ROUTED if reason else State.STITCHED,
            "stitched_at": now,
            "routed_at": now if reason else None,
            "route_reason": reason,
            "updated_at": now,
        }

    def _carry_out(self, copy: Copy, new: Newcomer, decision: Decision) -> UUID:
        what = said(copy, self.addresses)
        if decision.ticket_id is None:
            draft = Draft.opened(what)
            self.drafts[draft.id] = draft
            self.opened.append((draft.id, new.message_id))
        else:
            draft = self.drafts[decision.ticket_id]
            draft.absorb(what)
            self.joined.append((draft.id, new))
        self.threads.place(new, draft.id)
        self._rows(copy, new, decision, draft, what)
        for other in decision.heals:
            self._heal(draft, other, new)
        return draft.id

    def _rows(self, copy: Copy, new: Newcomer, decision: Decision, draft: Draft, what: Said) -> None:
        self.rows["messages"].append(
            {
                "ticket_id": draft.id,
                "message_id": new.message_id,
                "at": what.at,
                "stitched_at": self.work.now,
                "stitch_reason": decision.reason,
                "stitch_confidence": decision.confidence,
                "evidence": decision.evidence,
                "new_subject": decision.new_subject,
            }
        )
        self.rows["people"] += [{"id": new_id(), "ticket_id": draft.id, "address": who} for who in sorted(new.people)]
        self.rows["texts"].append(self._text(copy, draft, what))
        for link in decision.links:
            self._link(draft.id, link.ticket_id, link.kind, new)

    def _text(self, copy: Copy, draft: Draft, what: Said) -> dict[str, Any]:
        return {
            "id": new_id(),
            "ticket_id": draft.id,
            "message_id": copy.message_id,
            "at": what.received_at,
            "subject": searchable(copy.subject or ""),
            "body": searchable(copy.body_text or ""),
            "language": copy.language,
        }

    def _link(self, ticket_id: UUID, other_id: UUID, kind: LinkKind, new: Newcomer) -> None:
        self.rows["links"].append(
            {
                "id": new_id(),
                "ticket_id": ticket_id,
                "other_id": other_id,
                "kind": kind,
                "message_id": new.message_id,
                "created_at": self.work.now,
            }
        )

    def _heal(self, draft: Draft, other_id: UUID, new: Newcomer) -> None:
        """An answer that came first had opened a ticket of its own; a person's work on it is never rearranged."""
        other = self.drafts[other_id]
        if other.touched != Touched.BY_NOBODY or other.merged_into:
            self._link(draft.id, other_id, LinkKind.SAME_THREAD, new)
            return
        draft.swallow(other, self.work.now)
        self.threads.merge(other_id, draft.id)
        self._link(other_id, draft.id, LinkKind.MERGED_INTO, new)
        self.healed.append((draft.id, other_id))

    def written(self) -> Written:
        """Everything to write."""
        now, drafts = self.work.now, self.drafts.values()
        return Written(
            opened=[draft.row(now) for draft in drafts if draft.is_new],
            changed=[{"id": draft.id, **draft.values(now)} for draft in drafts if draft.changed and not draft.is_new],
            rows=self.rows,
            merged=self.healed,
        )

    def tell(self, work: Work) -> None:
        """The facts, once everything is written."""
        for ticket_id, message_id in self.opened:
            work.tell(TicketOpened(ticket_id, message_id))
        for ticket_id, new in self.joined:
            work.tell(MessageJoined(ticket_id, new.message_id, new.direction))
        for draft in self.drafts.values():
            if draft.reopened_from and not draft.is_new:
                work.tell(TicketReopened(draft.id, draft.reopened_from))
        for ticket_id, other_id in self.healed:
            moved = [m for m, t in self.threads.ticket_of.items() if t == ticket_id]
            work.tell(TicketHealed(ticket_id, other_id, moved))
        for row in self.rows["occurrences"]:
            if row["state"] == State.STITCHED:
                work.tell(OccurrenceStitched(row["id"]))
