"""How sourcing is watched: values, read once from the settings."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class WatchTerms:
    """What doors and jobs of watching find among the parts."""

    window_hours: int = 72
    """Of figures, where nobody asks for another window."""
    alert_hours: int = 24
    """Of the ratios that rules look at."""
    cooldown: timedelta = timedelta(minutes=60)
    """A rule that goes on firing is told again after so long."""
    webhook: str | None = None
    bearer: str | None = field(default=None, repr=False)
    signing: bytes | None = field(default=None, repr=False)
