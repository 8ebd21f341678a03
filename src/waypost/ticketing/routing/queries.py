"""Questions of routing. Rules are read once for a batch and compiled once for as long as they say the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.identity.models import Membership, Person
from waypost.platform.rows import among
from waypost.ticketing.messages.models import AddressKind, Content, Direction, Message, Occurrence, State
from waypost.ticketing.messages.queries import own_addresses
from waypost.ticketing.queues.models import Queue
from waypost.ticketing.routing.allowlist import Allowlist, allowlist
from waypost.ticketing.routing.deciding import Acts, Rule, Ruleset
from waypost.ticketing.routing.models import ADDED_TAGS, RoutingRerun, RoutingRule
from waypost.ticketing.tickets.models import AllowedRecipient, Priority, Reason, Status, Ticket, TicketMessage, Touched

MOST_PATTERNS, MOST_RULES = 1_000, 500
"""Of one organisation: they are read whole."""
PAGE = 50


class EntryNotFound(NotFound):
    """Allowlist entry not found."""


class RuleNotFound(NotFound):
    """Routing rule not found."""


class CopyNotDropped(NotFound):
    """This copy was not dropped."""


class RerunNotFound(NotFound):
    """There is no such routing run."""


async def current_allowlist(db: AsyncSession, addresses: Mapping[str, AddressKind]) -> Allowlist:
    """The enabled patterns, and the inboxes among the organisation's own `addresses`."""
    return _allowlist(_inboxes(addresses), tuple(await _patterns(db)))


async def ruleset(db: AsyncSession, addresses: Mapping[str, AddressKind] | None = None) -> Ruleset:
    """Everything that decides (two questions; three when `addresses` must be asked for)."""
    known = await own_addresses(db) if addresses is None else addresses
    rows = (await db.execute(_ENABLED)).all()
    return _compiled(_inboxes(known), tuple(await _patterns(db)), tuple(map(_plain, rows)))


def _plain(row: Any) -> tuple[Any, ...]:
    """What a cache can be asked for."""
    return tuple(tuple(one) if isinstance(one, list) else one for one in row)


def _inboxes(addresses: Mapping[str, AddressKind]) -> frozenset[str]:
    return frozenset(address for address, kind in addresses.items() if kind is AddressKind.INBOX)


async def _patterns(db: AsyncSession) -> Iterable[str]:
    a = AllowedRecipient
    return await db.scalars(select(a.pattern).where(a.is_enabled).order_by(a.created_at, a.id).limit(MOST_PATTERNS))


_R = RoutingRule
_ENABLED = (
    select(
        _R.id,
        _R.name,
        _R.priority,
        _R.match_recipient_pattern,
        _R.match_sender_domain_pattern,
        _R.match_sender_email_pattern,
        _R.match_direction,
        _R.action_assign_queue_id,
        _R.action_assign_user_id,
        _R.action_set_status,
        _R.action_set_priority,
        _R.action_drop,
        _R.action_auto_close,
        ADDED_TAGS,
        select(Queue.id).where(Queue.id == _R.action_assign_queue_id, Queue.archived_at.is_not(None)).exists(),
        select(Membership.person_id)
        .where(Membership.person_id == _R.action_assign_user_id, Person.id == Membership.person_id)
        .where(Membership.ended_at.is_not(None) | Person.is_disabled)
        .exists(),
    )
    .where(_R.is_enabled)
    .order_by(_R.priority, _R.id)
    .limit(MOST_RULES)
)


@lru_cache(maxsize=512)
def _allowlist(inboxes: frozenset[str], patterns: tuple[str, ...]) -> Allowlist:
    return allowlist(inboxes, patterns)


