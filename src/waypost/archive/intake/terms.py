"""What the documented doors are told: values, read once from the settings."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class IntakeTerms:
    """How strict the doors are. Secrets as bytes, for comparing in constant time."""

    rate: float = 50.0
    """Deliveries a second and source."""
    burst: int = 200
    limited: bool = True
    sender_header: str | None = None
    """Header whose first part tells senders of one source apart for the rate limit."""
    allow_unsigned: bool = False
    require_delivery_id: bool = False
    open_retry: bool = False
    open_jobs: bool = False
    remember: timedelta = timedelta(hours=1)
    """How long a delivery that was done makes its repetition needless; 0 never."""
    batch: int = 1_000
    admin: bool = False
    admin_token: bytes | None = field(default=None, repr=False)
    history: int = 100
    """Lines of the admin page's history."""
    retries: int = 3
