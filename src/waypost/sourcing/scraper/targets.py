"""Where reports go: to the one origin that the operator named, whatever a task says (sourcing.md 2.5, 2.7). Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from waypost.sourcing.wire.task import Task

COMPLETE = "/complete"
PORTS = {"https": 443, "http": 80}


class ForeignTarget(ValueError):
    """A task wants its reports somewhere else; `field` is the key that says so."""

    def __init__(self, field: str) -> None:
        super().__init__("must lead to the origin of WORKER_CALLBACK_URL")
        self.field = field


@dataclass(frozen=True, slots=True)
class Paths:
    """The three routes of one run, as paths of the API's origin."""

    complete: str
    heartbeat: str
    batch: str


@dataclass(frozen=True, slots=True)
class Home:
    """The API as the operator named it: `WORKER_CALLBACK_URL`; None where reports go nowhere."""

    callback_url: str | None

    @property
    def origin(self) -> str:
        """What stands before a path; refuses (ValueError) where nothing was named."""
        if self.callback_url is None:
            raise ValueError("WORKER_CALLBACK_URL is not set")
        parts = urlsplit(self.callback_url)
        return f"{parts.scheme}://{parts.netloc}"

    def paths(self, task: Task) -> Paths | None:
        """A task's routes; None for a task that reports to nobody. Raises `ForeignTarget`."""
        wanted = self._path(task.callback_url, "callbackUrl") or self._own
        beat, ingest = self._path(task.heartbeat_url, "heartbeatUrl"), self._path(task.ingest_url, "ingestUrl")
        if wanted is None or task.source_run_id is None:
            return None
        run = f"{wanted.removesuffix(COMPLETE)}/runs/{task.source_run_id}"
        return Paths(wanted, beat or f"{run}/heartbeat", f"{(ingest or f'{run}/offers').removesuffix('/batch')}/batch")

    def path_of(self, url: str) -> str:
        """The path of an address that somebody wrote down earlier; its origin does not count any more."""
        return urlsplit(url).path

    @property
    def _own(self) -> str | None:
        return urlsplit(self.callback_url).path if self.callback_url else None

    def _path(self, url: str | None, field: str) -> str | None:
        if url is None:
            return None
        if self.callback_url is None or _origin(url) is None or _origin(url) != _origin(self.callback_url):
            raise ForeignTarget(field)
        return urlsplit(url).path


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port (RFC 6454); None for what is no plain http address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        return None
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme]
