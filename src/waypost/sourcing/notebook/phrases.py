"""Finding stated words in offers: whole words, whatever their case and accents, `C` never in `C++`. Pure."""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[\u0300-\u036f]+")
_GAP = r"[\s\-_/]+"
_SPLIT = re.compile(_GAP)
_UNDECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})
LONGEST = 20_000
"""Characters of a description that are looked at: what stands further down is boilerplate."""


def folded(text: str) -> str:
    """Without case and accents."""
    low = text[:LONGEST].casefold()
    if low.isascii():
        return low
    return _MARKS.sub("", unicodedata.normalize("NFKD", low.translate(_UNDECOMPOSED)))


def words(text: str) -> tuple[str, ...]:
    """The words of a phrase, folded."""
    return tuple(filter(None, _SPLIT.split(folded(text).strip())))


class Phrase:
    """One word or several, ready to be looked for."""

    __slots__ = ("_longest", "_pattern", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        parts = words(text)
        self._longest = max(parts, key=len, default="")
        body = _GAP.join(map(re.escape, parts))
        self._pattern = re.compile(rf"(?<!\w){body}(?![\w+#])")

    def within(self, haystack: str) -> bool:
        """Whether `haystack` (folded) holds it as whole words; a phrase without letters is nowhere.

        Nearly all offers lack nearly all words, so the longest word is looked for first, which costs next to nothing.
        """
        longest = self._longest
        return bool(longest) and longest in haystack and self._pattern.search(haystack) is not None


@lru_cache(maxsize=4_096)
def phrase(text: str) -> Phrase:
    """The phrase of this text, made once."""
    return Phrase(text)
