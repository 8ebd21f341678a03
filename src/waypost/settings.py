"""All settings of a process: each part's own group, joined once at start. Nothing else imports this file but `main`."""

import os
from dataclasses import dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError

from waypost.archive.evidence.settings import EvidenceSettings
from waypost.archive.intake.settings import IntakeSettings
from waypost.archive.places.settings import PlacesSettings
from waypost.archive.records.settings import RecordsSettings
from waypost.archive.requests.settings import RequestSettings
from waypost.archive.sealing.settings import SealingSettings
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.sources.settings import SourceSettings
from waypost.platform.audit.settings import AuditSettings
from waypost.platform.http.settings import WayOutSettings
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.postgres.data_folder import default_data_folder
from waypost.platform.safety.settings import SecretSettings
from waypost.platform.settings import Group, SettingRefused, complaints, named, unknown_keys
from waypost.platform.storage.settings import StorageSettings
from waypost.platform.web.settings import WebSettings
from waypost.sourcing.callbacks.settings import CallbackSettings
from waypost.sourcing.notebook.settings import NotebookSettings
from waypost.sourcing.offers.settings import OfferSettings
from waypost.sourcing.runs.earlier import EarlierSettings
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.schedules.settings import ScheduleSettings
from waypost.sourcing.sources.settings import SourcesSettings
from waypost.sourcing.watching.alerts.settings import AlertSettings
from waypost.sourcing.watching.health.settings import HealthSettings
from waypost.ticketing.intake.retention.settings import RawMailSettings
from waypost.ticketing.intake.scanning.settings import ScanSettings
from waypost.ticketing.mailboxes.google.settings import GoogleSettings
from waypost.ticketing.mailboxes.settings import MailboxSettings
from waypost.ticketing.outbound.settings import OutboundSettings

OWN_NAMES = frozenset({"WAYPOST_DATA", "WAYPOST_PG_BIN", "WAYPOST_DEFAULT_ORG", "WAYPOST_LEASH"})
"""Every `WAYPOST_…` name there is; another one is a typing error that would otherwise go unnoticed."""

DEPRECATED = {
    "ZAMMAD_URL": "ZAMMAD_BASE_URL",
    "TEMPLATE_VARIANT": "PDF_TEMPLATE_VARIANT",
    "RENDER_LOCALE": "PDF_LOCALE",
    "RENDER_TIMEZONE": "PDF_TIMEZONE",
    "OBSERVABILITY_METRICS_ENABLED": "METRICS_ENABLED",
}
"""Names that are still read where the new one is unset."""


class BaseGroup(Group):
    """What concerns the whole installation."""

    app_env: Literal["dev", "test", "prod"] | None = Field(None, validation_alias="APP_ENV")
    """Unset: prod, unless the listener is loopback and the database embedded."""
    database_url: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    """The app's login; unset: an embedded server in the data folder."""
    database_worker_url: SecretStr | None = Field(None, validation_alias="DATABASE_WORKER_URL")
    """The queue's login (role waypost_worker)."""
    database_admin_url: SecretStr | None = Field(None, validation_alias="DATABASE_ADMIN_URL")
    """The owner's login, for `waypost migrate` only."""
    server_host: str | None = Field(None, validation_alias=named("SERVER_HOST", "server.host"))
    """Where `waypost up` and `waypost api` listen unless `--host` says so; unset: 127.0.0.1."""
    server_port: int | None = Field(
        None, ge=1, le=65_535, validation_alias=AliasChoices("SERVER__PORT", "SERVER_PORT", "PORT")
    )
    """The port unless `--port` names one (`PORT` is what platforms that start containers say); unset: 8000."""
    worker_concurrency: int = Field(20, ge=1, le=1_000, validation_alias="WORKER_CONCURRENCY")
    """Jobs that one worker runs at once."""
    worker_drain_seconds: float = Field(20, ge=0, le=3_600, validation_alias="WORKER_DRAIN_SECONDS")
    """What running jobs get to end in when a worker is asked to stop."""
    jobs_keep_days: int = Field(14, ge=1, le=3_650, validation_alias="JOBS_KEEP_DAYS")
    """Days that succeeded and cancelled jobs are kept."""
    jobs_dead_keep_days: int = Field(0, ge=0, le=3_650, validation_alias="JOBS_DEAD_KEEP_DAYS")
    """Days that dead letters are kept before they leave, counted; 0 keeps them until somebody decides."""


