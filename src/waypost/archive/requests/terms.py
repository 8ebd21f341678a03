"""What the pipeline is told: values, read once from the settings."""

from dataclasses import dataclass
from datetime import timedelta

LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How stubborn a run is, and what rendering may take."""

    retries: int = 3
    pause: timedelta = timedelta(seconds=2)
    render_time: timedelta = timedelta(minutes=10)
    render_memory: int = 1_536 * 1024 * 1024

    def pause_after(self, attempts: int) -> timedelta:
        """2, 4, 8 seconds … at most an hour."""
        doubled: int = 1 << min(attempts - 1, 20)
        return min(self.pause * doubled, LONGEST)
