"""The web process in its own event loop until it is asked to stop."""

import signal
import socket
from types import FrameType

from waypost.cli.looping import in_loop
from waypost.cli.opening import serving
from waypost.main.house import furnish
from waypost.main.web import web_app
from waypost.platform.web.server import server
from waypost.settings import Settings, is_loopback


def serve_web(settings: Settings, listener: socket.socket, host: str, *, leashed: bool) -> bool:
    """Answer requests until asked to stop; False when the app could not start."""
    named = _at(settings, listener)
    with serving(named, leashed=leashed) as found:
        web = server(web_app(furnish(named, found), loopback=is_loopback(host)), host=host)
        _outlive_signals()
        in_loop(web.serve(sockets=[listener]))
        return web.started


def _at(settings: Settings, listener: socket.socket) -> Settings:
    """Links lead to where we listen, unless the operator says how people reach us."""
    from dataclasses import replace

    if "api_base_url" in settings.web.model_fields_set:
        return settings
    address = f"http://localhost:{listener.getsockname()[1]}"
    return replace(settings, web=settings.web.model_copy(update={"api_base_url": address}))


def _outlive_signals() -> None:
    """The web server raises the signal that stopped it once more when it has finished; it then finds these."""

    def stay(number: int, frame: FrameType | None) -> None:
        """Nothing left to do."""

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stay)
