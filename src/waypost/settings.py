"""All settings of a process: each part's own group, joined once at start. Nothing else imports this file but `main`."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError

from waypost.platform.http.settings import WayOutSettings
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.postgres.data_folder import default_data_folder
from waypost.platform.safety.settings import SecretSettings
from waypost.platform.settings import Group, SettingRefused
from waypost.platform.storage.settings import StorageSettings
from waypost.platform.web.settings import WebSettings
from waypost.ticketing.mailboxes.google.settings import GoogleSettings
from waypost.ticketing.mailboxes.settings import MailboxSettings
from waypost.ticketing.outbound.settings import OutboundSettings

OWN_NAMES = frozenset({"WAYPOST_DATA", "WAYPOST_PG_BIN", "WAYPOST_DEFAULT_ORG", "WAYPOST_LEASH"})
"""Every `WAYPOST_…` name there is; another one is a typing error that would otherwise go unnoticed."""


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
    OutboundSettings,
    GoogleSettings,
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
    outbound: OutboundSettings
    google: GoogleSettings

    @property
    def embedded(self) -> bool:
        """Whether the database is our own server in the data folder."""
        return self.base.database_url is None

    def env(self, *, loopback: bool) -> str:
        """dev, test or prod; production unless everything says otherwise."""
        return self.base.app_env or ("dev" if loopback and self.embedded else "prod")


def load(data: Path | None = None) -> Settings:
    """Read the environment and the `.env` of the working folder; refuses with one clear sentence (SettingRefused).

    `data` is the data folder that the command line names; else `WAYPOST_DATA`, else the usual place.
    """
    _read_env_file(Path(".env"))
    folder = data or Path(os.environ.get("WAYPOST_DATA") or default_data_folder())
    unknown = sorted(name for name in os.environ if name.startswith("WAYPOST_") and name not in OWN_NAMES)
    if unknown:
        raise SettingRefused(f"{unknown[0]} is not a setting of Waypost; docs/configuration.md lists all of them.")
    try:
        return Settings(
            folder.expanduser().absolute(),
            BaseGroup(),
            SecretSettings(),
            IdentitySettings(),
            WebSettings(),
            ObserveSettings(),
            StorageSettings(),
            WayOutSettings(),
            MailboxSettings(),
            OutboundSettings(),
            GoogleSettings(),
        )
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else wrong.title
        raise SettingRefused(f"{name}: {first['msg']}") from None


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
