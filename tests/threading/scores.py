"""How well conversations came out: pairs of mails that share a ticket, beside pairs that should."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from tests.threading.talks import Labelled

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of pairs. `crossed`: pairs of different customers that share a ticket; nobody may ever see one."""

    right: int
    found: int
    true: int
    crossed: int
    lost: int
    """Mails without any ticket."""
    torn: Counter[str] = field(default_factory=Counter)
    mixed: Counter[str] = field(default_factory=Counter)
    """Mails of threads that are not exactly one ticket, by row: torn apart, or mixed with others."""

    @property
    def precision(self) -> float:
        """Of the pairs that share a ticket, how many should."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that should share a ticket, how many do."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(mails: Sequence[Labelled], tickets: Sequence[UUID | None]) -> Score:
    """`tickets[n]` is where `mails[n]` came out."""
    placed = [(mail, ticket) for mail, ticket in zip(mails, tickets, strict=True) if ticket]
    found = _groups((ticket, mail) for mail, ticket in placed)
    true = _groups((mail.thread, mail) for mail in mails)
    together = _groups(((mail.thread, ticket), mail) for mail, ticket in placed)
    crossed = sum(_pairs(len(group)) - _pairs_within(mail.customer for mail in group) for group in found.values())
    homes = {thread: {ticket for mail, ticket in placed if mail.thread == thread} for thread in _broken(placed)}
    return Score(
        right=sum(_pairs(len(group)) for group in together.values()),
        found=sum(_pairs(len(group)) for group in found.values()),
        true=sum(_pairs(len(group)) for group in true.values()),
        crossed=crossed,
        lost=len(mails) - len(placed),
        torn=Counter(true[thread][0].row for thread, seen in homes.items() if len(seen) > 1),
        mixed=Counter(group[0].row for group in found.values() if len({mail.thread for mail in group}) > 1),
    )


def _broken(placed: Iterable[tuple[Labelled, UUID]]) -> set[str]:
    homes = defaultdict[str, set[UUID]](set)
    for mail, ticket in placed:
        homes[mail.thread].add(ticket)
    return {thread for thread, seen in homes.items() if len(seen) > 1}


def _groups(labelled: Iterable[tuple[Key, Labelled]]) -> dict[Key, list[Labelled]]:
    groups = defaultdict[Key, list[Labelled]](list)
    for key, mail in labelled:
        groups[key].append(mail)
    return groups


def _pairs(size: int) -> int:
    return size * (size - 1) // 2


def _pairs_within(names: Iterable[str]) -> int:
    return sum(_pairs(size) for size in Counter(names).values())
