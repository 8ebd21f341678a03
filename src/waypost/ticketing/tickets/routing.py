"""Routing: may this mail open a ticket? Only the first message decides; what people did later is never overwritten."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from re import IGNORECASE, Pattern, compile
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.work import Work
from waypost.ticketing.messages.models import AddressKind, Direction, Message, Occurrence, State
from waypost.ticketing.messages.queries import own_addresses
from waypost.ticketing.messages.rows import among, update_rows
from waypost.ticketing.tickets.models import (
    AllowedRecipient,
    AutoSpam,
    Reason,
    Status,
    Ticket,
    TicketMessage,
    Touched,
)

IMPORTED = "imported"
"""Label of a copy that an import brought without naming an inbox."""


@dataclass(frozen=True, slots=True)
class Allowlist:
    """Whose mail may open tickets: addresses that exist here, and patterns; without patterns everybody's."""

    addresses: frozenset[str]
    patterns: tuple[tuple[str, Pattern[str]], ...]

    def names(self, address: str) -> bool:
        """An address that exists here or fits a pattern."""
        return address in self.addresses or any(pattern.match(address) for _, pattern in self.patterns)

    def verdict(self, recipient: str | None, *, imported: bool) -> tuple[bool, str]:
        """Allowed or not, and the reason for people to read."""
        if recipient and recipient in self.addresses:
            return True, f"own inbox {recipient}"
        if imported:
            return True, IMPORTED
        if not self.patterns:
            return True, "no allowlist"
        hit = next((raw for raw, pattern in self.patterns if recipient and pattern.match(recipient)), None)
        return (True, f"pattern {hit}") if hit else (False, "recipient is not on the allowlist")


def allowlist(addresses: Iterable[str], patterns: Iterable[str]) -> Allowlist:
    """Patterns are globs over whole addresses, in any case: `*` any run, `?` one character, `[…]` a class."""
    compiled = tuple((raw, compile(translate(raw), IGNORECASE)) for raw in patterns)
    return Allowlist(frozenset(addresses), compiled)


def settled_reason(direction: str, *, is_duplicate: bool, joined: bool) -> str | None:
    """Why a copy is routed as soon as it has its ticket; None when the ticket it opened waits for a verdict."""
    if direction == Direction.OUTBOUND:
        return "our own message"
    if is_duplicate:
        return "another copy"
    return "joined a conversation" if joined else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stitched copy with what routing asks of it."""

    id: UUID
    ticket_id: UUID
    is_duplicate: bool
    inbox: str | None
    original_recipient: str | None
    labels: list[str]
    direction: str
    reason: str
    status: str
    touched: int


async def route(work: Work, occurrence_ids: Collection[UUID]) -> None:
    """Settle every stitched copy; a new ticket whose recipient is not allowed becomes spam, and says why."""
    candidates = await _candidates(work.db, occurrence_ids)
    if not candidates:
        return
    allowed = await current_allowlist(work.db, await own_addresses(work.db))
    spam: dict[UUID, UUID] = {}
    rows = [_routed(work, candidate, allowed, spam) for candidate in candidates]
    await update_rows(work.db, Occurrence, rows)
    for ticket_id in await _made_spam(work, spam) if spam else ():
        work.tell(AutoSpam(ticket_id, spam[ticket_id]))


async def _made_spam(work: Work, ticket_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those that became spam: a person who was quicker has decided otherwise, and so has a merge."""
    untouched = [Ticket.id.in_(ticket_ids), Ticket.status == Status.NEW, Ticket.touched == Touched.BY_NOBODY]
    values = {"status": Status.SPAM, "closed_at": work.now, "updated_at": work.now}
    changed = await work.db.execute(
        update(Ticket).where(*untouched).values(**values).returning(Ticket.id),
        execution_options={"synchronize_session": False},
    )
    return changed.scalars().all()


def _routed(work: Work, candidate: Candidate, allowed: Allowlist, spam: dict[UUID, UUID]) -> dict[str, Any]:
    joined = candidate.reason != Reason.NEW_TICKET
    reason = settled_reason(candidate.direction, is_duplicate=candidate.is_duplicate, joined=joined)
    if reason is None:
        recipient = candidate.inbox or candidate.original_recipient
        fine, reason = allowed.verdict(recipient, imported=IMPORTED in candidate.labels)
        if not fine and candidate.status == Status.NEW and candidate.touched == Touched.BY_NOBODY:
            spam.setdefault(candidate.ticket_id, candidate.id)
    return {
        "id": candidate.id,
        "state": State.ROUTED,
        "routed_at": work.now,
        "route_reason": reason,
        "updated_at": work.now,
    }


async def _candidates(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Candidate]:
    o, link = Occurrence, TicketMessage
    copy = (o.id, o.ticket_id, o.is_duplicate, o.inbox, o.original_recipient, o.labels)
    rows: Iterable[Any] = await db.execute(
        select(*copy, Message.direction, link.stitch_reason, Ticket.status, Ticket.touched)
        .join(Message, (Message.org_id == o.org_id) & (Message.id == o.message_id))
        .join(link, (link.org_id == o.org_id) & (link.message_id == o.message_id))
        .join(Ticket, (Ticket.org_id == o.org_id) & (Ticket.id == o.ticket_id))
        .where(among(o.id, occurrence_ids), o.state == State.STITCHED)
        .order_by(o.id)
    )
    return [Candidate(*row) for row in rows]


async def current_allowlist(db: AsyncSession, addresses: Mapping[str, AddressKind]) -> Allowlist:
    """The enabled patterns, and the inboxes among the organisation's own `addresses`."""
    patterns = await db.scalars(select(AllowedRecipient.pattern).where(AllowedRecipient.is_enabled))
    return allowlist([address for address, kind in addresses.items() if kind is AddressKind.INBOX], patterns)
