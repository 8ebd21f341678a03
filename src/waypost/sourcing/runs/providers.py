"""Ways by which a task reaches a scraper: straight over HTTP, or through a Cloud Tasks queue (sourcing.md 2.11)."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from waypost.platform.errors import Invalid, Unavailable
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.hardening import Hardening, is_local, split
from waypost.platform.http.waiting import told_to_wait
from waypost.sourcing.runs.terms import Handover

WORKER_HTTP, CLOUD_TASKS = "WORKER_HTTP", "CLOUD_TASKS"
"""Codes of `worker_task_dispatched`."""
SMALL = 65_536
TAKEN = (200, 201, 202)
ALREADY = 409
"""Cloud Tasks: a task of this name was made before, by a try whose answer was lost."""
Bearer = Callable[[], Awaitable[str]]
"""Gives an `Authorization` header; refuses with something that may pass."""


class Kind(StrEnum):
    """What became of one try to hand a task over."""

    TAKEN = "taken"
    FULL = "full"
    """429: it is there, and busy."""
    SILENT = "silent"
    """No answer in time: it may have the task, or not."""
    BROKEN = "broken"
    """5xx."""
    REFUSED = "refused"
    """4xx: it never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One try, judged."""

    kind: Kind
    code: str
    status: int | None = None
    wait: timedelta | None = None
    """What `Retry-After` says."""
    task_name: str | None = None
    duplicate: bool = False
    """The scraper has the run already."""


class Heard(Protocol):
    """As much of an HTTP answer as is judged."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def content(self) -> bytes:
        """The body."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in any case."""


class Provider(Protocol):
    """One way; keep one for each process."""

    async def hand(self, body: bytes, headers: dict[str, str], name: str) -> Answer:
        """Try once. `body` is the task's JSON, `name` one that no other delivery has. Never raises for the far side."""

    async def close(self) -> None:
        """Give back what is open."""


@dataclass(slots=True)
class Direct:
    """POST to the scraper, which answers as soon as the task is safely queued."""

    to: Handover
    rules: Hardening = field(default_factory=Hardening)
    out: WayOut = field(init=False)

    def __post_init__(self) -> None:
        self.out = _way_out(self.to, self.rules)

    async def hand(self, body: bytes, headers: dict[str, str], name: str) -> Answer:
        """200 and 202 mean that it has the task, 202 `duplicate` that it had it."""
        known = {"authorization": f"Bearer {self.to.token}"} if self.to.token else {}
        try:
            _judge(self.rules, self.to.task_url)
            sent = await self.out.send("POST", self.to.task_url, content=body, headers={**headers, **known})
        except Unavailable:
            return Answer(kind=Kind.SILENT, code=WORKER_HTTP)
        except Invalid:
            return Answer(kind=Kind.REFUSED, code=WORKER_HTTP)
        return _judged(sent, WORKER_HTTP)

    async def close(self) -> None:
        """Give the connections back."""
        await self.out.close()


@dataclass(slots=True)
class CloudTasks:
    """createTask on the configured queue, which then calls the scraper and repeats by its own rules."""

    to: Handover
    bearer: Bearer
    rules: Hardening = field(default_factory=Hardening)
    out: WayOut = field(init=False)

    def __post_init__(self) -> None:
        self.out = _way_out(self.to, self.rules)

    async def hand(self, body: bytes, headers: dict[str, str], name: str) -> Answer:
        """The task's name makes a repetition of the same delivery harmless."""
        task = f"{self.to.queue}/tasks/{name}"
        try:
            _judge(self.rules, self.to.tasks_api)
            known = {"authorization": await self.bearer()}
            url, told = f"{self.to.tasks_api}/v2/{self.to.queue}/tasks", {"task": self._task(task, body, headers)}
            sent = await self.out.send("POST", url, json=told, headers=known)
        except Unavailable:
            return Answer(kind=Kind.SILENT, code=CLOUD_TASKS)
        except Invalid:
            return Answer(kind=Kind.REFUSED, code=CLOUD_TASKS)
        if sent.status_code == ALREADY:
            return Answer(kind=Kind.TAKEN, code=CLOUD_TASKS, status=ALREADY, task_name=task, duplicate=True)
        return _judged(sent, CLOUD_TASKS, task)

    async def close(self) -> None:
        """Give the connections back."""
        await self.out.close()

    def _task(self, name: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        known = {"Authorization": f"Bearer {self.to.token}"} if self.to.token and not self.to.service_account else {}
        request: dict[str, Any] = {
            "httpMethod": "POST",
            "url": self.to.task_url,
            "headers": {**headers, **known},
            "body": b64encode(body).decode(),
        }
        if self.to.service_account:
            token = {"serviceAccountEmail": self.to.service_account, "audience": self.to.audience}
            request["oidcToken"] = token
        return {"name": name, "httpRequest": request, "dispatchDeadline": f"{-int(-self.to.deadline // 1)}s"}


def _judged(answer: Heard, code: str, task: str | None = None) -> Answer:
    status = answer.status_code
    if status in TAKEN:
        return Answer(kind=Kind.TAKEN, code=code, status=status, task_name=task, duplicate=_says_duplicate(answer))
    wait = told_to_wait(answer.headers)
    if status == 429:
        return Answer(kind=Kind.FULL, code=code, status=status, wait=wait)
    if status >= 500 or status == 408:
        return Answer(kind=Kind.BROKEN, code=code, status=status, wait=wait)
    return Answer(kind=Kind.REFUSED, code=code, status=status)


def _says_duplicate(answer: Heard) -> bool:
    try:
        told = msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        return False
    return isinstance(told, dict) and told.get("status") == "duplicate"


def _judge(rules: Hardening, url: str) -> None:
    """The operator's rules for addresses; a scraper on this very machine is reached without any network."""
    if not is_local(split(url).hostname or ""):
        rules.check(url)


def _way_out(to: Handover, rules: Hardening) -> WayOut:
    patience = Patience(connect=to.patience, read=to.patience, total=to.patience, max_bytes=SMALL)
    return WayOut(Trust.OPERATOR, patience=patience, trust_env=rules.trust_env)
