"""The settings of callbacks: what a scraper proves itself with."""

from datetime import timedelta
from typing import Self

from pydantic import Field, SecretStr, model_validator

from waypost.platform.settings import Group, SettingRefused
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.wire.tokens import ISSUERS, KEYS

SECRET = "worker_callback_signing_secret"
"""File in the data folder's `secrets` that both sides share where the database is embedded."""


class CallbackSettings(Group):
    """The group of callbacks."""

    token: SecretStr | None = Field(None, validation_alias="WORKER_CALLBACK_TOKEN")
    """Shared bearer token of callbacks; where it is set, ID tokens are not looked at."""
    oidc_audience: str | None = Field(None, validation_alias="WORKER_CALLBACK_OIDC_AUDIENCE")
    """Audience of the ID tokens that callbacks carry; an https address."""
    oidc_email: str | None = Field(None, validation_alias="WORKER_CALLBACK_OIDC_SERVICE_ACCOUNT_EMAIL")
    """The only service account whose ID tokens are taken; unset: any account of the issuer's."""
    oidc_issuers: str = Field(",".join(ISSUERS), validation_alias="WORKER_OIDC_ISSUERS")
    """Issuers of ID tokens, separated by commas."""
    oidc_keys: str = Field(KEYS, validation_alias="WORKER_OIDC_JWKS_URL")
    """Where those issuers publish their public keys (a JWKS document)."""
    signing_secret: SecretStr | None = Field(None, validation_alias="WORKER_CALLBACK_SIGNING_SECRET")
    """Secret of the signatures over callbacks; unset: made in the data folder when the database is embedded, and
    callbacks are refused otherwise."""
    signing_secret_previous: SecretStr | None = Field(None, validation_alias="WORKER_CALLBACK_SIGNING_SECRET_PREVIOUS")
    """The secret before a rotation: still taken."""
    tolerance: int = Field(300, ge=30, le=3_600, validation_alias="WORKER_CALLBACK_SIGNATURE_TOLERANCE_SEC")
    """Seconds by which a signature's time may differ from ours."""
    least_version: int = Field(2, ge=1, le=2, validation_alias="WORKER_CALLBACK_SIGNATURE_MIN_VERSION")
    """The oldest signature that is taken: 2 covers the body; 1, for old scrapers only, covers identifiers alone."""
    fresh_hours: int = Field(24, ge=0, le=720, validation_alias="PRACUJ_DETAIL_CACHE_HOURS")
    """Hours for which an offer that was read is not read again, whatever its source; 0: always."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.oidc_email is not None and "@" not in self.oidc_email:
            raise ValueError("WORKER_CALLBACK_OIDC_SERVICE_ACCOUNT_EMAIL must be an e-mail address")
        if self.signing_secret_previous is not None and self.signing_secret is None:
            raise ValueError("WORKER_CALLBACK_SIGNING_SECRET_PREVIOUS needs WORKER_CALLBACK_SIGNING_SECRET")
        return self

    def check(self, *, prod: bool) -> None:
        """What production does not start with. Raises SettingRefused with one sentence."""
        if prod and self.oidc_audience and not self.oidc_audience.startswith("https://"):
            raise SettingRefused("WORKER_CALLBACK_OIDC_AUDIENCE must be an https address in production.")
        asks = self.token is not None or self.oidc_audience is not None
        if prod and asks and self.signing_secret is None:
            raise SettingRefused("Callbacks are signed: set WORKER_CALLBACK_SIGNING_SECRET beside their token.")

    def terms(self, made: str | None = None) -> CallbackTerms:
        """The same as the doors take it; `made` is the secret of the data folder, for where none is set."""
        said = [self.signing_secret, self.signing_secret_previous]
        secrets = [each.get_secret_value().strip() for each in said if each] or [made or ""]
        return CallbackTerms(
            secrets=tuple(each.encode() for each in secrets if each),
            token=_stripped(self.token),
            audience=self.oidc_audience or None,
            email=self.oidc_email or None,
            issuers=tuple(each.strip() for each in self.oidc_issuers.split(",") if each.strip()),
            keys=self.oidc_keys,
            tolerance=self.tolerance,
            least_version=self.least_version,
            fresh_for=timedelta(hours=self.fresh_hours),
        )


def _stripped(secret: SecretStr | None) -> bytes | None:
    """Blank counts as none."""
    return (secret.get_secret_value().strip().encode() or None) if secret else None
