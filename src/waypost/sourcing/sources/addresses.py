"""Addresses of lists: encrypted, without credentials, on a host of their source; judged as the scraper judges them."""

from collections.abc import Collection

from waypost.sourcing.fetching.addressing import Manners
from waypost.sourcing.fetching.faults import Elsewhere

FORBIDDEN = frozenset(chr(code) for code in (*range(33), 127)) | {"\\"}
"""What different readers of an address would read differently."""


def fault_of(url: str, hosts: Collection[str], *, plain: bool = False) -> str | None:
    """Why a list's address does not do, as a sentence; `plain` allows http and any port (a test board)."""
    if any(letter in FORBIDDEN for letter in url):
        return "This is no address"
    try:
        Manners(tuple(hosts), "", plain=plain).judge(url)
    except Elsewhere as fault:
        return str(fault)
    return None
