"""What schedules are told: values, read once from the settings. A part."""

from dataclasses import dataclass, field
from hmac import compare_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTerms:
    """Who may trigger from outside, and how many at once."""

    token: bytes | None = field(default=None, repr=False)
    batch: int = 20

    def admits(self, given: str) -> bool:
        """Whether these are the clock's credentials, in constant time."""
        return self.token is not None and compare_digest(given.encode("utf-8", "surrogatepass"), self.token)
