"""A scraper of paper on a real socket: it answers as it is told to, and remembers what it was sent."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Told = tuple[int, dict[str, Any], dict[str, str]]

ACCEPTED: Told = (202, {"ok": True, "status": "accepted"}, {})
DUPLICATE: Told = (202, {"ok": True, "status": "duplicate"}, {})
FULL: Told = (429, {"ok": False, "status": "rejected", "reason": "Queue is full"}, {"retry-after": "7"})
BROKEN: Told = (503, {"error": "draining"}, {})
BAD: Told = (400, {"error": "no"}, {})


@dataclass(slots=True)
class FarScraper:
    """Answers from `answers`, the last one for ever; `slow` seconds before each."""

    url: str
    answers: list[Told] = field(default_factory=lambda: [ACCEPTED])
    sent: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    slow: float = 0

    async def take(self, request: Request) -> Response:
        """One task, or one call to createTask."""
        self.sent.append(json.loads(await request.body()))
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.slow)
        status, body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return JSONResponse(body, status, headers)

    @property
    def task(self) -> dict[str, Any]:
        """The newest task."""
        found: dict[str, Any] = self.sent[-1]["payload"]
        return found


async def _standing(server: uvicorn.Server) -> None:
    for _ in range(1_000):
        if server.started:
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


@asynccontextmanager
async def far_scraper() -> AsyncIterator[FarScraper]:
    """On a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    far = FarScraper(f"http://127.0.0.1:{listener.getsockname()[1]}/tasks")
    app = Starlette(routes=[Route("/{path:path}", far.take, methods=["POST", "GET"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    await _standing(server)
    try:
        yield far
    finally:
        server.should_exit = server.force_exit = True
        await serving
