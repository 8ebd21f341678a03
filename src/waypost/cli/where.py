"""Where to listen: what the command line says, else the settings, else loopback."""

from pathlib import Path

from waypost.cli.options import HOST, PORT


def where(host: str | None, port: int | None, data: Path | None) -> tuple[str, int]:
    """Address and port; the settings are read only when the command line leaves something open."""
    if host is not None and port is not None:
        return host, port
    from waypost.settings import load

    base = load(data).base
    return host or base.server_host or HOST, (base.server_port or PORT) if port is None else port
