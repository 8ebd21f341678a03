"""Doors for machines that watch: alive, ready, figures. No transaction, no organisation."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from waypost.platform.errors import NotFound, NotSignedIn
from waypost.platform.observe.health import Health
from waypost.platform.observe.metrics import exposition
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.web.caller import caller_of
from waypost.platform.web.doors import Doors

SERVICE = "waypost"


class MetricsClosed(NotSignedIn):
    """Figures are told to those who send METRICS_TOKEN as a bearer token."""


def status_doors(observe: ObserveSettings, *, loopback: bool, collectors: Sequence[Collector] = ()) -> Doors:
    """`/healthz`, `/readyz` and the metrics at the operator's path; `loopback`: nobody else can reach the listener."""
    doors = Doors(tags=["status"])
    options: dict[str, Any] = {"public": True, "response_model": None}

    @doors.get("/healthz", **options)
    async def healthz() -> dict[str, str]:
        """The process lives; asks nothing of anybody."""
        return _alive(whole=not observe.healthz_omit_version)

    @doors.get("/readyz", **options)
    async def readyz(request: Request) -> Response:
        """200 or 503; of each check strangers learn the name only."""
        health: Health = request.app.state.health
        found = await health.look()
        return JSONResponse(found.body(whole=await _known(request)), 200 if found.ok else 503)

    @doors.get(observe.prometheus_metrics_path, include_in_schema=False, **options)
    async def metrics(request: Request) -> Response:
        """The figures of all processes of this host."""
        _admit(request, observe, loopback)
        text, media = await to_thread(exposition, collectors)
        return Response(text, media_type=media)

    return doors


def product_version() -> str:
    """The installed version; a bare checkout has none."""
    try:
        return version("waypost")
    except PackageNotFoundError:
        return "unknown"


def _alive(*, whole: bool) -> dict[str, str]:
    if not whole:
        return {"status": "ok"}
    moment = datetime.now(UTC).isoformat()
    return {"status": "ok", "service": SERVICE, "version": product_version(), "time": moment}


async def _known(request: Request) -> bool:
    """A person who cannot be looked up (the database is what fails) is told as little as a stranger."""
    try:
        return await caller_of(request) is not None
    except Exception:
        return False


def _admit(request: Request, observe: ObserveSettings, loopback: bool) -> None:
    if not observe.metrics_on:
        raise NotFound
    expected = observe.metrics_token.get_secret_value() if observe.metrics_token else ""
    if not expected and loopback:
        return
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if not expected or kind.lower() != "bearer" or not compare_digest(given.encode(), expected.encode()):
        raise MetricsClosed
