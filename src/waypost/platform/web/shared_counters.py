"""What the rate limiter wants of a store that several hosts share."""

from typing import Protocol


class Shared(Protocol):
    """The counters of all hosts; its client is loaded only where there is one (`redis_limits.py`)."""

    async def hit(self, bucket: str, limit: int) -> float:
        """Seconds to wait, 0.0 when the request fits; raises `SharedSilent` when the store does not answer."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


class SharedSilent(Exception):
    """The shared store does not answer; says how in one word."""
