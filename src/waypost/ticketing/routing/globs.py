"""Patterns of addresses: `*` any run, `?` one character, `[…]` a class; in any case, over the whole address.

A star is compiled to an atomic group, so a match never goes back over what an earlier star has taken: the time grows
with the length of pattern and address, whatever the pattern says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from re import Pattern, compile

MEANING = frozenset("*?[")


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Pattern[str]:
    """The compiled pattern, for lower-case addresses."""
    return compile(translate(pattern.lower()))


def fits(pattern: str, address: str | None) -> bool:
    """Whether the whole address fits; nothing fits no address."""
    return address is not None and glob(pattern).match(address.lower()) is not None


@dataclass(frozen=True, slots=True)
class Globs:
    """Many patterns at once: those without a wildcard cost one look, however many they are."""

    exact: dict[str, str]
    wild: tuple[tuple[str, Pattern[str]], ...]

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "Globs":
        """In the order of the patterns; that order decides which wildcard is named."""
        plain = {pattern.lower(): pattern for pattern in patterns if not MEANING & set(pattern)}
        return cls(plain, tuple((pattern, glob(pattern)) for pattern in patterns if MEANING & set(pattern)))

    def hit(self, address: str | None) -> str | None:
        """The pattern that an address fits, as it was written down; a whole address before any wildcard."""
        if address is None:
            return None
        low = address.lower()
        if low in self.exact:
            return self.exact[low]
        return next((pattern for pattern, compiled in self.wild if compiled.match(low)), None)

    def __bool__(self) -> bool:
        return bool(self.exact or self.wild)
