"""Whose mail may open tickets: a pure answer with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from waypost.ticketing.routing.globs import Globs

IMPORTED = "imported"
"""Label of a copy that an import brought without naming an inbox."""
OPEN_TO_ALL = "no allowlist"
NOT_LISTED = "recipient is not on the allowlist"


@dataclass(frozen=True, slots=True)
class Allowlist:
    """Addresses that exist here, and patterns; without patterns everybody's mail may open tickets."""

    addresses: frozenset[str]
    patterns: Globs

    def names(self, address: str) -> bool:
        """An address that exists here or fits a pattern."""
        return address in self.addresses or self.patterns.hit(address) is not None

    def verdict(self, recipient: str | None, *, imported: bool = False) -> tuple[bool, str]:
        """Allowed or not, and the reason for people to read."""
        if recipient and recipient.lower() in self.addresses:
            return True, f"own inbox {recipient}"
        if imported:
            return True, IMPORTED
        if not self.patterns:
            return True, OPEN_TO_ALL
        hit = self.patterns.hit(recipient)
        return (True, f"pattern {hit}") if hit is not None else (False, NOT_LISTED)


def allowlist(addresses: Iterable[str], patterns: Iterable[str]) -> Allowlist:
    """From own inboxes (lower-case) and enabled patterns, oldest first."""
    return Allowlist(frozenset(addresses), Globs.of(list(patterns)))
