"""What operators may say about logs, metrics and health, under the documented environment names."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr

from waypost.platform.settings import Group


class ObserveSettings(Group):
    """The group of observability."""

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="LOG_LEVEL")
    log_format: Literal["auto", "json", "console"] = Field("auto", validation_alias="LOG_FORMAT")
    """`auto` writes for people when stderr is a terminal, JSON otherwise."""
    enable_prometheus_metrics: bool | None = Field(None, validation_alias="ENABLE_PROMETHEUS_METRICS")
    metrics_enabled: bool | None = Field(
        None, validation_alias=AliasChoices("METRICS_ENABLED", "OBSERVABILITY_METRICS_ENABLED")
    )
    prometheus_metrics_path: str = Field("/metrics", validation_alias="PROMETHEUS_METRICS_PATH", pattern=r"^/[\w/.-]+$")
    metrics_token: SecretStr | None = Field(None, validation_alias="METRICS_TOKEN")
    healthz_omit_version: bool = Field(False, validation_alias="HEALTHZ_OMIT_VERSION")

    @property
    def metrics_on(self) -> bool:
        """On, unless one of the two documented flags says no."""
        return self.enable_prometheus_metrics is not False and self.metrics_enabled is not False
