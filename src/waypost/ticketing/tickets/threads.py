"""Nouns of a stitching decision: a message without a ticket, what is known around it, and what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.ticketing.messages.models import Direction
from waypost.ticketing.messages.queries import Policy
from waypost.ticketing.tickets.models import Confidence, LinkKind, Reason


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A message that has no ticket yet."""

    message_id: UUID
    direction: Direction
    sender: str | None
    people: frozenset[str]
    """Sender and recipients, without our own addresses."""
    subject_norm: str
    refs: tuple[UUID, ...]
    """Marks of named messages, the likeliest parent first."""
    marks: frozenset[UUID]
    """Marks under which others may name this one."""
    traits: frozenset[str]
    codes: tuple[str, ...]
    """Numbers of tickets that its text mentions."""
    received_at: datetime
    tickets: tuple[UUID, ...] = ()
    """Tickets that a signed header of ours names."""
    addressed: tuple[str, ...] = ()
    """Numbers of tickets whose signed reply address it went to."""
    requester: str | None = None
    """Who would be asking, if it opened a ticket."""
    inbox: str | None = None
    """The inbox it came to, where each inbox has its own tickets."""

    @property
    def is_ours(self) -> bool:
        """We said it ourselves, outside the desk; its copy came in by the journal."""
        return self.direction is Direction.OUTBOUND


@dataclass(frozen=True, slots=True)
class Earlier:
    """A ticket that the same person opened not long ago."""

    ticket_id: UUID
    subject_norm: str
    last_at: datetime
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Another conversation worth knowing of."""

    ticket_id: UUID
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a message goes; `ticket_id` None means a conversation of its own."""

    ticket_id: UUID | None
    reason: Reason
    confidence: Confidence
    evidence: str
    links: tuple[Link, ...] = ()
    heals: tuple[UUID, ...] = ()
    """Conversations that turn out to be part of this one."""
    new_subject: bool = False


@dataclass(slots=True)
class Threads:
    """What is known around a batch: who stands where, who named whom. Grows as decisions are carried out."""

    ticket_of: dict[UUID, UUID] = field(default_factory=dict)
    messages_of_mark: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    namers_of_mark: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    people_of: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    subject_of: dict[UUID, str] = field(default_factory=dict)
    ticket_of_code: dict[str, UUID] = field(default_factory=dict)
    author_of: dict[UUID, str | None] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """Addresses of our own."""
    policy: Policy = field(default_factory=Policy)
    earlier_of: dict[str, list[Earlier]] = field(default_factory=lambda: defaultdict(list))
    """Recent tickets by requester, for what may depend on them: oldest first."""
    inboxes_of: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    answered: set[UUID] = field(default_factory=set)
    """Tickets to which this batch brought a word of ours."""
    now_part_of: dict[UUID, UUID] = field(default_factory=dict)
    """Where tickets went that became part of another one."""

    def place(self, new: Newcomer, ticket_id: UUID) -> None:
        """Remember a decision for the rest of the batch."""
        self.ticket_of[new.message_id] = ticket_id
        for mark in new.marks:
            self.messages_of_mark[mark].add(new.message_id)
        for mark in new.refs:
            self.namers_of_mark[mark].add(new.message_id)
        self.author_of[new.message_id] = new.sender
        self.people_of[ticket_id] |= new.people
        if new.is_ours:
            self.answered.add(ticket_id)
        if new.inbox:
            self.inboxes_of[ticket_id].add(new.inbox)
        if ticket_id not in self.subject_of and new.requester:
            opened = Earlier(ticket_id, new.subject_norm, new.received_at, is_answered=new.is_ours)
            self.earlier_of[new.requester].append(opened)
        self.subject_of.setdefault(ticket_id, new.subject_norm)

    def merge(self, source: UUID, target: UUID) -> None:
        """All of `source` is `target` from now on."""
        for message_id, ticket_id in self.ticket_of.items():
            if ticket_id == source:
                self.ticket_of[message_id] = target
        self.people_of[target] |= self.people_of.pop(source, set())
        self.now_part_of[source] = target

    def tickets(self, message_ids: Iterable[UUID]) -> Iterator[UUID]:
        """Their tickets, each once, oldest first (ids sort by time)."""
        yield from sorted({self.ticket_of[one] for one in message_ids if one in self.ticket_of})

    def alive(self, ticket_id: UUID) -> UUID:
        """The ticket, or the one it became part of."""
        seen = set[UUID]()
        while ticket_id in self.now_part_of and ticket_id not in seen:
            seen.add(ticket_id)
            ticket_id = self.now_part_of[ticket_id]
        return ticket_id


@dataclass(frozen=True, slots=True)
class Home:
    """A conversation a message may belong to, and what says so."""

    ticket_id: UUID
    reason: Reason
    confidence: Confidence
    evidence: str
    is_sure: bool = True
    """Nobody else claims what names it."""
