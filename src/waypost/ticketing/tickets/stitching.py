"""Which conversation a message belongs to: a pure decision over what is known, with its reason and confidence.

Headers name parents, but anybody can write a header: a message only joins a conversation its sender takes part in.
Everything else becomes a conversation of its own, linked to what it mentions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.ticketing.messages.models import Direction
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
    received_at: datetime

    @property
    def is_ours(self) -> bool:
        """We said it ourselves, outside the desk; its copy came in by the journal."""
        return self.direction is Direction.OUTBOUND


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
    opened_by: dict[UUID, Reason] = field(default_factory=dict)

    def place(self, new: Newcomer, ticket_id: UUID) -> None:
        """Remember a decision for the rest of the batch."""
        self.ticket_of[new.message_id] = ticket_id
        for mark in new.marks:
            self.messages_of_mark[mark].add(new.message_id)
        for mark in new.refs:
            self.namers_of_mark[mark].add(new.message_id)
        self.people_of[ticket_id] |= new.people
        self.subject_of.setdefault(ticket_id, new.subject_norm)

    def merge(self, source: UUID, target: UUID) -> None:
        """All of `source` is `target` from now on."""
        for message_id, ticket_id in self.ticket_of.items():
            if ticket_id == source:
                self.ticket_of[message_id] = target
        self.people_of[target] |= self.people_of.pop(source, set())

    def tickets(self, message_ids: Iterable[UUID]) -> Iterator[UUID]:
        """Their tickets, each once, oldest first (ids sort by time)."""
        yield from sorted({self.ticket_of[one] for one in message_ids if one in self.ticket_of})


def decide(new: Newcomer, threads: Threads) -> Decision:
    """The rules in order: forward, named parent, late parent, common ancestor, else a conversation of its own."""
    parents = list(_parents(new, threads))
    children = [t for t in _children(new, threads) if _takes_part(new, t, threads)]
    if "forward" in new.traits:
        return _alone(new, threads, [Link(t, LinkKind.FORWARDS) for t in parents])
    for ticket_id in parents:
        if _takes_part(new, ticket_id, threads):
            return _join(new, threads, ticket_id, Reason.THREADING, "a named message is here", children)
    if children:
        return _join(new, threads, children[0], Reason.LATE_PARENT, "an answer to it came first", children)
    for ticket_id in _siblings(new, threads):
        if _takes_part(new, ticket_id, threads):
            return _join(new, threads, ticket_id, Reason.COMMON_ANCESTOR, "both answer a message we never saw", [])
    return _alone(new, threads, [Link(t, LinkKind.MENTIONS) for t in parents])


def _parents(new: Newcomer, threads: Threads) -> Iterator[UUID]:
    seen: set[UUID] = set()
    for mark in new.refs:
        for ticket_id in threads.tickets(threads.messages_of_mark.get(mark, ())):
            if ticket_id not in seen:
                seen.add(ticket_id)
                yield ticket_id


def _children(new: Newcomer, threads: Threads) -> Iterator[UUID]:
    named_by = {message for mark in new.marks for message in threads.namers_of_mark.get(mark, ())}
    return threads.tickets(named_by)


def _siblings(new: Newcomer, threads: Threads) -> Iterator[UUID]:
    for mark in new.refs:
        yield from threads.tickets(threads.namers_of_mark.get(mark, ()))


def _takes_part(new: Newcomer, ticket_id: UUID, threads: Threads) -> bool:
    """A sender known to the conversation; our own word, or a bounce, when it is addressed to somebody in it."""
    people = threads.people_of.get(ticket_id, set())
    if new.is_ours or "bounce" in new.traits:
        return bool(people & new.people) or not people
    return new.sender in people


def _join(
    new: Newcomer, threads: Threads, ticket_id: UUID, reason: Reason, evidence: str, children: list[UUID]
) -> Decision:
    topic = threads.subject_of.get(ticket_id, "")
    changed = bool(new.subject_norm and topic and new.subject_norm != topic)
    confidence = Confidence.LOW if changed and not new.is_ours else Confidence.MEDIUM
    heals = tuple(t for t in children if t != ticket_id)
    return Decision(
        ticket_id,
        reason,
        confidence,
        evidence + (", but the subject is new" if changed else ""),
        links=_code_links(new, threads, ticket_id),
        heals=heals,
        new_subject=changed and not new.is_ours,
    )


def _alone(new: Newcomer, threads: Threads, links: list[Link]) -> Decision:
    evidence = "nothing we know is named"
    if links:
        evidence = "a forward" if links[0].kind is LinkKind.FORWARDS else "the sender takes no part in what is named"
    every = {(link.ticket_id, link.kind): link for link in (*links, *_code_links(new, threads, None))}
    return Decision(None, Reason.NEW_TICKET, Confidence.LOW, evidence, links=tuple(every.values()))


def _code_links(new: Newcomer, threads: Threads, own: UUID | None) -> tuple[Link, ...]:
    """A ticket's number in the text proves nothing: it is a mention."""
    named = {threads.ticket_of_code[code] for code in new.codes if code in threads.ticket_of_code}
    return tuple(Link(t, LinkKind.MENTIONS) for t in sorted(named - {own}))
