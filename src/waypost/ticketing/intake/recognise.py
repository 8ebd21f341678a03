"""Is this mail known already? Equal content is one message; doubt becomes a collision group, never a silent merge."""

from dataclasses import dataclass, field
from uuid import UUID


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


@dataclass(slots=True)
class Register:
    """All known messages that resemble a batch; grows as the batch is worked through."""

    _all: dict[UUID, Known] = field(default_factory=dict)

    def add(self, known: Known) -> None:
        """Take one up; a second call for the same message adds its Message-ID."""
        kept = self._all.setdefault(known.message_id, known)
        kept.rfc_marks |= known.rfc_marks
        if known.prints.rfc_mark:
            kept.rfc_marks.add(known.prints.rfc_mark)

    def same(self, prints: Prints) -> Known | None:
        """The message this mail is a copy of.

        Same signature under the same fingerprint, or same content with a lost, rewritten or equal Message-ID.
        """
        for known in self._all.values():
            theirs = known.prints
            if theirs.fingerprint == prints.fingerprint and theirs.signature == prints.signature:
                return known
            if theirs.content == prints.content and (prints.dated or prints.rfc_mark in known.rfc_marks):
                return known
        return None

    def twins(self, prints: Prints) -> list[Known]:
        """Messages it may be taken for: same fingerprint, same content or same Message-ID, yet not the same."""
        return [
            known
            for known in self._all.values()
            if known.prints.fingerprint == prints.fingerprint
            or known.prints.content == prints.content
            or (prints.rfc_mark is not None and prints.rfc_mark in known.rfc_marks)
        ]
