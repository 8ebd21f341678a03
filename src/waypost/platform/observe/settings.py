"""What operators may say about logs, metrics and health, under the documented environment names."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr

from waypost.platform.settings import Group


class ObserveSettings(Group):
    """The group of observability."""

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="LOG_LEVEL")
    """The least weighty line that is written."""
    log_format: Literal["auto", "json", "console"] = Field("auto", validation_alias="LOG_FORMAT")
    """`auto` writes for people when stderr is a terminal, JSON otherwise."""
    enable_prometheus_metrics: bool | None = Field(None, validation_alias="ENABLE_PROMETHEUS_METRICS")
    """Metrics are on unless this or the next says false."""
    metrics_enabled: bool | None = Field(
        None, validation_alias=AliasChoices("METRICS_ENABLED", "OBSERVABILITY_METRICS_ENABLED")
    )
    """The same, by its other documented names."""
    prometheus_metrics_path: str = Field("/metrics", validation_alias="PROMETHEUS_METRICS_PATH", pattern=r"^/[\w/.-]+$")
    """Where the metrics are."""
    metrics_token: SecretStr | None = Field(None, validation_alias="METRICS_TOKEN")
    """Bearer token that scrapers send; without one only a listener on loopback answers."""
    healthz_omit_version: bool = Field(False, validation_alias="HEALTHZ_OMIT_VERSION")
    """Keep service, version and time out of `/healthz`."""

    @property
    def metrics_on(self) -> bool:
        """On, unless one of the two documented flags says no."""
        return self.enable_prometheus_metrics is not False and self.metrics_enabled is not False
