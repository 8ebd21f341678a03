"""When a scraper must not start (sourcing.md 5.1, 5.2): decided from a few values, each refusal one sentence. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

COMPLETE = "/api/job-sources/complete"
TASKS = ("/tasks", "/scrape")
NAMES = ("TASKS_PROJECT_ID", "TASKS_LOCATION", "TASKS_QUEUE", "TASKS_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What decides it."""

    production: bool
    provider: str
    callback_url: str | None
    is_signed: bool
    has_token: bool
    tasks_url: str | None
    tasks_names: tuple[str | None, ...]
    service_account: str | None
    audiences: tuple[str | None, ...]
    origins: str


def refusals(given: Deployment) -> list[str]:
    """Every reason not to start, the weightiest first."""
    return [*_everywhere(given), *(_cloud_tasks(given) if given.provider == "cloud-tasks" else ())] + (
        list(_production(given)) if given.production else []
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_plain(url: str) -> bool:
    """An address that is not encrypted and leaves this machine."""
    parts = urlsplit(url)
    return parts.scheme != "https" and not is_loopback(parts.hostname or "")


def _everywhere(given: Deployment) -> Iterator[str]:
    if given.callback_url is not None and not urlsplit(given.callback_url).path.endswith(COMPLETE):
        yield f"WORKER_CALLBACK_URL must end with {COMPLETE}."
    if given.service_account is not None and "@" not in given.service_account:
        yield "TASKS_SERVICE_ACCOUNT_EMAIL is no account: an @ is missing."


def _cloud_tasks(given: Deployment) -> Iterator[str]:
    missing = [name for name, value in zip(NAMES, given.tasks_names, strict=True) if not value]
    if missing:
        yield f"QUEUE_PROVIDER=cloud-tasks needs {', '.join(missing)}."
    if not given.has_token and not given.service_account:
        yield "QUEUE_PROVIDER=cloud-tasks needs TASKS_AUTH_TOKEN or TASKS_SERVICE_ACCOUNT_EMAIL."
    if given.tasks_url and not urlsplit(given.tasks_url).path.endswith(TASKS):
        yield "TASKS_URL must end with /tasks or /scrape."


def _production(given: Deployment) -> Iterator[str]:
    if given.callback_url is None:
        yield "WORKER_CALLBACK_URL is not set: nobody would hear what a run came to."
    if not given.is_signed:
        yield "WORKER_CALLBACK_SIGNING_SECRET is not set: the API refuses reports without a signature."
    if not given.has_token and given.provider == "local":
        yield "TASKS_AUTH_TOKEN is not set: anybody could hand tasks over."
    if given.origins.strip() == "*":
        yield "WORKER_ALLOWED_ORIGINS=* is refused in production; name the origins, or none."
    for name, url in (("WORKER_CALLBACK_URL", given.callback_url), ("TASKS_URL", given.tasks_url)):
        if url and is_plain(url):
            yield f"{name} must begin with https:// in production."
    for audience in given.audiences:
        if audience and not audience.startswith("https://"):
            yield "An audience must begin with https:// in production."
