"""Values that a board writes into one line, taken apart (sourcing.md 4.7)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from waypost.sourcing.digest.text import folded, line

PROTECTED = (
    "mid / regular",
    "kierownik / koordynator",
    "team lead / coordinator",
    "team leader / coordinator",
    "menedzer / kierownik",
    "specialist / mid",
    "stazysta / praktykant",
    "trainee / intern",
    "teamleiter / koordinator",
    "praktikum / werkstudent",
    "work from home / home office",
    "freelance / b2b",
    "ci / cd",
    "c / c++",
    "tcp / ip",
    "pl / sql",
    "ui / ux",
    "ux / ui",
)
"""One value each, though a separator stands inside."""
_SEPARATOR = re.compile(r"\n|;|,(?!\d)|\||[•·▪◦●]|\s*/\s+(?![^(]*\))")
_PROTECTED = re.compile("|".join(re.escape(one).replace(r"\ /\ ", r"\s*/\s*") for one in PROTECTED))
_SLASH = "\ue000"
"""Stands for a slash that does not separate."""


def pieces(text: str) -> list[str]:
    """The values of one line, in their order, without repetitions; slashes in brackets do not separate."""
    return list(_pieces(text))


@lru_cache(maxsize=8_192)
def _pieces(text: str) -> tuple[str, ...]:
    kept = _hold_together(text)
    found = (line(one.replace(_SLASH, "/")).strip("-–* ") for one in _SEPARATOR.split(kept))
    return tuple(dict.fromkeys(one for one in found if one))


def all_pieces(values: Iterable[object]) -> list[str]:
    """Of several lines; what is no text is passed over."""
    return list(dict.fromkeys(one for value in values if isinstance(value, str) for one in _pieces(value)))


def listed(value: object) -> list[str]:
    """A text, or a list of texts, as values."""
    if not value:
        return []
    return all_pieces(value if isinstance(value, list | tuple) else [value])


def _hold_together(text: str) -> str:
    plain = folded(text)
    if len(plain) != len(text) or "/" not in text:
        return _within_brackets(text)
    shown = list(text)
    for start, end in _protected(plain):
        shown[start:end] = [_SLASH if one == "/" else one for one in shown[start:end]]
    return _within_brackets("".join(shown))


def _protected(plain: str) -> Iterator[tuple[int, int]]:
    for match in _PROTECTED.finditer(plain):
        yield match.span()


def _within_brackets(text: str) -> str:
    """Slashes in brackets do not separate; what follows a bracket does again."""
    return re.sub(r"\([^()]*\)", lambda held: held[0].replace("/", _SLASH), text)
