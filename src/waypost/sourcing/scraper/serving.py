"""The process: one event loop, one listener. The first signal drains it, the second ends it at once."""

import asyncio
import os
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from waypost.platform.observe import logs
from waypost.platform.settings import SettingRefused
from waypost.sourcing.scraper.furnishing import Hire, face, furnish
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import opened

_log = logs.line("waypost.sourcing.scraper")


class Server(uvicorn.Server):
    """Goes on answering while the scraper drains: `/health` says so, and tasks are refused with 503."""

    def __init__(self, config: uvicorn.Config, on_first: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_first, self._is_asked = on_first, False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal asks, the second one ends the process where it stands: the file survives that."""
        if self._is_asked:
            os._exit(1)
        self._is_asked = True
        self._on_first()


def check(settings: ScraperSettings) -> None:
    """Refuse to serve without anybody who could be let in."""
    if settings.tasks_auth_token is None and settings.queue_provider == "local":
        raise SettingRefused("TASKS_AUTH_TOKEN (or TASKS_AUTH_TOKEN_FILE) is not set: nobody could hand tasks over.")


async def serve(settings: ScraperSettings, listener: socket.socket, hire: Hire) -> bool:
    """Until asked to stop; False when it could not start."""
    if os.environ.get("DATABASE_URL"):
        _log.warning("scraper.database_ignored", detail="The scraper needs no database; DATABASE_URL is not read.")
    for sentence in settings.ignored():
        _log.warning("scraper.setting_ignored", detail=sentence)
    with opened(settings.worker_output_dir) as store:
        house = furnish(settings, store, hire)
        config = uvicorn.Config(
            face(house).app(),
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
        asked, loop = asyncio.Event(), asyncio.get_running_loop()
        server = Server(config, lambda: loop.call_soon_threadsafe(asked.set))
        await house.open()
        served = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.wait({served, asyncio.create_task(asked.wait())}, return_when=asyncio.FIRST_COMPLETED)
        _log.info("scraper.draining")
        await house.close(settings.worker_drain_seconds)
        server.should_exit = True
        await served
        return server.started
