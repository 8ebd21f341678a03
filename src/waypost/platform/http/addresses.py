"""Whose address is it? An operator's may be anywhere; a tenant's or stranger's never leads into our own network.

A name is resolved once, every address it has is judged, and the caller connects to what was judged (pinning): a name
that answers differently the second time (DNS rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from waypost.platform.errors import Invalid, Unavailable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = ip_network("64:ff9b::/96")
CLOSED = tuple(ip_network(block) for block in ("192.0.0.0/24", "64:ff9b:1::/48", "2001::/23", "fec0::/10"))
"""Ranges that are never a public server, whatever the interpreter's own tables say about parts of them."""


class Trust(StrEnum):
    """Who wrote the address down."""

    OPERATOR = "operator"
    TENANT = "tenant"


class PrivateAddress(Invalid):
    """This host leads into a private network."""


class UnknownHost(Unavailable):
    """This host name has no address."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A host with the addresses that were judged; connect to these and to nothing else."""

    host: str
    port: int
    ips: tuple[str, ...]


def networks(text: str) -> tuple[Network, ...]:
    """`ALLOWED_PRIVATE_CIDRS` ("10.1.0.0/16, fd00::/8") as networks; raises ValueError naming the wrong one."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_public(ip: Address) -> bool:
    """True for a globally routed unicast address; addresses that carry another inside are judged by that one."""
    inner = _inside(ip)
    if inner is not None:
        return is_public(inner)
    return ip.is_global and not ip.is_multicast and not any(_within(ip, block) for block in CLOSED)


def _inside(ip: Address) -> IPv4Address | None:
    if isinstance(ip, IPv4Address):
        return None
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _within(ip: Address, block: Network) -> bool:
    return ip.version == block.version and ip in block


def resolve(host: str, port: int, trust: Trust, allowed: Collection[Network] = ()) -> Pinned:
    """`checked_address` for code that runs in a thread of its own."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost from error
    ips = tuple(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if trust != Trust.OPERATOR:
        _refuse_private(ips, allowed)
    return Pinned(host, port, ips)


def _refuse_private(ips: Collection[str], allowed: Collection[Network]) -> None:
    """One private address among several is enough: nobody may choose which one is used."""
    for ip in map(ip_address, ips):
        if not is_public(ip) and not any(_within(ip, block) for block in allowed):
            raise PrivateAddress


async def checked_address(host: str, port: int, trust: Trust, *, allowed: Collection[Network] = ()) -> Pinned:
    """Resolve `host` off the event loop and judge it, for every protocol.

    Refuses with `UnknownHost` (try again) or, for a tenant's word, `PrivateAddress` unless in `allowed`.
    """
    return await asyncio.to_thread(resolve, host, port, trust, allowed)
