"""The scraper's HTTP face (sourcing.md 1.8): health, tasks, dead letters, replay, figures. Plain JSON."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from waypost.platform.errors import Refusal
from waypost.platform.observe import logs
from waypost.sourcing.scraper import figures
from waypost.sourcing.scraper.asking import BadRequest, task_of, wish_of
from waypost.sourcing.scraper.bodies import TooLargeBody, read
from waypost.sourcing.scraper.cors import Cors
from waypost.sourcing.scraper.guard import Guard
from waypost.sourcing.scraper.house import House
from waypost.sourcing.scraper.letterbox import Letterbox
from waypost.sourcing.scraper.store.tasks import Row, Verdict
from waypost.sourcing.scraper.targets import ForeignTarget
from waypost.sourcing.wire.signing import REQUEST_ID
from waypost.sourcing.wire.task import Task

Door = Callable[[Request], Awaitable[Response]]
HIDDEN = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
UNTAKEN = {Verdict.FULL: "scraper.queue_full", Verdict.DUPLICATE: "scraper.lease_refused"}
"""Lines of the log about tasks that were not taken (sourcing.md 5.7)."""

_log = logs.line("waypost.sourcing.scraper.web")


@dataclass(frozen=True, slots=True)
class Face:
    """The doors of one scraper."""

    house: House
    guard: Guard
    origins: frozenset[str]
    max_body: int
    accept_only: bool = False
    metrics_token: str | None = None
    on_loopback: bool = True

    def app(self) -> Starlette:
        """As uvicorn serves it."""
        box = Letterbox(self.house)
        tasks = self._inside(self.tasks)
        routes = [
            Route("/health", self.health, methods=["GET"]),
            Route("/metrics", _in_words(self.metrics), methods=["GET"]),
            Route("/tasks", tasks, methods=["POST"]),
            Route("/scrape", tasks, methods=["POST"]),
            Route("/callbacks/replay", self._inside(self.replay), methods=["POST"]),
            Route("/callbacks/dead-letters", self._inside(box.listed), methods=["GET"]),
            Route("/callbacks/dead-letters/{entry:int}", self._inside(box.shown), methods=["GET"]),
            Route("/callbacks/dead-letters/{entry:int}/discard", self._inside(box.discarded), methods=["POST"]),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(Cors, origins=self.origins)])
        for status in (404, 405):
            app.add_exception_handler(status, _not_found)
        app.add_exception_handler(Exception, _broken)
        return app

    async def health(self, request: Request) -> Response:
        """How it stands; open to all, and nothing secret in it."""
        return _json(await self.house.health())

    async def metrics(self, request: Request) -> Response:
        """Prometheus text: to this machine, else to whoever has METRICS_TOKEN."""
        if self.metrics_token is not None or not self.on_loopback:
            await Guard(self.metrics_token).admit(request.headers, _address(request))
        text, kind = figures.exposition(await self.house.gauges())
        return Response(text, media_type=kind, headers=HIDDEN)

    async def tasks(self, request: Request) -> Response:
        """A task: kept on the disk before it is answered."""
        request_id = request_id_of(request)
        task = task_of(await read(request, self.max_body))
        told: dict[str, object] = {
            "queueProvider": self.house.provider,
            "requestId": request_id,
            "runId": task.run_id,
            "sourceRunId": str(task.source_run_id) if task.source_run_id else None,
        }
        if self.accept_only:
            return _json({"ok": True, "status": "accepted", "smokeAcceptOnly": True} | told, 202)
        try:
            verdict, row = await self.house.runner.take(task, request_id)
        except ForeignTarget as foreign:
            raise BadRequest(errors=[{"field": foreign.field, "message": str(foreign)}]) from None
        if verdict in UNTAKEN:
            _log.warning(UNTAKEN[verdict], request_id=request_id, **_ids(task))
        return await self._told(verdict, row, told)

    async def _told(self, verdict: Verdict, row: Row | None, told: dict[str, object]) -> Response:
        queue = await self.house.queue()
        figures.ANSWERS.labels(verdict.value).inc()
        if row is None:
            wait = {"retry-after": str(self.house.retry_after)}
            refused = {"ok": False, "status": "rejected", "reason": "Queue is full", "queue": queue}
            return _json(refused | told, 429, wait)
        lease = row.task.lease_expires_at.isoformat() if row.task.lease_expires_at else None
        told |= {"sourceRunId": row.run_id, "taskId": row.task.task_id, "leaseExpiresAt": lease}
        if verdict is Verdict.ACCEPTED:
            return _json({"ok": True, "status": "accepted", "queue": queue} | told, 202)
        active = {"reason": "active-task-execution", "activeTaskId": row.task.task_id or row.run_id}
        return _json({"ok": True, "status": "duplicate"} | active | told, 202)

    async def replay(self, request: Request) -> Response:
        """Send dead letters again."""
        receipt = await self.house.replayed(wish_of(await read(request, self.max_body)))
        return _json(receipt.written())

    def _inside(self, door: Door) -> Door:
        """Only for those whom the guard lets in."""

        async def guarded(request: Request) -> Response:
            await self.guard.admit(request.headers, _address(request))
            return await door(request)

        return _in_words(guarded)


def _in_words(door: Door) -> Door:
    """Refusals become the documented answers."""

    async def answered(request: Request) -> Response:
        try:
            return await door(request)
        except Refusal as refused:
            return _refused(refused, request_id_of(request))

    return answered


def request_id_of(request: Request) -> str:
    """The caller's id where it is one, else a new one."""
    given = request.headers.get(REQUEST_ID, "").strip()
    is_good = 0 < len(given) <= 128 and all(each.isascii() and (each.isalnum() or each in "._:-") for each in given)
    return given if is_good else str(uuid4())


def _ids(task: Task) -> dict[str, str | None]:
    """By what a task is found in the log."""
    ids = {"source_run_id": task.source_run_id, "trace_id": task.trace_id, "task_id": task.task_id}
    return {name: str(value) if value else None for name, value in ids.items()}


def _refused(refused: Refusal, request_id: str) -> Response:
    figures.ANSWERS.labels(str(refused.status)).inc()
    wait = getattr(refused, "retry_after", None)
    headers = {"retry-after": str(max(1, round(wait.total_seconds())))} if wait else {}
    if isinstance(refused, TooLargeBody):
        headers["connection"] = "close"
    if refused.status == 401:
        return _json({"error": "Unauthorized"}, 401, headers | {"www-authenticate": "Bearer"})
    told = {"error": refused.detail, "requestId": request_id}
    return _json(told | ({"details": refused.errors} if refused.errors else {}), refused.status, headers)


async def _not_found(request: Request, error: Exception) -> Response:
    return _json({"error": "Not Found"}, 404)


async def _broken(request: Request, error: Exception) -> Response:
    return _json({"error": "Internal Server Error", "requestId": request_id_of(request)}, 500)


def _json(told: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(told, status, HIDDEN | (headers or {}))


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
