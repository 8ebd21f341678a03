"""How careful this installation is with its records; a part."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Diligence:
    """Rates and times, as the operator chose them."""

    every: timedelta = timedelta(days=30)
    """The longest time between two looks at a version."""
    per_minute: int = 60
    """Looks a minute in one organisation."""
    exports_stay: timedelta = timedelta(days=7)
    export_bytes: int = 20_000_000_000
