"""What the doors of callbacks are told: values, read once from the settings."""

from dataclasses import dataclass, field
from datetime import timedelta

from waypost.sourcing.wire.tokens import ISSUERS, KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTerms:
    """How callbacks prove themselves. Secrets as bytes, for comparing in constant time."""

    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """Of signatures: the present one, and the one before it. None: every callback is refused."""
    token: bytes | None = field(default=None, repr=False)
    audience: str | None = None
    email: str | None = None
    issuers: tuple[str, ...] = ISSUERS
    keys: str = KEYS
    tolerance: int = 300
    least_version: int = 2
    limited: bool = True
    rate: float = 50.0
    """Callbacks a second and source."""
    burst: int = 200
    fresh_for: timedelta = timedelta(hours=24)
    """How long an offer that was read need not be read again."""
