"""Ports: taken or free."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from waypost.platform.errors import Conflict

BACKLOG = 2048
TRIES = 100


class PortTaken(Conflict):
    """The port is taken by another program."""


class NoSuchAddress(Conflict):
    """This machine has no such address to listen on."""


@contextmanager
def listener(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there; refuses a port that somebody has and an address that is not ours."""
    opened = _bound(host, port)
    try:
        yield opened
    finally:
        opened.close()


def free_port(host: str, port: int) -> int:
    """`port` itself, or any free one for 0; refuses like `listener`."""
    with listener(host, port) as opened:
        chosen: int = opened.getsockname()[1]
    return chosen


def next_free_port(host: str, port: int) -> int:
    """The first free port from `port` on."""
    for candidate in range(port, port + TRIES):
        with suppress(PortTaken):
            return free_port(host, candidate)
    return free_port(host, 0)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except socket.gaierror:
        raise NoSuchAddress(f"{host} is no address of this machine; choose another with --host.") from None
    opened = socket.socket(family, kind)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except PermissionError:
        opened.close()
        raise PortTaken(f"Port {port} may only be used by root; choose another with --port.") from None
    except OSError as error:
        opened.close()
        if error.errno in (99, 49):  # EADDRNOTAVAIL on Linux and macOS
            raise NoSuchAddress(f"{host} is no address of this machine; choose another with --host.") from None
        raise PortTaken(f"Port {port} on {host} is taken by another program; choose another with --port.") from None
    return opened
