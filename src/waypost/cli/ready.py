"""Does the web process answer? Asked with a bare socket: the parent of the tree stays small."""

import socket

Address = tuple[str, int]

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
SECONDS = 2.0


def answers(address: Address) -> bool:
    """Whether `/healthz` says 200."""
    host, port = address
    request = f"GET /healthz HTTP/1.0\r\nHost: {netloc(address)}\r\n\r\n"
    try:
        with socket.create_connection((ANYWHERE.get(host, host), port), SECONDS) as connection:
            connection.sendall(request.encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def shown(address: Address) -> str:
    """The address as a person opens it."""
    return f"http://{netloc(address)}"


def netloc(address: Address) -> str:
    """Host and port; an IPv6 host in brackets (RFC 3986 section 3.2.2)."""
    host = ANYWHERE.get(address[0], address[0])
    return f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"
