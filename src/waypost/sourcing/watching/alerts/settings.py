"""When sourcing raises its voice, under the documented names (sourcing.md 5.1, 5.3): what the environment may say."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from waypost.platform.settings import Group, SettingRefused
from waypost.sourcing.watching.alerts.rules import Rule, Rules
from waypost.sourcing.watching.terms import WatchTerms

DAY = 86_400


class AlertSettings(Group):
    """The group of watching: windows, notices, and for each rule its threshold, duration and least volume."""

    window_hours: int = Field(72, ge=1, le=720, validation_alias="JOB_SOURCE_DIAGNOSTICS_WINDOW_HOURS")
    """Hours that figures and diagnostics look back unless they are asked for others."""
    alert_hours: int = Field(24, ge=1, le=168, validation_alias="OPS_ALERTS_WINDOW_HOURS")
    """Hours that the ratios behind the rules look back."""
    cooldown: int = Field(60, ge=1, le=1_440, validation_alias="OPS_ALERTS_COOLDOWN_MINUTES")
    """Minutes after which a rule that still fires is told again."""
    webhook: str | None = Field(None, validation_alias="OPS_ALERTS_WEBHOOK_URL")
    """Where alerts of the organisation `WAYPOST_DEFAULT_ORG` are told; unset: nowhere."""
    bearer: SecretStr | None = Field(None, validation_alias="OPS_ALERTS_WEBHOOK_BEARER_TOKEN")
    """Sent along as a bearer token."""
    signing: SecretStr | None = Field(None, validation_alias="OPS_ALERTS_WEBHOOK_SIGNING_SECRET")
    """Signs each notice as Standard Webhooks do (`webhook-signature`); unset: notices are not signed."""
    mail: bool = Field(True, validation_alias="OPS_ALERTS_MAIL")
    """Write to owners and admins of an organisation when an alert of theirs begins, by the house's relay (`SMTP_HOST`,
    `SMTP_FROM`); without a relay nobody is written to."""
    heartbeat_threshold: float = Field(0.25, ge=0, le=1, validation_alias="OPS_ALERT_HEARTBEAT_STALE_THRESHOLD")
    """Share of running runs that are silent, above which it is too much."""
    heartbeat_for: int = Field(300, ge=0, le=DAY, validation_alias="OPS_ALERT_HEARTBEAT_STALE_FOR_SEC")
    """Seconds that it must hold."""
    heartbeat_least: int = Field(1, ge=1, validation_alias="OPS_ALERT_HEARTBEAT_STALE_MIN_VOLUME")
    """Running runs below which nothing is said."""
    callback_threshold: float = Field(0.10, ge=0, le=1, validation_alias="OPS_ALERT_CALLBACK_FAILED_THRESHOLD")
    """Share of reported ends that are failures, above which it is too much."""
    callback_for: int = Field(600, ge=0, le=DAY, validation_alias="OPS_ALERT_CALLBACK_FAILED_FOR_SEC")
    """Seconds that it must hold."""
    callback_least: int = Field(10, ge=1, validation_alias="OPS_ALERT_CALLBACK_FAILED_MIN_VOLUME")
    """Reported ends below which nothing is said."""
    retry_threshold: float = Field(0.70, ge=0, le=1, validation_alias="OPS_ALERT_RETRY_SUCCESS_THRESHOLD")
    """Share of retries that complete, below which it is too little."""
    retry_for: int = Field(1_800, ge=0, le=DAY, validation_alias="OPS_ALERT_RETRY_SUCCESS_FOR_SEC")
    """Seconds that it must hold."""
    retry_least: int = Field(5, ge=1, validation_alias="OPS_ALERT_RETRY_SUCCESS_MIN_VOLUME")
    """Retries below which nothing is said."""
    run_threshold: float = Field(0.90, ge=0, le=1, validation_alias="OPS_ALERT_RUN_SUCCESS_THRESHOLD")
    """Share of fresh runs that complete, below which it is too little."""
    run_for: int = Field(1_800, ge=0, le=DAY, validation_alias="OPS_ALERT_RUN_SUCCESS_FOR_SEC")
    """Seconds that it must hold."""
    run_least: int = Field(5, ge=1, validation_alias="OPS_ALERT_RUN_SUCCESS_MIN_VOLUME")
    """Runs below which nothing is said."""
    drift_threshold: float = Field(0.30, ge=0, le=1, validation_alias="OPS_ALERT_DRIFT_THRESHOLD")
    """How far the share of filled fields of a source may fall below that of the 14 days before."""
    drift_for: int = Field(900, ge=0, le=DAY, validation_alias="OPS_ALERT_DRIFT_FOR_SEC")
    """Seconds that it must hold."""
    drift_least: int = Field(20, ge=1, validation_alias="OPS_ALERT_DRIFT_MIN_VOLUME")
    """New offers of a source below which nothing is said."""
    zero_threshold: float = Field(0.99, ge=0, le=1, validation_alias="OPS_ALERT_ZERO_YIELD_THRESHOLD")
    """Share of a source's completed runs that bring nothing, above which it is too much."""
    zero_for: int = Field(900, ge=0, le=DAY, validation_alias="OPS_ALERT_ZERO_YIELD_FOR_SEC")
    """Seconds that it must hold."""
    zero_least: int = Field(3, ge=1, validation_alias="OPS_ALERT_ZERO_YIELD_MIN_VOLUME")
    """Completed runs of a source below which nothing is said."""
    silence_threshold: float = Field(24.0, ge=0, validation_alias="OPS_ALERT_SILENCE_THRESHOLD")
    """Hours without an ended run of a source that is planned, above which it is too long."""
    silence_for: int = Field(900, ge=0, le=DAY, validation_alias="OPS_ALERT_SILENCE_FOR_SEC")
    """Seconds that it must hold."""
    silence_least: int = Field(1, ge=1, validation_alias="OPS_ALERT_SILENCE_MIN_VOLUME")
    """Schedules of a source below which nothing is said."""

    def rules(self) -> Rules:
        """The rules as they are evaluated."""
        above = ("heartbeat_stale", "callback_failed", "drift", "zero_yield", "silence")
        said = {
            "heartbeat_stale": (self.heartbeat_threshold, self.heartbeat_for, self.heartbeat_least),
            "callback_failed": (self.callback_threshold, self.callback_for, self.callback_least),
            "retry_success": (self.retry_threshold, self.retry_for, self.retry_least),
            "run_success": (self.run_threshold, self.run_for, self.run_least),
            "drift": (self.drift_threshold, self.drift_for, self.drift_least),
            "zero_yield": (self.zero_threshold, self.zero_for, self.zero_least),
            "silence": (self.silence_threshold, self.silence_for, self.silence_least),
        }
        return Rules(
            {
                key: Rule(
                    key=key,
                    above=key in above,
                    threshold=threshold,
                    lasts=timedelta(seconds=lasts),
                    least=least,
                    level="page" if key == "heartbeat_stale" else "ticket",
                )
                for key, (threshold, lasts, least) in said.items()
            }
        )

    def terms(self) -> WatchTerms:
        """The rest, as doors and jobs take it."""
        return WatchTerms(
            window_hours=min(self.window_hours, 168),
            alert_hours=self.alert_hours,
            cooldown=timedelta(minutes=self.cooldown),
            webhook=self.webhook,
            bearer=_text(self.bearer),
            signing=(_text(self.signing) or "").encode() or None,
        )

    def refuse_for_production(self) -> None:
        """Notices leave encrypted in production (`SettingRefused`)."""
        if self.webhook and urlsplit(self.webhook).scheme != "https":
            raise SettingRefused("OPS_ALERTS_WEBHOOK_URL must begin with https:// in production.")


def _text(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value().strip() or None if secret else None
