"""The web application, put together from what the composition root hands over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException

from waypost.platform.errors import Refusal
from waypost.platform.observe.health import Check, Health
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.observe.tracing import Tracing
from waypost.platform.parts import Parts
from waypost.platform.signals import Signals
from waypost.platform.web.answers import answer_to
from waypost.platform.web.assets import Assets
from waypost.platform.web.caller import Resolver
from waypost.platform.web.csrf import Csrf
from waypost.platform.web.doors import Doors
from waypost.platform.web.limits import Limiter
from waypost.platform.web.live import Live, attach, live_doors
from waypost.platform.web.middleware.stack import stack
from waypost.platform.web.nav import Room
from waypost.platform.web.renderer import Renderer
from waypost.platform.web.route_map import ordered, twins
from waypost.platform.web.settings import WebSettings
from waypost.platform.web.shell import ASSETS, pattern_pages, shell_doors
from waypost.platform.web.status import product_version, status_doors
from waypost.platform.work import Works

UNLIMITED = (ASSETS, "/healthz", "/readyz", "/health", "/live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the web needs from the rest of the house.

    `features` are all `api` and `pages` objects, in any order. `signals` must hear `LIVE`; it starts and stops with the
    app, as does `during`. `loopback`: the listener is reachable from this machine only. `unlimited`: addresses with a
    limit of their own (ingest, callbacks). `collectors` answer `/metrics` beside the figures of processes.
    """

    works: Works
    resolve_caller: Resolver
    features: Sequence[Doors]
    settings: WebSettings = field(default_factory=WebSettings)
    observe: ObserveSettings = field(default_factory=ObserveSettings)
    tracing: Tracing = field(default_factory=Tracing.off)
    csrf: Csrf = field(default_factory=Csrf)
    parts: Parts = field(default_factory=Parts)
    rooms: Sequence[Room] = ()
    checks: Sequence[Check] = ()
    signals: Signals | None = None
    outside_prod: bool = False
    loopback: bool = False
    unlimited: Sequence[str] = ()
    collectors: Sequence[Collector] = ()
    during: Callable[[], AbstractAsyncContextManager[object]] = nullcontext


def build(shell: Shell) -> FastAPI:
    """The app, ready for a server. Refuses a route that declares no guard (`UndeclaredDoor`)."""
    redis = shell.settings.redis_url
    limiter = Limiter(redis.get_secret_value() if redis else None)
    exempt = (*UNLIMITED, shell.observe.prometheus_metrics_path, *shell.unlimited)
    app = FastAPI(
        title="Waypost",
        version=product_version(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=stack(shell.settings, limiter, exempt, shell.tracing),
        exception_handlers=dict.fromkeys((Refusal, HTTPException, RequestValidationError), answer_to),
        lifespan=_lifespan(shell, limiter),
    )
    _furnish(app, shell)
    app.state.limiter = limiter
    return app


def _furnish(app: FastAPI, shell: Shell) -> None:
    """What doors, pages and problems find at `request.app.state`, and the doors themselves in their order."""
    state = app.state
    state.works, state.parts = shell.works, shell.parts
    state.resolve_caller, state.csrf = shell.resolve_caller, shell.csrf
    state.assets = Assets(prefix=f"{ASSETS}/")
    state.renderer = Renderer(state.assets, shell.rooms, clock=shell.works.clock)
    state.tracing = shell.tracing
    state.live, state.health = Live(), Health(shell.checks)
    status = status_doors(shell.observe, loopback=shell.loopback, collectors=shell.collectors)
    own = (shell_doors, live_doors, status, pattern_pages(public=shell.outside_prod))
    state.routes = ordered([*own, *shell.features])
    state.twins = twins(state.routes)
    # Not `include_router`: it makes each route a second time, and looks for a request's route twice.
    app.router.routes.extend(state.routes)


def _lifespan(shell: Shell, limiter: Limiter) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lasting(app: FastAPI) -> AsyncIterator[None]:
        async with shell.during():
            warming = asyncio.create_task(asyncio.to_thread(app.state.renderer.warm))
            deaf = attach(app.state.live, shell.signals.hear) if shell.signals else lambda: None
            if shell.signals:
                await shell.signals.start()
            try:
                yield
            finally:
                deaf()
                app.state.live.close()
                if shell.signals:
                    await shell.signals.stop()
                await limiter.close()
                await warming

    return lasting
