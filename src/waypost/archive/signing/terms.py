"""What the parts of signing are told: values, read once from the settings."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from waypost.platform.http.hardening import Hardening


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """A key in files: a PFX, or a certificate and a key."""

    pfx: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    password: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """A key that never leaves its token (PKCS#11)."""

    module: Path
    token_label: str | None
    key_label: str | None
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SealTerms:
    """How files are signed. Without a key they are not, and that is what their record says."""

    key: KeyTerms | TokenTerms | None
    level: str
    reason: str
    location: str
    allow_lower: bool
    trusted: tuple[Path, ...]
    renew_before: timedelta


@dataclass(frozen=True, slots=True)
class TsaTerms:
    """Which authorities give the time (RFC 3161), in the order in which they are asked."""

    addresses: tuple[str, ...]
    rules: Hardening
    timeout: float
    ca_bundle: Path | None
    login: tuple[str, str] | None = field(repr=False)
    trusted: tuple[Path, ...] = ()