GROUPS = (
    BaseGroup,
    SecretSettings,
    IdentitySettings,
    WebSettings,
    ObserveSettings,
    StorageSettings,
    WayOutSettings,
    MailboxSettings,
    ScanSettings,
    OutboundSettings,
    GoogleSettings,
    SigningSettings,
    SourceSettings,
    EvidenceSettings,
    PlacesSettings,
    RecordsSettings,
    RequestSettings,
    IntakeSettings,
    SealingSettings,
    SourcesSettings,
    NotebookSettings,
    CallbackSettings,
    ScheduleSettings,
    RunSettings,
    AlertSettings,
    HealthSettings,
    OfferSettings,
    EarlierSettings,
    AuditSettings,
    RawMailSettings,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The tree. `data` is the folder of everything that is kept on this machine."""

    data: Path
    base: BaseGroup
    secrets: SecretSettings
    identity: IdentitySettings
    web: WebSettings
    observe: ObserveSettings
    storage: StorageSettings
    way_out: WayOutSettings
    mailboxes: MailboxSettings
    scanning: ScanSettings
    outbound: OutboundSettings
    google: GoogleSettings
    signing: SigningSettings
    sources: SourceSettings
    evidence: EvidenceSettings
    places: PlacesSettings
    records: RecordsSettings
    requests: RequestSettings
    intake: IntakeSettings
    sealing: SealingSettings
    job_sources: SourcesSettings
    notebook: NotebookSettings
    callbacks: CallbackSettings
    schedules: ScheduleSettings
    runs: RunSettings
    alerts: AlertSettings
    health: HealthSettings
    offers: OfferSettings
    earlier: EarlierSettings
    audit: AuditSettings
    raw_mail: RawMailSettings

    @property
    def embedded(self) -> bool:
        """Whether the database is our own server in the data folder."""
        return self.base.database_url is None

    def env(self, *, loopback: bool) -> str:
        """dev, test or prod; production unless everything says otherwise."""
        return self.base.app_env or ("dev" if loopback and self.embedded else "prod")


def load(data: Path | None = None) -> Settings:
    """Read the environment, the `.env` of the working folder and the configuration file.

    Refuses with SettingRefused: all problems together, a line each.

    `data` is the data folder that the command line names; else `WAYPOST_DATA`, else the usual place.
    """
    _read_env_file(Path(".env"))
    _rename_deprecated()
    folder = data or Path(os.environ.get("WAYPOST_DATA") or default_data_folder())
    unknown = sorted(name for name in os.environ if name.startswith("WAYPOST_") and name not in OWN_NAMES)
    if unknown:
        raise SettingRefused(f"{unknown[0]} is not a setting of Waypost; docs/configuration.md lists all of them.")
    wrong = unknown_keys(GROUPS)
    groups: list[Any] = []
    for group in GROUPS:
        try:
            groups.append(group())
        except ValidationError as error:
            wrong += complaints(error, group)
    if wrong:
        raise SettingRefused("\n".join(wrong))
    return Settings(folder.expanduser().absolute(), *groups)


def deprecated_names() -> list[str]:
    """One sentence for each name in the environment that has a better one by now."""
    old = [name for name in DEPRECATED if os.environ.get(name)]
    return [f"{name} is deprecated: set {DEPRECATED[name]} instead." for name in old]


def without_effect(settings: Settings) -> list[str]:
    """One sentence for each documented setting that is set and has nothing left to do."""
    return [sentence for field in fields(settings) for sentence in _idle(getattr(settings, field.name))]


def _idle(group: object) -> list[str]:
    if not isinstance(group, Group):
        return []
    return [sentence for name, sentence in group.WITHOUT_EFFECT.items() if name in group.model_fields_set]


def _rename_deprecated() -> None:
    """An old name counts where the new one says nothing."""
    for old, new in DEPRECATED.items():
        if (value := os.environ.get(old)) and not os.environ.get(new):
            os.environ[new] = value


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read_env_file(path: Path) -> None:
    """What the environment says already is never overridden."""
    if path.is_file():
        for name, value in dotenv_values(path).items():
            if value is not None:
                os.environ.setdefault(name, value)
