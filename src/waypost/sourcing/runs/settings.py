"""How runs are limited, handed over and given up, under the documented names (sourcing.md 5.1)."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from waypost.platform.settings import Group, SettingRefused
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.terms import Handover, RunTerms
from waypost.sourcing.sources.pausing import PauseTerms
from waypost.sourcing.wire.minting import ServiceAccount, service_account

COMPLETE = "/api/job-sources/complete"
TASKS = ("/tasks", "/scrape")


class RunSettings(Group):
    """The group of runs: dispatch, limits, patience."""

    provider: Literal["http", "cloud-tasks"] = Field("http", validation_alias="WORKER_TASK_PROVIDER")
    """How tasks reach the scraper: straight (`http`), or through a Cloud Tasks queue."""
    task_url: str = Field("", validation_alias="WORKER_TASK_URL")
    """The scraper's `/tasks`; without it runs end at once, and the caller is told."""
    auth_token: SecretStr | None = Field(None, validation_alias="WORKER_AUTH_TOKEN")
    """The bearer token that the scraper asks for (its `TASKS_AUTH_TOKEN`)."""
    project: str = Field("", validation_alias="WORKER_TASKS_PROJECT_ID")
    """Cloud Tasks: the project."""
    location: str = Field("", validation_alias="WORKER_TASKS_LOCATION")
    """Cloud Tasks: the location."""
    queue: str = Field("", validation_alias="WORKER_TASKS_QUEUE")
    """Cloud Tasks: the queue, usually `worker-scrape`."""
    service_account: str = Field("", validation_alias="WORKER_TASKS_SERVICE_ACCOUNT_EMAIL")
    """Cloud Tasks: whose ID token the queue shows to the scraper."""
    audience: str = Field("", validation_alias="WORKER_TASKS_OIDC_AUDIENCE")
    """Cloud Tasks: whom that token is for; unset: the scraper's address."""
    tasks_api: str = Field("https://cloudtasks.googleapis.com", validation_alias="WORKER_TASKS_API_URL")
    """Cloud Tasks: where its API is; another address for an emulator."""
    key_file: Path | None = Field(None, validation_alias="WORKER_TASKS_KEY_FILE")
    """Cloud Tasks: the key of the service account that makes tasks; unset: the machine's own."""
    callback_url: str = Field("", validation_alias="WORKER_CALLBACK_URL")
    """Where scrapers report the end of a run; unset: this installation's own address."""
    request_ms: int = Field(5_000, ge=1_000, le=600_000, validation_alias="WORKER_REQUEST_TIMEOUT_MS")
    """What the scraper gets to say that it took a task."""
    task_ms: int = Field(180_000, ge=10_000, le=1_800_000, validation_alias="WORKER_TASK_TIMEOUT_MS")
    """What one task may take."""
    deadline_ms: int = Field(240_000, ge=10_000, le=1_800_000, validation_alias="WORKER_TASK_DISPATCH_DEADLINE_MS")
    """How long a scraper that does not answer is tried."""
    payload_bytes: int = Field(262_144, ge=1_024, le=5_000_000, validation_alias="WORKER_TASK_MAX_PAYLOAD_BYTES")
    """The largest task."""
    heartbeat_ms: int = Field(10_000, ge=1_000, le=120_000, validation_alias="WORKER_HEARTBEAT_INTERVAL_MS")
    """How often the scraper says that it lives; the same as there."""
    reuse_hours: int = Field(24, ge=1, le=720, validation_alias="SCRAPE_DB_REUSE_HOURS")
    """How old a finished run of the same intent may be to serve again."""
    min_fresh: int = Field(10, ge=1, le=100, validation_alias="SCRAPE_MIN_FRESH_CANDIDATES")
    """Offers new to a person that make a fetch needless."""
    max_active: int = Field(2, ge=1, le=20, validation_alias="SCRAPE_MAX_ACTIVE_RUNS_PER_USER")
    """Runs of one person that may wait or go on at once."""
    daily: int = Field(40, ge=1, le=500, validation_alias="SCRAPE_DAILY_ENQUEUE_LIMIT_PER_USER")
    """Runs that one person may start within 24 hours."""
    duplicate_seconds: int = Field(30, ge=0, le=600, validation_alias="SCRAPE_ENQUEUE_IDEMPOTENCY_TTL_SEC")
    """How long the same wish of the same person is refused as a double click; 0: never."""
    chain: int = Field(5, ge=1, le=20, validation_alias="SCRAPE_MAX_RETRY_CHAIN_DEPTH")
    """Retries of retries."""
    pending_minutes: int = Field(15, ge=1, le=240, validation_alias="SCRAPE_STALE_PENDING_MINUTES")
    """Silence after which a waiting run is given up."""
    running_minutes: int = Field(5, ge=1, le=1_440, validation_alias="SCRAPE_STALE_RUNNING_MINUTES")
    """Silence after which a run that began is given up; never less than three heartbeats."""
    window_min: int = Field(20, ge=1, le=100, validation_alias="SCRAPE_ADAPTIVE_QUERY_TARGET_MIN")
    """Links that a query should find at least."""
    window_max: int = Field(40, ge=1, le=100, validation_alias="SCRAPE_ADAPTIVE_QUERY_TARGET_MAX")
    """Links that a query should find at most."""
    deliveries: int = Field(3, ge=1, le=20, validation_alias="SCRAPE_MAX_DELIVERIES")
    """How often a run is handed out anew after its scraper fell silent."""
    continuations: int = Field(6, ge=0, le=50, validation_alias="SCRAPE_MAX_CONTINUATIONS")
    """How many further runs may read what one run left over."""

    ops_token: SecretStr | None = Field(None, validation_alias="OPS_INTERNAL_TOKEN")
    """Bearer token of the internal doors for an installation's own clock; without it they are shut."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for wrong in self._wrong():
            raise ValueError(wrong)
        return self

    def _wrong(self) -> list[str]:
        cloud = self.provider == "cloud-tasks"
        four = (self.project, self.location, self.queue, self.task_url)
        suffixed = not self.callback_url or urlsplit(self.callback_url).path.endswith(COMPLETE)
        stale_ms = self.running_minutes * 60_000
        tests = {
            "WORKER_TASK_PROVIDER=cloud-tasks needs WORKER_TASKS_PROJECT_ID, WORKER_TASKS_LOCATION, WORKER_TASKS_QUEUE"
            " and WORKER_TASK_URL": cloud and not all(four),
            "WORKER_TASKS_SERVICE_ACCOUNT_EMAIL is no address": self._no_address(),
            f"WORKER_CALLBACK_URL must end in {COMPLETE}": not suffixed,
            "SCRAPE_ADAPTIVE_QUERY_TARGET_MIN is above SCRAPE_ADAPTIVE_QUERY_TARGET_MAX": (
                self.window_min > self.window_max
            ),
            "WORKER_TASK_DISPATCH_DEADLINE_MS must be longer than WORKER_TASK_TIMEOUT_MS": (
                self.deadline_ms <= self.task_ms
            ),
            "SCRAPE_STALE_RUNNING_MINUTES must be longer than WORKER_TASK_DISPATCH_DEADLINE_MS": (
                stale_ms <= self.deadline_ms
            ),
        }
        return [sentence for sentence, is_wrong in tests.items() if is_wrong]

    def _no_address(self) -> bool:
        return bool(self.service_account) and "@" not in self.service_account

    def account(self) -> ServiceAccount | None:
        """Who makes tasks, where a key says so."""
        return service_account(self.key_file) if self.key_file else None

    def check(self, *, prod: bool, insecure: bool = False) -> None:
        """What may pass elsewhere stops a production start (`SettingRefused`); nothing where no scraper is named.

        `insecure`: the operator allowed addresses without encryption (HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP).
        """
        risks = self._risks() | ({} if insecure else self._open_lines())
        wrong = [sentence for sentence, is_wrong in risks.items() if is_wrong and self.task_url and prod]
        if wrong:
            raise SettingRefused("\n".join(wrong))

    def _risks(self) -> dict[str, bool]:
        token = self.auth_token.get_secret_value().strip() if self.auth_token else ""
        return {
            "WORKER_CALLBACK_URL must be set in production: scrapers report there.": not self.callback_url,
            "WORKER_TASK_URL must end in /tasks or /scrape.": not urlsplit(self.task_url).path.endswith(TASKS),
            "WORKER_AUTH_TOKEN must be set in production: the scraper takes tasks from nobody else.": (
                self.provider == "http" and not token
            ),
        }

    def _open_lines(self) -> dict[str, bool]:
        return {
            "WORKER_CALLBACK_URL must begin with https:// in production.": _plain(self.callback_url),
            "WORKER_TASK_URL must begin with https:// in production.": _plain(self.task_url),
        }

    def terms(self, notebook: NotebookTerms, pauses: PauseTerms, default_org: str) -> RunTerms:
        """The same as actions take it."""
        return RunTerms(
            provider="cloud-tasks" if self.provider == "cloud-tasks" else "worker-http",
            has_worker=bool(self.task_url),
            max_active=self.max_active,
            daily=self.daily,
            duplicate=timedelta(seconds=self.duplicate_seconds),
            reuse=timedelta(hours=self.reuse_hours),
            min_fresh=self.min_fresh,
            chain=self.chain,
            task_timeout=timedelta(milliseconds=self.task_ms),
            deadline=timedelta(milliseconds=self.deadline_ms),
            payload_bytes=self.payload_bytes,
            heartbeat=timedelta(milliseconds=self.heartbeat_ms),
            pending_silence=timedelta(minutes=self.pending_minutes),
            running_silence=timedelta(minutes=self.running_minutes),
            window=(self.window_min, self.window_max),
            deliveries=self.deliveries,
            continuations=self.continuations,
            notebook=notebook,
            pauses=pauses,
            ops_token=self.ops_token.get_secret_value().strip().encode() or None if self.ops_token else None,
            default_org=default_org,
        )

    def handover(self, home: str) -> Handover:
        """Where tasks go and where their reports come; `home` is this installation's own address."""
        return Handover(
            task_url=self.task_url,
            token=self.auth_token.get_secret_value().strip() if self.auth_token else "",
            callback_url=self.callback_url or home.rstrip("/") + COMPLETE,
            patience=self.request_ms / 1_000,
            queue=f"projects/{self.project}/locations/{self.location}/queues/{self.queue}",
            tasks_api=self.tasks_api.rstrip("/"),
            service_account=self.service_account,
            account=self.account() if self.provider == "cloud-tasks" else None,
            audience=self.audience or self.task_url,
            deadline=self.deadline_ms / 1_000,
        )


def _plain(url: str) -> bool:
    return bool(url) and not url.startswith("https://") and not _near(urlsplit(url).hostname)


def _near(host: str | None) -> bool:
    """A scraper on this very machine is reached without a network that anybody could listen to."""
    return host in ("127.0.0.1", "::1", "localhost")
