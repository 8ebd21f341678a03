"""Is this mail known already? Equal content is one message; doubt becomes a collision group, never a silent merge."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from waypost.ticketing.collisions.grouping import Pair, companions


@dataclass(frozen=True, slots=True)
class Prints:
    """What identifies a mail, from the strictest to the loosest."""

    signature: bytes
    content: bytes
    fingerprint: bytes
    rfc_mark: UUID | None
    dated: bool
    """A mail without a Date header has too little of its own to be told from a twin by content alone."""


@dataclass(slots=True)
class Known:
    """A message we have, with its prints and its collision group."""

    message_id: UUID
    prints: Prints
    group: UUID | None = None
    rfc_marks: set[UUID] = field(default_factory=set)
    inboxes: set[str] = field(default_factory=set)
    """Our inboxes it was delivered to, where each inbox has its own tickets."""
    apart: frozenset[UUID] = frozenset()
    """Messages that a person has told apart from it."""
    read_as: UUID | None = None
    """Whose prints these are, where another message stands for it."""

    @property
    def key(self) -> UUID:
        """The message whose prints these are."""
        return self.read_as or self.message_id


@dataclass(slots=True)
class Register:
    """All known messages that resemble a batch; grows as the batch is worked through."""

    _all: dict[UUID, Known] = field(default_factory=dict)
    _by_print: defaultdict[bytes | UUID, dict[UUID, Known]] = field(default_factory=lambda: defaultdict(dict))
    """Under their fingerprints, contents and Message-IDs: a batch asks for each of its mails."""

    def __iter__(self) -> Iterator[Known]:
        return iter(self._all.values())

    def add(self, known: Known) -> None:
        """Take one up; a second call for the same message adds its Message-ID."""
        kept = self._all.setdefault(known.key, known)
        marks = known.rfc_marks | ({known.prints.rfc_mark} if known.prints.rfc_mark else set())
        for key in (known.prints.fingerprint, known.prints.content):
            self._by_print[key][kept.key] = kept
        for mark in marks:
            self.name(kept, mark)

    def name(self, known: Known, mark: UUID) -> None:
        """It is known under this Message-ID too."""
        known.rfc_marks.add(mark)
        self._by_print[mark][known.key] = known

    def same(self, prints: Prints) -> Known | None:
        """The message this mail is a copy of; the oldest, should there be several.

        Same signature under the same fingerprint, or same content with a lost, rewritten or equal Message-ID.
        """
        return next(self.equals(prints), None)

    def equals(self, prints: Prints) -> Iterator[Known]:
        """Every message of which this mail is a copy, oldest first: more than one where inboxes have their own."""
        for known in self.twins(prints):
            theirs = known.prints
            same = theirs.fingerprint == prints.fingerprint and theirs.signature == prints.signature
            alike = theirs.content == prints.content and (prints.dated or prints.rfc_mark in known.rfc_marks)
            if same or alike:
                yield known

    def twins(self, prints: Prints) -> list[Known]:
        """Messages it may be taken for, oldest first: same fingerprint, same content or same Message-ID."""
        keys: list[bytes | UUID] = [prints.fingerprint, prints.content]
        keys += [prints.rfc_mark] if prints.rfc_mark else []
        found = {message_id: known for key in keys for message_id, known in self._by_print.get(key, {}).items()}
        return [found[message_id] for message_id in sorted(found)]

    def companions(self, prints: Prints) -> list[Known]:
        """Twins it may share a group with: of those that a person has told apart only the first."""
        twins = self.twins(prints)
        distinct = {Pair((one.message_id, other)) for one in twins for other in one.apart}
        return companions([(one.message_id, one) for one in twins], distinct)