@lru_cache(maxsize=512)
def _compiled(inboxes: frozenset[str], patterns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> Ruleset:
    """What was read is its own version: whoever changes a rule, an inbox or a queue need not remember a cache."""
    return Ruleset.of(_allowlist(inboxes, patterns), (_rule(*row) for row in rows))


def _rule(id_: UUID, name: str, priority: int, *rest: Any) -> Rule:
    (recipient, domain, sender, direction, queue, user, status, level, drop, close, tags, archived, gone) = rest
    acts = Acts(
        None if archived else queue,
        None if gone else user,
        Status(status) if status else None,
        Priority(level) if level else None,
        drop,
        close,
        tags,
    )
    notes = "; ".join(["its queue is archived"] * bool(archived) + ["its assignee has left"] * bool(gone))
    wanted = Direction(direction) if direction else None
    return Rule(id_, name, priority, recipient, domain, sender, wanted, acts, notes)


async def entries(
    db: AsyncSession, after: tuple[datetime, UUID] | None = None, limit: int = MOST_PATTERNS
) -> Sequence[AllowedRecipient]:
    """The allowlist, oldest first, with what is switched off; by keyset (`created_at`, id)."""
    at = (AllowedRecipient.created_at, AllowedRecipient.id)
    chosen = select(AllowedRecipient).order_by(*at).limit(limit)
    return (await db.scalars(chosen.where(tuple_(*at) > after) if after else chosen)).all()


async def entry(db: AsyncSession, entry_id: UUID) -> AllowedRecipient:
    """One entry, held until the work ends."""
    found = await db.scalar(select(AllowedRecipient).where(AllowedRecipient.id == entry_id).with_for_update())
    if found is None:
        raise EntryNotFound
    return found


async def pattern_is_taken(db: AsyncSession, pattern: str, *, but: UUID | None = None) -> bool:
    """Whether another entry says the same."""
    owner = await db.scalar(select(AllowedRecipient.id).where(AllowedRecipient.pattern == pattern))
    return owner is not None and owner != but


async def rules(
    db: AsyncSession, after: tuple[int, UUID] | None = None, limit: int = MOST_RULES, *, for_update: bool = False
) -> Sequence[RoutingRule]:
    """Rules in the order in which they are asked, with what is switched off; by keyset (`priority`, id)."""
    at = (RoutingRule.priority, RoutingRule.id)
    chosen = select(RoutingRule).where(*([tuple_(*at) > after] if after else [])).order_by(*at).limit(limit)
    return (await db.scalars(chosen.with_for_update() if for_update else chosen)).all()


async def rule(db: AsyncSession, rule_id: UUID, *, for_update: bool = True) -> RoutingRule:
    """One rule; held until the work ends unless it is only looked at."""
    chosen = select(RoutingRule).where(RoutingRule.id == rule_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise RuleNotFound
    return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stitched copy with what routing asks of it and of its ticket."""

    id: UUID
    message_id: UUID
    ticket_id: UUID
    is_duplicate: bool
    inbox: str | None
    original_recipient: str | None
    labels: list[str]
    direction: str
    sender: str | None
    reason: str
    status: str
    touched: int
    assignee_user_id: UUID | None
    assignee_queue_id: UUID | None
    message_count: int


def _copies() -> Select[Any]:
    o, link, t = Occurrence, TicketMessage, Ticket
    copy = (o.id, o.message_id, o.ticket_id, o.is_duplicate, o.inbox, o.original_recipient, o.labels)
    ticket = (t.status, t.touched, t.assignee_user_id, t.assignee_queue_id, t.message_count)
    chosen: Any = select(*copy, Message.direction, Content.from_email, link.stitch_reason, *ticket)
    joined: Select[Any] = (
        chosen.join(Message, (Message.org_id == o.org_id) & (Message.id == o.message_id))
        .join(Content, (Content.org_id == o.org_id) & (Content.message_id == o.message_id))
        .join(link, (link.org_id == o.org_id) & (link.message_id == o.message_id))
        .join(t, (t.org_id == o.org_id) & (t.id == o.ticket_id))
        .order_by(o.id)
    )
    return joined


async def candidates(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Candidate]:
    """Those of the given copies that wait for a verdict, in the order of their arrival."""
    chosen = _copies().where(among(Occurrence.id, occurrence_ids), Occurrence.state == State.STITCHED)
    return [Candidate(*row) for row in await db.execute(chosen)]


async def said_in(db: AsyncSession, ticket_ids: Collection[UUID], *, openers: bool = False) -> list[Candidate]:
    """The first copy of every message of these tickets; only of those that opened one when asked."""
    chosen = _copies().where(among(TicketMessage.ticket_id, ticket_ids))
    if openers:
        chosen = chosen.where(TicketMessage.stitch_reason == Reason.NEW_TICKET)
    first: dict[UUID, Candidate] = {}
    for row in await db.execute(chosen):
        found = Candidate(*row)
        first.setdefault(found.message_id, found)
    return list(first.values())


async def decided(db: AsyncSession, ticket_ids: Collection[UUID], another_copy: str) -> set[UUID]:
    """Those of the tickets that a verdict was given for already: several openers met in them by healing."""
    if not ticket_ids:
        return set()
    o, link = Occurrence, TicketMessage
    chosen = (
        select(link.ticket_id)
        .join(o, (o.org_id == link.org_id) & (o.message_id == link.message_id))
        .where(among(link.ticket_id, ticket_ids), link.stitch_reason == Reason.NEW_TICKET)
        .where(o.state == State.ROUTED, o.route_reason != another_copy)
    )
    return set(await db.scalars(chosen))


async def untouched(db: AsyncSession, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Those that are new and that nobody has acted on, held until the work ends."""
    chosen = (
        select(Ticket.id)
        .where(among(Ticket.id, ticket_ids), Ticket.status == Status.NEW, Ticket.touched == Touched.BY_NOBODY)
        .with_for_update()
    )
    return set(await db.scalars(chosen))


async def machine_made_spam(db: AsyncSession, rerun: RoutingRerun, *, limit: int) -> Sequence[Any]:
    """The next spam (`id`, `last_activity_at`) that nobody has acted on, along the index of the inbox."""
    place = tuple_(Ticket.last_activity_at, Ticket.id)
    chosen = (
        select(Ticket.id, Ticket.last_activity_at)
        .where(Ticket.status == Status.SPAM, Ticket.touched == Touched.BY_NOBODY)
        .where(Ticket.last_activity_at <= rerun.until_at)
        .order_by(Ticket.last_activity_at, Ticket.id)
        .limit(limit)
    )
    if rerun.place_at is not None:
        chosen = chosen.where(place > (rerun.place_at, rerun.place_id))
    return (await db.execute(chosen)).all()


async def rerun(db: AsyncSession, rerun_id: UUID, *, for_update: bool = False) -> RoutingRerun:
    """One run."""
    chosen = select(RoutingRerun).where(RoutingRerun.id == rerun_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise RerunNotFound
    return found


async def last_rerun(db: AsyncSession) -> RoutingRerun | None:
    """The newest run."""
    chosen = select(RoutingRerun).order_by(RoutingRerun.asked_at.desc(), RoutingRerun.id.desc()).limit(1)
    return await db.scalar(chosen)


DROPPED = (
    Occurrence.id,
    Occurrence.message_id,
    Occurrence.received_at,
    Occurrence.route_reason,
    Occurrence.original_recipient,
    Content.from_email,
    Content.subject,
    Content.snippet,
)


async def dropped(db: AsyncSession, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> Sequence[Any]:
    """Copies that a rule made no ticket of (`DROPPED`), newest first; one more than `limit` tells of a next page."""
    o = Occurrence
    chosen = (
        select(*DROPPED)
        .join(Content, (Content.org_id == o.org_id) & (Content.message_id == o.message_id))
        .where(o.ticket_id.is_(None), o.state == State.ROUTED)
        .order_by(o.received_at.desc(), o.id.desc())
        .limit(limit + 1)
    )
    if before:
        chosen = chosen.where(tuple_(o.received_at, o.id) < before)
    return (await db.execute(chosen)).all()
