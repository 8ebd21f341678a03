"""What an operator may say to the scraper (sourcing.md 5.2). It loads without the product's other settings."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator

from waypost.platform.settings import Group, SettingRefused, complaints
from waypost.sourcing.scraper.refusing import Deployment, is_loopback, refusals
from waypost.sourcing.wire.tokens import ISSUERS, KEYS


class ScraperSettings(Group):
    """The group of the scraper, a process of its own (`waypost scraper`)."""

    WITHOUT_EFFECT: ClassVar[Mapping[str, str]] = {
        "pracuj_listing_delay_ms": "PRACUJ_LISTING_DELAY_MS has no effect: the source's interval is the pace.",
        "pracuj_listing_cooldown_ms": "PRACUJ_LISTING_COOLDOWN_MS has no effect: the source's interval is the pace.",
        "pracuj_detail_delay_ms": "PRACUJ_DETAIL_DELAY_MS has no effect: the source's interval is the pace.",
        "pracuj_detail_concurrency": "PRACUJ_DETAIL_CONCURRENCY has no effect: a host is asked once at a time.",
        "pracuj_detail_host": "PRACUJ_DETAIL_HOST has no effect: the source names its hosts.",
    }
    app_env: Literal["dev", "test", "prod"] | None = Field(None, validation_alias="APP_ENV")
    """Unset: prod, unless the listener is loopback."""
    worker_host: str = Field("127.0.0.1", validation_alias="WORKER_HOST")
    """Where the scraper listens unless `--host` says so."""
    worker_port: int = Field(4001, ge=1, le=65_535, validation_alias=AliasChoices("PORT", "WORKER_PORT"))
    """The scraper's port unless `--port` names one."""
    worker_log_level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "info", validation_alias="WORKER_LOG_LEVEL"
    )
    """The least weighty line that the scraper writes."""
    log_format: Literal["auto", "json", "console", "human"] = Field("auto", validation_alias="LOG_FORMAT")
    """`auto` writes for people when stderr is a terminal, JSON otherwise."""
    worker_allowed_origins: str = Field("*", validation_alias="WORKER_ALLOWED_ORIGINS")
    """Origins whose scripts may call the scraper, parted by commas; `none` for none. `*` is refused in
    production."""
    worker_max_body_bytes: int = Field(262_144, ge=1_024, le=5_000_000, validation_alias="WORKER_MAX_BODY_BYTES")
    """The largest task that is taken."""
    worker_smoke_accept_only: bool = Field(False, validation_alias="WORKER_SMOKE_ACCEPT_ONLY")
    """Answer tasks and do nothing: for trials of a deployment."""
    release_ref: str | None = Field(None, max_length=200, validation_alias="RELEASE_REF")
    """Branch or tag that this release was made from; told by the scraper's `/health`."""
    release_sha: str | None = Field(None, pattern=r"^[0-9a-f]{7,64}$", validation_alias="RELEASE_SHA")
    """Its commit; told there too, and compared by `scripts/verify-deployment.sh`."""
    release_created_at: str | None = Field(None, max_length=40, validation_alias="RELEASE_CREATED_AT")
    """When it was made, as an ISO 8601 time in UTC; told there too."""
    metrics_token: SecretStr | None = Field(None, validation_alias="METRICS_TOKEN")
    """Bearer token for the scraper's `/metrics`; without one only a listener on loopback answers."""

    queue_provider: Literal["local", "cloud-tasks"] = Field("local", validation_alias="QUEUE_PROVIDER")
    """Who hands tasks over: the API itself, or Cloud Tasks, whose ID tokens are then believed."""
    tasks_auth_token: SecretStr | None = Field(None, validation_alias="TASKS_AUTH_TOKEN")
    """Bearer token of those who hand tasks over and replay."""
    tasks_project_id: str | None = Field(None, validation_alias="TASKS_PROJECT_ID")
    """The project of Cloud Tasks."""
    tasks_location: str | None = Field(None, validation_alias="TASKS_LOCATION")
    """Its region."""
    tasks_queue: str | None = Field(None, validation_alias="TASKS_QUEUE")
    """Its queue."""
    tasks_url: str | None = Field(None, validation_alias="TASKS_URL")
    """This scraper's address as Cloud Tasks calls it; ends with `/tasks` or `/scrape`."""
    tasks_service_account_email: str | None = Field(None, validation_alias="TASKS_SERVICE_ACCOUNT_EMAIL")
    """The account whose ID tokens are believed; unset: any account's for our audience."""
    tasks_oidc_audience: str | None = Field(None, validation_alias="TASKS_OIDC_AUDIENCE")
    """The audience of those tokens; unset: TASKS_URL."""
    worker_oidc_issuers: str = Field(",".join(ISSUERS), validation_alias="WORKER_OIDC_ISSUERS")
    """Issuers of those tokens, separated by commas."""
    worker_oidc_keys_url: str = Field(KEYS, validation_alias="WORKER_OIDC_JWKS_URL")
    """Where those issuers publish their public keys (a JWKS document)."""
    worker_max_concurrent_tasks: int = Field(1, ge=1, le=5, validation_alias="WORKER_MAX_CONCURRENT_TASKS")
    """Tasks carried out at once."""
    worker_max_queue_size: int = Field(100, ge=1, le=1_000, validation_alias="WORKER_MAX_QUEUE_SIZE")
    """Tasks that wait; the next one is answered 429."""
    worker_task_timeout_ms: int = Field(180_000, ge=1_000, le=600_000, validation_alias="WORKER_TASK_TIMEOUT_MS")
    """What a task gets at most; a task may ask for less."""
    worker_drain_seconds: float = Field(20, ge=0, le=3_600, validation_alias="WORKER_DRAIN_SECONDS")
    """What running tasks get to end in when the scraper is asked to stop; then they are put back."""

    worker_callback_url: str | None = Field(None, validation_alias="WORKER_CALLBACK_URL")
    """Where runs are reported to; ends with `/api/job-sources/complete`. No other origin is ever called back."""
    worker_callback_token: SecretStr | None = Field(None, validation_alias="WORKER_CALLBACK_TOKEN")
    """Bearer token of reports."""
    worker_callback_oidc_audience: str | None = Field(None, validation_alias="WORKER_CALLBACK_OIDC_AUDIENCE")
    """Without a token: reports carry an ID token for this audience."""
    worker_service_account_file: Path | None = Field(None, validation_alias="GOOGLE_APPLICATION_CREDENTIALS")
    """The service account's key that such tokens are made with; unset: the machine's own identity."""
    worker_callback_signing_secret: SecretStr | None = Field(None, validation_alias="WORKER_CALLBACK_SIGNING_SECRET")
    """What reports are signed with; the API knows the same one."""
    retry_attempts: int = Field(3, ge=1, le=10, validation_alias="WORKER_CALLBACK_RETRY_ATTEMPTS")
    """Quick attempts to deliver a report, before minutes and hours lie between them."""
    retry_backoff_ms: int = Field(1_000, ge=100, le=10_000, validation_alias="WORKER_CALLBACK_RETRY_BACKOFF_MS")
    """The pause after the first attempt; it doubles."""
    retry_max_delay_ms: int = Field(10_000, ge=100, le=60_000, validation_alias="WORKER_CALLBACK_RETRY_MAX_DELAY_MS")
    """The longest pause between quick attempts."""
    retry_jitter_pct: float = Field(0.2, ge=0, le=1, validation_alias="WORKER_CALLBACK_RETRY_JITTER_PCT")
    """The share of a pause that chance adds or takes."""
    worker_heartbeat_interval_ms: int = Field(
        10_000, ge=1_000, le=120_000, validation_alias="WORKER_HEARTBEAT_INTERVAL_MS"
    )
    """Time between signs of life of each task, waiting ones among them."""
    worker_dead_letter_dir: Path = Field(Path("data/dead-letter"), validation_alias="WORKER_DEAD_LETTER_DIR")
    """Reports that an earlier scraper left as files; they are taken over from here."""

    pracuj_listing_url: str | None = Field(None, validation_alias="PRACUJ_LISTING_URL")
    """The listing of `waypost scrape once` where none is named."""
    pracuj_listing_limit: int = Field(20, ge=1, le=100, validation_alias="PRACUJ_LISTING_LIMIT")
    """Offers that are enough there."""
    pracuj_listing_only: bool = Field(False, validation_alias="PRACUJ_LISTING_ONLY")
    """Read lists and no page of an offer: what a list says of an offer is all that is kept of it."""
    pracuj_listing_delay_ms: int = Field(1_500, ge=0, le=60_000, validation_alias="PRACUJ_LISTING_DELAY_MS")
    """Without effect: a source's interval, granted by the API, is the pace of its lists too."""
    pracuj_listing_cooldown_ms: int = Field(0, ge=0, le=60_000, validation_alias="PRACUJ_LISTING_COOLDOWN_MS")
    """Without effect, for the same reason."""
    pracuj_detail_host: str | None = Field(None, validation_alias="PRACUJ_DETAIL_HOST")
    """Without effect: a source names its hosts itself, those of a test board among them."""
    pracuj_detail_delay_ms: int = Field(2_000, ge=0, le=60_000, validation_alias="PRACUJ_DETAIL_DELAY_MS")
    """Without effect but that `/health` shows it: the pace is granted by the API, for each host."""
    pracuj_detail_concurrency: int = Field(2, ge=1, le=8, validation_alias="PRACUJ_DETAIL_CONCURRENCY")
    """Without effect but that `/health` shows it: a host is never asked twice at once."""
    browser_cooldown_ms: int = Field(4_000, ge=0, le=60_000, validation_alias="PRACUJ_BROWSER_FALLBACK_COOLDOWN_MS")
    """Rest between two pages that a browser draws."""
    browser_max_count: int = Field(3, ge=0, le=100, validation_alias="PRACUJ_BROWSER_FALLBACK_MAX_COUNT")
    """Pages of one run that a browser may draw."""
    browser_budget_ms: int = Field(30_000, ge=0, le=600_000, validation_alias="PRACUJ_BROWSER_FALLBACK_BUDGET_MS")
    """Time of one run for that."""
    playwright_headless: bool = Field(True, validation_alias="PLAYWRIGHT_HEADLESS")
    """`false` shows the browser's window, for looking at what it draws; that needs a display."""
    worker_browser_probe_on_start: bool = Field(False, validation_alias="WORKER_BROWSER_PROBE_ON_START")
    """Start a browser once before the first task, and say how long it took."""
    worker_contact_url: str | None = Field(None, validation_alias="WORKER_CONTACT_URL")
    """Where boards may complain: it stands in our User-Agent; unset: the origin of WORKER_CALLBACK_URL."""
    allowed_private_cidrs: str = Field("", validation_alias="ALLOWED_PRIVATE_CIDRS")
    """Private networks that boards may lie in; none by default."""

    worker_output_dir: Path = Field(Path("data"), validation_alias="WORKER_OUTPUT_DIR")
    """The scraper's folder: its queue, its reports that wait, its pages."""
    worker_output_mode: Literal["full", "minimal"] | None = Field(None, validation_alias="WORKER_OUTPUT_MODE")
    """`full` keeps the pages that were read; unset: full, in production minimal."""
    worker_output_allow_full_in_prod: bool = Field(False, validation_alias="WORKER_OUTPUT_ALLOW_FULL_IN_PROD")
    """Let `full` count in production too."""
    worker_output_raw_sample_limit: int = Field(5, ge=0, le=20, validation_alias="WORKER_OUTPUT_RAW_SAMPLE_LIMIT")
    """Pages of one run that are kept."""
    worker_output_retention_hours: int = Field(72, ge=1, le=720, validation_alias="WORKER_OUTPUT_RETENTION_HOURS")
    """Hours that pages and finished tasks are kept."""
    worker_output_storage_backend: Literal["filesystem"] = Field(
        "filesystem", validation_alias="WORKER_OUTPUT_STORAGE_BACKEND"
    )
    """Where they are kept."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if wrong := refusals(self.deployment):
            raise ValueError(wrong[0])
        return self

    def ignored(self) -> list[str]:
        """Settings that were named and have nothing to do here, a sentence each; said once at the start."""
        return [sentence for name, sentence in self.WITHOUT_EFFECT.items() if name in self.model_fields_set]

    @property
    def is_production(self) -> bool:
        """Production unless it says otherwise or only this machine reaches us."""
        return self.app_env == "prod" or (self.app_env is None and not is_loopback(self.worker_host))

    @property
    def deployment(self) -> Deployment:
        """What decides whether this scraper may start."""
        return Deployment(
            production=self.is_production,
            provider=self.queue_provider,
            callback_url=self.worker_callback_url,
            is_signed=self.worker_callback_signing_secret is not None,
            has_token=self.tasks_auth_token is not None,
            tasks_url=self.tasks_url,
            tasks_names=(self.tasks_project_id, self.tasks_location, self.tasks_queue, self.tasks_url),
            service_account=self.tasks_service_account_email,
            audiences=(self.tasks_oidc_audience, self.worker_callback_oidc_audience),
            origins=self.worker_allowed_origins,
        )

    @property
    def output_mode(self) -> Literal["full", "minimal"]:
        """What is kept of what was read."""
        if self.is_production and not self.worker_output_allow_full_in_prod:
            return "minimal"
        return self.worker_output_mode or "full"

    @property
    def form(self) -> str:
        """How log lines look."""
        return "console" if self.log_format == "human" else self.log_format


def load(folder: Path | None = None, host: str | None = None, port: int | None = None) -> ScraperSettings:
    """Read the environment and the `.env` of the working folder; what the command line names wins.

    Refuses with SettingRefused, a line for each problem.
    """
    if Path(".env").is_file():
        for name, value in dotenv_values(".env").items():
            os.environ.setdefault(name, value or "")
    given = {"worker_output_dir": folder, "worker_host": host, "worker_port": port}
    try:
        return ScraperSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # names and types are those of the fields
    except ValidationError as error:
        raise SettingRefused("\n".join(complaints(error, ScraperSettings))) from None
