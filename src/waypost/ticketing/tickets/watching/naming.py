"""Who a note names: `@Ben Okafor`, `@ben.okafor` (the address before its @), or `@Ben` when there is only one Ben."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

CALL = re.compile(r"(?<![\w@.])@(?=\w)")
LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Named:
    """A call in a text: where it stands (`@` included) and whom it means."""

    start: int
    end: int
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be called."""

    id: UUID
    name: str
    email: str


def named(text: str, colleagues: Iterable[Colleague]) -> Iterator[Named]:
    """Every call that means exactly one colleague, in the order of the text; the longest name wins."""
    known = _names(colleagues)
    for call in CALL.finditer(text):
        for name, person_id in known:
            end = call.end() + len(name)
            if text[call.end() : end].casefold() == name and not LETTER.match(text, end):
                yield Named(call.start(), end, person_id)
                break


def _names(colleagues: Iterable[Colleague]) -> list[tuple[str, UUID]]:
    """Names that belong to one person alone, longest first; letters whose lower case is longer are left as they are."""
    pairs = {(name.casefold(), one.id) for one in colleagues for name in _called(one) if name}
    owners = Counter(name for name, _ in pairs)
    alone = [(name, person_id) for name, person_id in pairs if owners[name] == 1]
    return sorted(alone, key=lambda pair: (-len(pair[0]), pair[0]))


def _called(one: Colleague) -> tuple[str, ...]:
    return (one.name, one.name.split()[0] if one.name.split() else "", one.email.partition("@")[0])
