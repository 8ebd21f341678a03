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
    internal_token: bytes | None = field(default=None, repr=False)
    """Opens the internal doors; without it they are shut."""
    default_org: str = "Default"
    """The organisation that notices to the outside speak of: they are configured by the environment (ruling 2)."""
    runbooks: str = "docs/runbook_sourcing.md"
