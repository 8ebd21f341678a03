"""The two processes of the product, each in its own event loop until it is asked to stop."""

import asyncio
import signal
import socket
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

from waypost.cli.opening import serving
from waypost.main.house import furnish
from waypost.main.web import web_app
from waypost.main.worker import working
from waypost.platform.web.server import server
from waypost.settings import Settings, is_loopback

Answer = TypeVar("Answer")


def serve_web(settings: Settings, listener: socket.socket, host: str, *, leashed: bool) -> bool:
    """Answer requests until asked to stop; False when the app could not start."""
    named = _at(settings, listener)
    with serving(named, leashed=leashed) as found:
        web = server(web_app(furnish(named, found), loopback=is_loopback(host)), host=host)
        _outlive_signals()
        in_loop(web.serve(sockets=[listener]))
        return web.started


def work(settings: Settings, *, leashed: bool) -> None:
    """Run jobs until asked to stop, then let those that run end."""
    with serving(settings, leashed=leashed) as found:
        in_loop(_work(settings, found))


def in_loop(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """In the quicker event loop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(coroutine)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


async def _work(settings: Settings, found: Any) -> None:
    house, asked = furnish(settings, found), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    try:
        async with working(house):
            await asked.wait()
    finally:
        await house.close()


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
