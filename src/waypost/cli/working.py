"""The worker process in its own event loop until it is asked to stop. It carries nothing of the web."""

import asyncio
import signal
from typing import Any

from waypost.cli.looping import in_loop
from waypost.cli.opening import serving
from waypost.main.house import furnish
from waypost.main.worker import working
from waypost.settings import Settings


def work(settings: Settings, *, leashed: bool) -> None:
    """Run jobs until asked to stop, then let those that run end."""
    with serving(settings, leashed=leashed) as found:
        in_loop(_work(settings, found))


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
