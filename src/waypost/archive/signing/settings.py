"""What an operator may say about signatures and about authorities that give the time, under the documented names."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from waypost.archive.signing.terms import KeyTerms, SealTerms, TokenTerms, TsaTerms
from waypost.platform.http.hardening import Hardening
from waypost.platform.settings import Group, named

RFC3161 = "signing.timestamp.rfc3161"


class SigningSettings(Group):
    """The group of signing."""

    enabled: bool = Field(False, validation_alias=named("SIGNING_ENABLED", "signing.enabled"))
    """Sign what is archived; needs a key: a PFX file, two PEM files, or a PKCS#11 token."""
    pfx_path: Path | None = Field(None, validation_alias=named("SIGNING_PFX_PATH", "signing.pfx_path"))
    """PKCS#12 file with key, certificate and the certificates above it."""
    pfx_password: SecretStr | None = Field(None, validation_alias=named("SIGNING_PFX_PASSWORD", "signing.pfx_password"))
    """Its password."""
    reason: str = Field("Ticket Archivierung", validation_alias=named("SIGNING_REASON", "signing.pades.reason"))
    """The reason that stands in a signature."""
    location: str = Field("Datacenter", validation_alias=named("SIGNING_LOCATION", "signing.pades.location"))
    """The place that stands in a signature."""
    cert_path: Path | None = Field(None, validation_alias=named("SIGNING_CERT_PATH", "signing.pades.cert_path"))
    """Instead of a PFX: the certificate, followed by those above it (PEM)."""
    key_path: Path | None = Field(None, validation_alias=named("SIGNING_KEY_PATH", "signing.pades.key_path"))
    """Its private key (PEM or DER)."""
    key_password: SecretStr | None = Field(
        None, validation_alias=named("SIGNING_KEY_PASSWORD", "signing.pades.key_password")
    )
    """The private key's password."""
    pkcs11_module: Path | None = Field(None, validation_alias=named("SIGNING_PKCS11_MODULE", "signing.pkcs11.module"))
    """Instead of files: the PKCS#11 library of a token or HSM (needs the extra `pkcs11`)."""
    pkcs11_token_label: str | None = Field(
        None, validation_alias=named("SIGNING_PKCS11_TOKEN_LABEL", "signing.pkcs11.token_label")
    )
    """Label of the token."""
    pkcs11_key_label: str | None = Field(
        None, validation_alias=named("SIGNING_PKCS11_KEY_LABEL", "signing.pkcs11.key_label")
    )
    """Label that key and certificate have in the token."""
    pkcs11_pin: SecretStr | None = Field(None, validation_alias=named("SIGNING_PKCS11_PIN", "signing.pkcs11.pin"))
    """The token's PIN."""
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"] | None = Field(
        None, validation_alias=named("SIGNING_LEVEL", "signing.level")
    )
    """The PAdES level to reach; unset: B-T with an authority, else B-B."""
    allow_lower_level: bool = Field(
        True, validation_alias=named("SIGNING_ALLOW_LOWER_LEVEL", "signing.allow_lower_level")
    )
    """When an authority does not answer, archive at the level that can be had and raise it later; false: wait."""
    trust_paths: str = Field("", validation_alias=named("SIGNING_TRUST_PATHS", "signing.trust_paths"))
    """Certificates (PEM or DER; files or folders, parted by colons) to which chains of signer and authorities lead,
    beside the system's. A signing key's own root, where the PFX holds it, counts for that key."""
    renew_before_days: int = Field(
        60, ge=1, le=3_650, validation_alias=named("SIGNING_RENEW_BEFORE_DAYS", "signing.renew_before_days")
    )
    """How long before the certificate behind its newest timestamp ends a B-LTA file gets another one."""
    tsa_enabled: bool = Field(False, validation_alias=named("TSA_ENABLED", "signing.timestamp.enabled"))
    """Ask authorities (RFC 3161) for the time; needs `TSA_URL`."""
    tsa_url: str | None = Field(None, validation_alias=named("TSA_URL", f"{RFC3161}.tsa_url"))
    """The first authority."""
    tsa_urls: str = Field("", validation_alias=named("TSA_URLS", f"{RFC3161}.tsa_urls"))
    """Further ones, parted by commas or blanks, asked in this order when those before fail."""
    tsa_timeout_seconds: float = Field(
        10, gt=0, le=120, validation_alias=named("TSA_TIMEOUT_SECONDS", f"{RFC3161}.timeout_seconds")
    )
    """How long one authority may take."""
    tsa_ca_bundle_path: Path | None = Field(
        None, validation_alias=named("TSA_CA_BUNDLE_PATH", f"{RFC3161}.ca_bundle_path")
    )
    """Certificates (PEM) that replace the system's for connections to authorities; their chains may lead there too."""
    tsa_user: str | None = Field(None, validation_alias=named("TSA_USER", f"{RFC3161}.user"))
    """Login at the authorities (HTTP Basic), together with the password or not at all."""
    tsa_pass: SecretStr | None = Field(None, validation_alias=named("TSA_PASS", f"{RFC3161}.password"))
    """Its password."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.enabled and self.key_terms() is None:
            raise ValueError("SIGNING_ENABLED needs SIGNING_PFX_PATH (or a certificate with its key, or a token)")
        if self.tsa_enabled and not self.addresses:
            raise ValueError("TSA_ENABLED needs TSA_URL")
        if bool(self.tsa_user) != (self.tsa_pass is not None):
            raise ValueError("TSA_USER and TSA_PASS are set together or not at all")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """All authorities, the documented one first."""
        return tuple(dict.fromkeys(filter(None, [self.tsa_url, *self.tsa_urls.replace(",", " ").split()])))

    def key_terms(self) -> KeyTerms | TokenTerms | None:
        """Where the key is; a token wins over a PFX, a PFX over two files. None: nowhere."""
        if self.pkcs11_module:
            pin = self.pkcs11_pin.get_secret_value() if self.pkcs11_pin else None
            return TokenTerms(self.pkcs11_module, self.pkcs11_token_label, self.pkcs11_key_label, pin)
        if self.pfx_path:
            return KeyTerms(pfx=self.pfx_path, password=_said(self.pfx_password))
        if self.cert_path and self.key_path:
            return KeyTerms(certificate=self.cert_path, key=self.key_path, password=_said(self.key_password))
        return None

    def seal_terms(self) -> SealTerms:
        """How files are signed."""
        key = self.key_terms() if self.enabled else None
        level = self.level or ("B-T" if self.tsa_enabled else "B-B")
        renew = timedelta(days=self.renew_before_days)
        return SealTerms(key, level, self.reason, self.location, self.allow_lower_level, self.trusted, renew)

    def tsa_terms(self, rules: Hardening) -> TsaTerms:
        """Which authorities are asked, and how."""
        login = (self.tsa_user, self.tsa_pass.get_secret_value()) if self.tsa_user and self.tsa_pass else None
        addresses = self.addresses if self.tsa_enabled else ()
        ca, trusted = self.tsa_ca_bundle_path, self.trusted
        return TsaTerms(addresses, rules, self.tsa_timeout_seconds, ca, login, (*trusted, ca) if ca else trusted)

    @property
    def trusted(self) -> tuple[Path, ...]:
        """Files and folders of certificates to trust."""
        return tuple(Path(one) for one in self.trust_paths.split(":") if one.strip())


def _said(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret is not None else None
