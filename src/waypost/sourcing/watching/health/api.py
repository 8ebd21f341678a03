"""The documented health of the API (sourcing.md 1.7): public, uncounted, cheap."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from waypost.platform.web.doors import Doors
from waypost.sourcing.watching.health.desk import HealthDesk

api = Doors(tags=["status"])
OPEN: dict[str, Any] = {"public": True, "response_model": None}


@api.get("/health", **OPEN)
async def health(request: Request) -> dict[str, Any]:
    """200 `{status, version, sha, ref, created_at, uptime, checks}` for as long as the process can answer at all."""
    desk: HealthDesk = request.app.state.parts.of(HealthDesk)
    return desk.alive()


@api.get("/health/test", **OPEN)
async def ready(request: Request) -> Response:
    """Database, disk and schema: 200 when all are up, else 503; each check is always in the body."""
    desk: HealthDesk = request.app.state.parts.of(HealthDesk)
    told, is_ready = await desk.ready()
    return JSONResponse(told, 200 if is_ready else 503)
