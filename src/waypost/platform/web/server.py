"""The server process: uvicorn, told to keep quiet about requests and to let go of open streams when it stops."""

import socket

import uvicorn
from fastapi import FastAPI

from waypost.platform.web.live import Live

DRAIN_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep an idle connection (a minute, usually): else they ask on one that we are just closing."""


class Server(uvicorn.Server):
    """Ends live streams first: they would keep it waiting for as long as anybody has a page open."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the streams, answer what is under way, then stop."""
        live: Live = self.config.app.state.live  # type: ignore[union-attr]  # ours is always a FastAPI app
        live.close()
        await super().shutdown(sockets)


def server(app: FastAPI, *, host: str = "127.0.0.1", port: int = 8000, drain: int = DRAIN_SECONDS) -> Server:
    """A server for `app`; `await it.serve()`. Proxies and access lines are our own middleware's matter."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=drain,
    )
    return Server(config)
