"""What operators may say about logs, metrics and health, under the documented environment names."""

import re
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator

from waypost.platform.settings import Group, named


def excluding(patterns: str) -> re.Pattern[str] | None:
    """One pattern for several, parted by commas; raises `re.error`."""
    said = [one.strip() for one in patterns.split(",") if one.strip()]
    return re.compile("|".join(f"(?:{one})" for one in said)) if said else None


class ObserveSettings(Group):
    """The group of observability."""

    log_level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "info", validation_alias=named("LOG_LEVEL", "observability.log_level")
    )
    """The least weighty line that is written."""
    log_format: Literal["auto", "json", "console", "human"] = Field(
        "auto", validation_alias=named("LOG_FORMAT", "observability.log_format")
    )
    """`auto` writes for people when stderr is a terminal, JSON otherwise; `human` is another word for `console`."""
    log_json: bool | None = Field(None, validation_alias=named("LOG_JSON", "observability.json_logs"))
    """True is the same as the format `json`, where none is chosen."""
    enable_prometheus_metrics: bool | None = Field(None, validation_alias="ENABLE_PROMETHEUS_METRICS")
    """Metrics are on unless this or the next says false."""
    metrics_enabled: bool | None = Field(
        None, validation_alias=named("METRICS_ENABLED", "observability.metrics_enabled")
    )
    """The same, by its other documented name."""
    prometheus_metrics_path: str = Field("/metrics", validation_alias="PROMETHEUS_METRICS_PATH", pattern=r"^/[\w/.-]+$")
    """Where the metrics are."""
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OBSERVABILITY__METRICS_BEARER_TOKEN", "METRICS_BEARER_TOKEN", "METRICS_TOKEN"),
    )
    """Bearer token that scrapers send; without one only a listener on loopback answers."""
    healthz_omit_version: bool = Field(
        False, validation_alias=named("HEALTHZ_OMIT_VERSION", "observability.healthz_omit_version")
    )
    """Keep service, version and time out of `/healthz`."""
    enable_otel_tracing: bool = Field(False, validation_alias="ENABLE_OTEL_TRACING")
    """Record traces and send them to the next address."""
    otel_endpoint: str = Field("http://localhost:4318/v1/traces", validation_alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    """Where spans go, by OTLP over HTTP with protobuf."""
    otel_headers: SecretStr = Field(SecretStr(""), validation_alias="OTEL_EXPORTER_OTLP_HEADERS")
    """What is sent along: `name=value`, parted by commas; a pair without `=` is ignored."""
    otel_service_name: str = Field("oss-ticketing-api", validation_alias="OTEL_SERVICE_NAME")
    """As what this installation appears among the traces."""
    otel_sample_ratio: float = Field(1.0, ge=0, le=1, validation_alias="OTEL_TRACE_SAMPLE_RATIO")
    """Share of new traces that are recorded, 0 to 1; a trace that came along from outside keeps its own decision."""
    otel_excluded_urls: str = Field("/healthz,/readyz,/metrics", validation_alias="OTEL_EXCLUDED_URLS")
    """Addresses without spans: patterns, parted by commas, each found anywhere in the path."""
    runbooks_url: str | None = Field(None, validation_alias="RUNBOOKS_URL")
    """Where your people read the files of `docs/`; the operations pages then link to their paragraphs."""

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, given: Any) -> Any:
        return given.lower() if isinstance(given, str) else given

    @field_validator("otel_excluded_urls")
    @classmethod
    def _patterns(cls, given: str) -> str:
        try:
            excluding(given)
        except re.error as error:
            raise ValueError(f"not a pattern: {error}") from None
        return given

    @property
    def form(self) -> str:
        """How lines look: auto, json or console."""
        if self.log_format == "auto" and self.log_json:
            return "json"
        return "console" if self.log_format == "human" else self.log_format

    @property
    def otel_header_pairs(self) -> dict[str, str]:
        """Headers by name, as documented: malformed pairs are ignored."""
        pairs = [pair.partition("=") for pair in self.otel_headers.get_secret_value().split(",")]
        return {name.strip().lower(): value.strip() for name, equals, value in pairs if name.strip() and equals}

    @property
    def otel_excluded(self) -> re.Pattern[str] | None:
        """What the excluded addresses look like; None when there are none."""
        return excluding(self.otel_excluded_urls)

    @property
    def metrics_on(self) -> bool:
        """On, unless one of the two documented flags says no."""
        return self.enable_prometheus_metrics is not False and self.metrics_enabled is not False
