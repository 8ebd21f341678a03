"""Text as it can be kept and compared: without what PostgreSQL cannot hold, without case and accents, as slugs."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_TECHNOLOGY = re.compile(r"[^a-z0-9+#.]+")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
LONGEST_SLUG = 80
LARGEST = 2**63 - 1
"""What is larger, or no number at all, is no number in a database."""
SHORT = 200
"""Characters; shorter texts come again and are remembered."""
DEEPEST = 40
"""Levels of a nested value; what lies deeper is left out."""


def clean(text: str) -> str:
    """Without U+0000 and lone surrogates, which no text column holds, and without blanks around it."""
    if text.isascii() and "\x00" not in text:
        return text.strip()
    return (text if _keepable(text) else _UNKEEPABLE.sub("", text)).strip()


def _keepable(text: str) -> bool:
    try:
        return "\x00" not in text and bool(text.encode())
    except UnicodeEncodeError:
        return False


def cleaned(value: Any, depth: int = 0) -> Any:
    """The same for every text in a JSON value, keys included."""
    if isinstance(value, str):
        return clean(value)
    if depth >= DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one, depth + 1) for one in value]
    return value if not isinstance(value, int | float) or abs(value) <= LARGEST else None


def line(text: str) -> str:
    """One line: runs of white space are one blank."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=16_384)
def _short(text: str) -> str:
    return _folded(text)


def folded(text: str) -> str:
    """For comparing: lower case, no accents, one blank for any white space."""
    return _short(text) if len(text) <= SHORT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in apart if not unicodedata.combining(one)).casefold()
    return " ".join(plain.translate(_LETTERS).split())


def slug(text: str) -> str:
    """Letters and digits with hyphens between; "" where there are none."""
    return _NOT_SLUG.sub("-", folded(text)).strip("-")[:LONGEST_SLUG]


def technology(name: str) -> str:
    """A slug that tells C from C++ and C#, and keeps the point of Node.js."""
    return _NOT_TECHNOLOGY.sub("-", folded(name)).strip("-")[:LONGEST_SLUG].rstrip(".")
