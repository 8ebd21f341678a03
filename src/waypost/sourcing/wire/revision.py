"""Which revision of the reports a scraper speaks. Both sides are renewed on their own days: a newer scraper may say
what this API has never heard of, and is not refused for it; of others an unknown key is a mistake (sourcing.md 1.0).
"""

from collections.abc import Mapping, Sequence
from typing import Any

SPOKEN = "x-worker-wire"
"""Header of every report. Unsigned: it makes nobody believed, it only says what may be left aside."""
REVISION = 1
"""One higher with each member that a report learns."""
LONGEST = 6


def is_newer(said: str) -> bool:
    """Whether the sender speaks a later revision than ours."""
    return said.isascii() and said.isdecimal() and len(said) <= LONGEST and int(said) > REVISION


def without(document: Mapping[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """The document without the members at these places; it is not changed itself."""
    found = dict(document)
    for first, *rest in places:
        if rest:
            found[str(first)] = _within(found[str(first)], rest)
        else:
            found.pop(str(first), None)
    return found


def _within(value: Any, place: Sequence[int | str]) -> Any:
    first, *rest = place
    if isinstance(value, Mapping):
        return without(value, [tuple(place)])
    return [_within(each, rest) if number == first else each for number, each in enumerate(value)]
