"""Who is at the other end: the right-most address that is not one of our own proxies."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from waypost.platform.web.settings import Network

UNKNOWN = "unknown"
IPV6_PREFIX = 64
"""One household or host has a whole /64: counting single addresses of it would count nothing."""


def client_address(peer: str | None, forwarded_for: str, proxies: Sequence[Network]) -> str:
    """The caller's address: `peer`, or, when the peer is a trusted proxy, what the last trusted one in the chain saw.

    `forwarded_for` is X-Forwarded-For as sent. What stands left of the first untrusted or unreadable entry is the
    caller's own invention and never read.
    """
    found = peer or UNKNOWN
    for entry in reversed([each.strip() for each in forwarded_for.split(",") if each.strip()]):
        if not is_trusted(found, proxies):
            return found
        if _parsed(entry) is None:
            return found
        found = entry
    return found


def bucket_of(address: str) -> str:
    """What one caller counts as: an IPv4 address, the /64 of an IPv6 one, or the word itself."""
    known = _parsed(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, IPV6_PREFIX), strict=False))
    return str(known or address)


def is_loopback(address: str | None) -> bool:
    """True for a caller on this machine."""
    known = _parsed(address or "")
    return known is not None and known.is_loopback


def is_trusted(address: str, proxies: Sequence[Network]) -> bool:
    """True for one of our own proxies."""
    known = _parsed(address)
    return known is not None and any(known in network for network in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(address)
    except ValueError:
        return None
    return known.ipv4_mapped or known if isinstance(known, IPv6Address) else known
